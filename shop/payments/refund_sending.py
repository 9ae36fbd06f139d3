"""Refunds on their way: sent with their own key, then followed to the bank."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from base.clock import present
from base.events import record
from shop.invoices.actions import credit_payment
from shop.invoices.ledger.actions import write_refund, write_returned_refund
from shop.invoices.rules import NotInvoiceable
from shop.invoices.tasks import credit_payment_now
from shop.payments import gateway, letters
from shop.payments.gateway_errors import Refused
from shop.payments.models import Attempt, Due, Refund, RefundState
from shop.payments.rules import KEY_LIFETIME
from shop.payments.snapshots import RefundFacts

logger = logging.getLogger(__name__)
_STATES = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}


def send_refund(refund_id: int, now: datetime) -> Refund:
    """Outside any transaction. Raises Unanswered: the same key is sent again by the job."""
    refund = Refund.objects.select_related("attempt").get(pk=refund_id)
    if refund.state != RefundState.SENDING or refund.attempt.is_disputed:
        return refund  # the bank holds disputed money back by itself
    credit_first(refund, now)
    try:
        known = _known(refund, now)
        facts = known or gateway.refund(
            payment_intent_id=refund.attempt.payment_intent_id or "",
            amount=refund.amount,
            key=refund.idempotency_key,
        )
    except Refused as error:
        return _fail(refund, str(error), now)
    return apply_refund(facts, now) or refund


def credit_first(refund: Refund, now: datetime) -> None:
    """The credit note comes before the money (law.md I-06), which no fault of it may delay (W-09)."""
    try:
        credit_payment(attempt_id=refund.attempt_id, now=now)
    except NotInvoiceable:
        logger.exception("Avoir impossible avant le remboursement %s", refund.pk)


def _known(refund: Refund, now: datetime) -> RefundFacts | None:
    """Past the life of its key, a refund is looked for before it is asked for again."""
    if now < refund.created_at + KEY_LIFETIME:
        return None
    found = gateway.refunds_of(refund.attempt.payment_intent_id or "")
    return next((item for item in found if item.refund_key == refund.idempotency_key), None)


@transaction.atomic
def sync_refund(refund_id: str, now: datetime | None = None) -> Refund | None:
    return apply_refund(gateway.read_refund(refund_id), now or present())


def follow_charge(payment_intent_id: str, now: datetime) -> None:
    """Every refund of a charge, those made on Stripe's own pages included."""
    if Attempt.objects.filter(payment_intent_id=payment_intent_id).exists():
        for facts in gateway.refunds_of(payment_intent_id):
            apply_refund(facts, now)


@transaction.atomic
def apply_refund(facts: RefundFacts, now: datetime) -> Refund | None:
    """None for a refund of a payment that is not ours."""
    ours = Q(stripe_id=facts.id)
    if facts.refund_key:
        ours |= Q(idempotency_key=facts.refund_key)
    found = Refund.objects.filter(ours).select_related("attempt").first()
    attempt = (
        found.attempt
        if found
        else Attempt.objects.filter(payment_intent_id=facts.payment_intent_id).first()
    )
    if attempt is None or not facts.payment_intent_id:
        return None
    due = Due.objects.select_for_update().get(pk=attempt.due_id)
    refund = Refund.objects.filter(ours).first() or _made_elsewhere(attempt, facts, now)
    refund.attempt.due = due
    _set_state(refund, facts, now)
    return refund


def _made_elsewhere(attempt: Attempt, facts: RefundFacts, now: datetime) -> Refund:
    """Somebody gave money back on Stripe's own pages: the credit note can only follow."""
    credit_payment_now.enqueue(attempt.pk)
    return Refund.objects.create(
        attempt=attempt,
        amount=facts.amount,
        reason="Décidé dans le tableau de bord Stripe",
        actor="Stripe",
        idempotency_key=facts.id,
        created_at=now,
    )


def _set_state(refund: Refund, facts: RefundFacts, now: datetime) -> None:
    state = _STATES.get(facts.status, RefundState.PENDING)
    # The bank may send back what succeeded; nothing revives what failed.
    if refund.state == RefundState.FAILED or (
        refund.state == RefundState.SUCCEEDED and state == RefundState.PENDING
    ):
        return
    changed = refund.state != state
    refund.stripe_id, refund.state = facts.id, state
    refund.error = facts.failure[:300]
    if changed and state in (RefundState.SUCCEEDED, RefundState.FAILED):
        refund.finished_at = now
    refund.save(update_fields=["stripe_id", "state", "error", "finished_at"])
    if changed and state == RefundState.SUCCEEDED:
        _record(refund, "remboursement effectué", now)
        letters.tell_refund(refund)
        write_refund(refund=refund, reference=facts.id, now=now)
    if changed and state == RefundState.FAILED:
        _alarm(refund, now)
        write_returned_refund(refund=refund, now=now)


@transaction.atomic
def _fail(refund: Refund, error: str, now: datetime) -> Refund:
    due = Due.objects.select_for_update().get(pk=refund.attempt.due_id)
    fresh = Refund.objects.select_related("attempt").get(pk=refund.pk)
    fresh.attempt.due = due
    if fresh.state == RefundState.SENDING:
        fresh.state, fresh.error, fresh.finished_at = RefundState.FAILED, error[:300], now
        fresh.save(update_fields=["state", "error", "finished_at"])
        _alarm(fresh, now)
    return fresh


def _alarm(refund: Refund, now: datetime) -> None:
    due = refund.attempt.due
    due.asks_staff = f"Remboursement de {refund.amount} € échoué : à refaire avant le délai légal."
    due.save(update_fields=["asks_staff"])
    _record(refund, "remboursement échoué", now)


def _record(refund: Refund, name: str, now: datetime) -> None:
    record(
        name,
        subject=refund.attempt.due.contract,
        actor="Stripe",
        data={"refund": refund.pk, "amount": refund.amount, "error": refund.error},
        at=now,
    )


def send_waiting_refunds(now: datetime) -> None:
    """Job: what no task has sent, in the order of the decisions. Raises Unanswered."""
    waiting = Refund.objects.filter(state=RefundState.SENDING).order_by("created_at", "pk")
    for pk in list(waiting.values_list("pk", flat=True)):
        send_refund(pk, now)


def follow_refunds(now: datetime) -> None:
    """What the bank has not finished is read again. Raises Unanswered."""
    pending = Refund.objects.filter(state=RefundState.PENDING, stripe_id__isnull=False)
    for stripe_id in list(pending.order_by("pk").values_list("stripe_id", flat=True)):
        sync_refund(stripe_id or "", now)
