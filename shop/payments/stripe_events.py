"""What to read again when Stripe says that something happened; its snapshot is never trusted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from shop.payments import gateway
from shop.payments.disputes import sync_dispute, warn_of_fraud
from shop.payments.event_models import StripeEvent
from shop.payments.mandates import refresh_card, sync_setup
from shop.payments.models import Attempt, PaymentMandate
from shop.payments.refund_sending import follow_charge, sync_refund
from shop.payments.snapshots import EventFacts
from shop.payments.syncing import sync_payment

TYPES = (
    "checkout.session.completed", "checkout.session.expired",
    "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed",
    "setup_intent.succeeded", "setup_intent.setup_failed",
    "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.processing",
    "payment_intent.canceled", "payment_intent.requires_action",
    "charge.refunded", "refund.created", "refund.updated", "refund.failed",
    "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
    "radar.early_fraud_warning.created",
    "payment_method.automatically_updated", "payment_method.detached",
)  # fmt: skip


@transaction.atomic
def process_event(event: EventFacts, now: datetime) -> bool:
    """Once for each event, marked in the same transaction; False when it was done already.

    Raises GatewayError when Stripe cannot be read: nothing is kept, and it comes again.
    """
    row, _ = StripeEvent.objects.get_or_create(
        event_id=event.id,
        defaults={"type": event.type[:80], "object_id": event.object_id[:120], "received_at": now},
    )
    row = StripeEvent.objects.select_for_update().get(pk=row.pk)
    if row.processed_at:
        return False
    _handle(event, now)
    row.processed_at, row.error = now, ""
    row.save(update_fields=["processed_at", "error"])
    return True


def _handle(event: EventFacts, now: datetime) -> None:
    if event.type not in TYPES:
        return
    for prefix, handle in _HANDLERS:
        if event.type.startswith(prefix):
            handle(event.object_id, now)
            return


def _page(session_id: str, now: datetime) -> None:
    attempt = Attempt.objects.filter(session_id=session_id).first()
    if attempt:
        sync_payment(attempt, now)
    else:
        sync_setup(session_id, now)


def _setup(setup_intent_id: str, now: datetime) -> None:
    mandate = PaymentMandate.objects.filter(setup_intent_id=setup_intent_id).first()
    if mandate and mandate.session_id:
        sync_setup(mandate.session_id, now)


def _intent(payment_intent_id: str, now: datetime) -> None:
    """An event may be here before the answer of the call that it tells of."""
    attempt = Attempt.objects.filter(payment_intent_id=payment_intent_id).first()
    if attempt is None:
        key = gateway.read_intent(payment_intent_id).attempt_key
        attempt = Attempt.objects.filter(idempotency_key=key).first() if key else None
        if attempt and not attempt.session_id and not attempt.payment_intent_id:
            Attempt.objects.filter(pk=attempt.pk, payment_intent_id__isnull=True).update(
                payment_intent_id=payment_intent_id
            )
    if attempt:
        sync_payment(attempt, now)


def _refund(refund_id: str, now: datetime) -> None:
    sync_refund(refund_id, now)


def _dispute(dispute_id: str, now: datetime) -> None:
    sync_dispute(dispute_id, now)


# The first prefix that fits.
_HANDLERS: tuple[tuple[str, Callable[[str, datetime], None]], ...] = (
    ("checkout.session.", _page),
    ("setup_intent.", _setup),
    ("payment_intent.", _intent),
    ("charge.dispute.", _dispute),
    ("charge.refunded", follow_charge),
    ("refund.", _refund),
    ("radar.", warn_of_fraud),
    ("payment_method.", refresh_card),
)
