"""Stripe's objects as facts. They are no dictionaries: an absent field is asked for by name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shop.payments.rules import from_cents
from shop.payments.snapshots import (
    CardFacts,
    ChargeFacts,
    DisputeFacts,
    EventFacts,
    IntentFacts,
    PageFacts,
    RefundFacts,
)


def _at(found: Any, *names: str) -> Any:
    for name in names:
        found = getattr(found, name, None)
        if found is None:
            return None
    return found


def _text(found: Any, *names: str) -> str:
    value = _at(found, *names)
    return "" if value is None else str(value)


def _id(found: Any, name: str) -> str:
    """Of an object that may be there whole or by its identifier alone."""
    value = _at(found, name)
    return value if isinstance(value, str) else _text(value, "id")


def _whole(found: Any, name: str) -> Any:
    value = _at(found, name)
    return None if isinstance(value, str) else value


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def card(found: Any) -> CardFacts:
    return CardFacts(
        payment_method_id=found.id,
        customer=_id(found, "customer"),
        brand=_text(found, "card", "brand"),
        last4=_text(found, "card", "last4"),
        exp_month=_at(found, "card", "exp_month"),
        exp_year=_at(found, "card", "exp_year"),
    )


def intent(found: Any) -> IntentFacts:
    method = _whole(found, "payment_method")
    return IntentFacts(
        id=found.id,
        status=found.status,
        amount=from_cents(found.amount),
        amount_received=from_cents(_at(found, "amount_received") or 0),
        charge_id=_id(found, "latest_charge"),
        attempt_key=_text(found, "metadata", "attempt"),
        code=_text(found, "last_payment_error", "code"),
        decline_code=_text(found, "last_payment_error", "decline_code"),
        advice_code=_text(found, "last_payment_error", "advice_code"),
        bank_url=_text(found, "next_action", "redirect_to_url", "url"),
        card=card(method) if method is not None else None,
    )


def page(found: Any) -> PageFacts:
    setup, payment = _whole(found, "setup_intent"), _whole(found, "payment_intent")
    method = _whole(setup, "payment_method") or _whole(payment, "payment_method")
    return PageFacts(
        id=found.id,
        status=found.status,
        url=_text(found, "url"),
        reference=_text(found, "client_reference_id"),
        paid=_at(found, "payment_status") == "paid",
        setup_intent_id=_id(found, "setup_intent"),
        setup_status=_text(setup, "status"),
        card=card(method) if method is not None else None,
        intent=intent(payment) if payment is not None else None,
    )


def charge(found: Any) -> ChargeFacts:
    return ChargeFacts(
        key=_id(found, "payment_intent") or found.id, amount=from_cents(found.amount)
    )


def refund(found: Any) -> RefundFacts:
    return RefundFacts(
        id=found.id,
        status=_text(found, "status"),
        amount=from_cents(found.amount),
        payment_intent_id=_id(found, "payment_intent"),
        refund_key=_text(found, "metadata", "refund"),
        failure=_text(found, "failure_reason"),
    )


def dispute(found: Any) -> DisputeFacts:
    created = datetime.fromtimestamp(found.created, UTC)
    return DisputeFacts(
        id=found.id,
        status=found.status,
        payment_intent_id=_id(found, "payment_intent"),
        charge_id=_id(found, "charge"),
        amount=from_cents(found.amount),
        created_at=created,
        due_by=_instant(_at(found, "evidence_details", "due_by")),
    )


def event(found: Any) -> EventFacts:
    """Raises ValueError for an event that is about no object of ours to read."""
    about = found.data.object
    if not _text(about, "id"):
        raise ValueError("Événement sans objet.")
    # What a charge tells is read through its intent, a warning through its charge's.
    through_intent = about.object in ("charge", "radar.early_fraud_warning")
    return EventFacts(
        id=found.id,
        type=found.type,
        object_id=_id(about, "payment_intent") if through_intent else about.id,
        livemode=bool(found.livemode),
        created_at=datetime.fromtimestamp(found.created, UTC),
    )
