"""A customer's bank takes a payment back: everything waits until a person has answered."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from base.clock import present
from base.events import record
from base.typography import french_date
from shop.invoices.ledger.actions import write_dispute
from shop.orders.models import Order
from shop.payments import gateway
from shop.payments.locking import lock_due
from shop.payments.models import Attempt, Due
from shop.payments.rules import OPEN_DISPUTES
from shop.payments.snapshots import DisputeFacts


def sync_dispute(dispute_id: str, now: datetime | None = None) -> Attempt | None:
    """Freezes the charges of the order while the dispute is open; a person lifts that.

    None for a payment that is not ours.
    """
    return _apply(gateway.read_dispute(dispute_id), now or present())


@transaction.atomic
def _apply(dispute: DisputeFacts, now: datetime) -> Attempt | None:
    found = Attempt.objects.filter(payment_intent_id=dispute.payment_intent_id).first()
    if found is None:
        return None
    due = lock_due(found.due_id)
    attempt = Attempt.objects.get(pk=found.pk)
    if attempt.dispute_state == dispute.status:
        return attempt
    is_new = not attempt.dispute_id
    attempt.dispute_id, attempt.dispute_state = dispute.id, dispute.status[:40]
    attempt.disputed_at = attempt.disputed_at or dispute.created_at
    attempt.dispute_due_by = dispute.due_by
    attempt.save(update_fields=["dispute_id", "dispute_state", "disputed_at", "dispute_due_by"])
    due.asks_staff = _to_do(dispute)
    due.save(update_fields=["asks_staff"])
    if is_new and due.order and due.order.charging_stopped_at is None:
        due.order.charging_stopped_at = now
        due.order.charging_stopped_reason = "Paiement contesté par le client auprès de sa banque"
        due.order.save(update_fields=["charging_stopped_at", "charging_stopped_reason"])
    record(
        "contestation",
        subject=due.contract,
        actor="Stripe",
        data={"dispute": dispute.id, "state": dispute.status, "due_by": dispute.due_by},
        at=now,
    )
    attempt.due = due
    write_dispute(attempt=attempt, dispute=dispute, now=now)
    return attempt


def _to_do(dispute: DisputeFacts) -> str:
    if dispute.status not in OPEN_DISPUTES:
        ends = {"won": "gagnée", "lost": "perdue"}
        return f"Contestation {ends.get(dispute.status, 'close')} : décider de la suite."
    if dispute.due_by is None:
        return "Paiement contesté : répondre à la banque dans Stripe."
    day = french_date(timezone.localdate(dispute.due_by))
    return f"Paiement contesté : répondre à la banque dans Stripe avant le {day}."


@transaction.atomic
def warn_of_fraud(payment_intent_id: str, now: datetime) -> None:
    """The network suspects a stolen card: a refund now costs less than a dispute later."""
    attempt = Attempt.objects.filter(payment_intent_id=payment_intent_id).first()
    if attempt is None:
        return
    due = Due.objects.select_for_update().get(pk=attempt.due_id)
    if not due.asks_staff:
        due.asks_staff = "Le réseau de la carte signale une fraude possible : rembourser ?"
        due.save(update_fields=["asks_staff"])
        record("fraude signalée", subject=due.contract, actor="Stripe", at=now)


@transaction.atomic
def resume_charging(*, order: Order, actor: str, reason: str, now: datetime) -> None:
    """A person decides that the dues may be asked for again."""
    locked = Order.objects.select_for_update().get(pk=order.pk)
    locked.charging_stopped_at, locked.charging_stopped_reason = None, ""
    locked.save(update_fields=["charging_stopped_at", "charging_stopped_reason"])
    Due.objects.filter(order=locked).update(asks_staff="")
    record("prélèvements repris", subject=locked, actor=actor, data={"reason": reason}, at=now)
