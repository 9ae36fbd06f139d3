"""Staff hold the charges of an order back for a while, and tick off what they have settled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from base.events import record
from shop.orders.models import Order
from shop.payments.models import Due


class PauseRefused(Exception):
    """The message is one French sentence for staff."""


@transaction.atomic
def pause_charging(*, order: Order, actor: str, reason: str, now: datetime) -> Order:
    """Nothing is asked for until ``disputes.resume_charging``; a second click changes nothing."""
    locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if locked.charging_stopped_at is not None:
        return locked
    if not Due.objects.filter(order=locked).unpaid().exists():
        raise PauseRefused("Il n’y a plus rien à prélever pour cette commande.")
    locked.charging_stopped_at, locked.charging_stopped_reason = now, reason[:300]
    locked.save(update_fields=["charging_stopped_at", "charging_stopped_reason"])
    record("Prélèvements suspendus", subject=locked, actor=actor, data={"reason": reason}, at=now)
    return locked


@transaction.atomic
def settle_question(*, due: Due, actor: str, reason: str, now: datetime) -> Due:
    """Whoever was asked to look at a due has done so; a second click changes nothing."""
    locked = Due.objects.select_for_update(of=("self",)).select_related("order").get(pk=due.pk)
    if locked.asks_staff:
        data = {"due": locked.position, "before": locked.asks_staff, "reason": reason}
        record("Point traité", subject=locked.contract, actor=actor, data=data, at=now)
        locked.asks_staff = ""
        locked.save(update_fields=["asks_staff"])
    return locked
