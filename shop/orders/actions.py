"""What happens to an order. Each verb locks, checks, changes and records in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from base.events import record
from courses.sessions.seats import release_seats
from shop.orders.models import Order
from shop.orders.rules import OrderState, may_become
from shop.payments.stopping import stop_charging


class OrderRefused(Exception):
    """What was asked is not possible for this order; the French text says why."""


@transaction.atomic
def end_order(*, order: Order, state: OrderState, actor: str, reason: str, now: datetime) -> Order:
    """The seat is free and nothing can be charged any more. Raises OrderRefused."""
    locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    before = OrderState(locked.state)
    if not may_become(before, state):
        raise OrderRefused(
            f"Cette commande est {before.label} : elle ne peut pas devenir {state.label}."
        )
    if before is OrderState.ACTIVE:  # another end has given the seat back, or used it
        release_seats(session_id=locked.session_id)
    locked.state, locked.ended_at, locked.end_reason = state.value, now, reason[:300]
    locked.save(update_fields=["state", "ended_at", "end_reason"])
    stop_charging(order=locked, actor=actor, reason=reason, now=now)
    data = {"from": before.value, "to": state.value, "reason": reason}
    record(f"Commande {state.label}", subject=locked, actor=actor, data=data, at=now)
    return locked
