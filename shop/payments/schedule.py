"""The dues of an order: written with it, opened when the withdrawal clock starts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from shop.payments.models import Due
from shop.pricing.rules import PlannedDue, consumer_schedule

if TYPE_CHECKING:
    from shop.orders.models import Order

NOON = time(12)


def create_dues(*, order: Order, planned: Sequence[PlannedDue]) -> list[Due]:
    """``not_before`` stays empty: nothing can be asked for yet (invariant I1)."""
    return Due.objects.bulk_create(
        Due(
            order=order,
            kind=due.kind.value,
            position=due.position,
            amount=due.amount,
            due_on=due.due_on,
        )
        for due in planned
    )


@transaction.atomic
def open_dues(*, order: Order) -> None:
    """Same amounts, at the dates that the real start of the period gives. Needs the order's lock."""
    if order.first_charge_at is None:
        return
    planned = consumer_schedule(
        order.price_incl_vat,
        hours_by_day=order.hours,
        first_charge_day=timezone.localdate(order.first_charge_at),
    )
    dates = {due.position: due.due_on for due in planned}
    for due in order.dues.select_for_update():
        due.due_on = dates[due.position]
        noon = datetime.combine(due.due_on, NOON, timezone.get_current_timezone())
        due.not_before = max(order.first_charge_at, noon)
        due.save(update_fields=["due_on", "not_before"])
