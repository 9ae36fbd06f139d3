"""The dues of an order: planned when it is placed, opened when the withdrawal period is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from base.events import record
from shop.orders.models import Order
from shop.orders.sales_settings import SalesSettings
from shop.payments.models import Due
from shop.pricing.rules import PlannedDue, consumer_schedule

NOON = time(12)


@transaction.atomic
def create_dues(*, order: Order, planned: Sequence[PlannedDue]) -> list[Due]:
    """``not_before`` stays null: nothing can be asked for yet (invariant I1)."""
    notice = SalesSettings.current().notice_days
    return Due.objects.bulk_create(
        Due(
            order=order,
            kind=due.kind.value,
            position=due.position,
            amount=due.amount,
            due_on=due.due_on,
            notice_days=notice,
        )
        for due in planned
    )


@transaction.atomic
def open_dues(*, order: Order) -> list[Due]:
    """Dates the dues from ``order.first_charge_at``, amounts unchanged; safe to repeat.

    Raises ValueError before the withdrawal period runs, or for a schedule of other amounts.
    """
    start = order.first_charge_at
    if start is None:
        raise ValueError("Le délai de rétractation ne court pas encore : aucune échéance à dater.")
    dues = list(Due.objects.select_for_update().filter(order=order).order_by("position"))
    planned = consumer_schedule(
        order.price_incl_vat, hours_by_day=order.hours, first_charge_day=timezone.localdate(start)
    )
    if [(due.position, due.amount) for due in dues] != [(p.position, p.amount) for p in planned]:
        raise ValueError("L’échéancier recalculé n’a pas les montants du contrat.")
    for due, plan in zip(dues, planned, strict=True):
        if due.not_before is None:
            due.due_on = plan.due_on
            due.not_before = max(start, _noon(plan))
            due.announced_at = None  # of other days, when a first confirmation came back
            due.save(update_fields=["due_on", "not_before", "announced_at"])
    record(
        "échéances datées",
        subject=order,
        actor="LEXOM",
        data={str(due.position): [due.amount, due.due_on] for due in dues},
    )
    return dues


def _noon(plan: PlannedDue) -> datetime:
    return timezone.make_aware(datetime.combine(plan.due_on, NOON))
