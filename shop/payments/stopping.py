"""No more money is asked for an order: decided in one transaction, told to Stripe afterwards."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from base.events import record
from shop.orders.models import Order
from shop.payments.mandates import revoke_mandates
from shop.payments.models import Contract, Due
from shop.payments.tasks import release_order, release_proposal
from shop.proposals.models import Proposal


@transaction.atomic
def stop_charging(*, order: Order, actor: str, reason: str, now: datetime) -> list[Due]:
    """Gives up every unpaid due and revokes the cards; never calls Stripe. Safe to repeat.

    What a charge under way brings after that is given back by ``sync_payment``.
    """
    stopped = _stop_dues(order, now)
    cards = revoke_mandates(order=order)
    if stopped or cards:
        record(
            "prélèvements arrêtés",
            subject=order,
            actor=actor,
            data={"dues": [due.position for due in stopped], "cards": cards, "reason": reason},
            at=now,
        )
    release_order.enqueue(order.pk)
    return stopped


@transaction.atomic
def stop_asking(*, proposal: Proposal, actor: str, reason: str, now: datetime) -> list[Due]:
    """The same for a company's contract, which has no card to revoke. Safe to repeat."""
    stopped = _stop_dues(proposal, now)
    if stopped:
        data = {"dues": [due.position for due in stopped], "reason": reason}
        record("échéances abandonnées", subject=proposal, actor=actor, data=data, at=now)
    release_proposal.enqueue(proposal.pk)
    return stopped


def _stop_dues(contract: Contract, now: datetime) -> list[Due]:
    dues = list(Due.objects.select_for_update().of(contract).order_by("pk"))
    stopped = [due for due in dues if due.stopped_at is None and not due.is_paid]
    for due in stopped:
        due.stopped_at = now
        due.next_try_at, due.asks_customer = None, ""
        due.save(update_fields=["stopped_at", "next_try_at", "asks_customer"])
    return stopped
