"""The one door to Stripe: euros and our words in, small frozen facts out (payments.md 1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone

import stripe

from shop.payments import reading
from shop.payments.gateway_errors import BadSignature, NotConfigured, Refused, Unanswered
from shop.payments.rules import refuse_before, to_cents
from shop.payments.snapshots import (
    CardFacts,
    ChargeFacts,
    DisputeFacts,
    EventFacts,
    IntentFacts,
    PageFacts,
    RefundFacts,
)

TIMEOUT = (4, 20)  # seconds to connect, to answer: the library's 80 is too long in a web worker
RETRIES = 2
PAGE_LIFETIME = timedelta(minutes=60)
_CARDS: Any = ["card"]
_INTENT_FIELDS = ["payment_method"]
_PAGE_FIELDS = ["setup_intent.payment_method", "payment_intent.payment_method"]


def is_configured() -> bool:
    return bool(settings.STRIPE_SECRET_KEY)


def is_live_key(key: str) -> bool:
    return key.startswith(("sk_live_", "rk_live_"))


def _service() -> Any:
    key = settings.STRIPE_SECRET_KEY
    if not key:
        raise NotConfigured("Aucune clé Stripe (STRIPE_SECRET_KEY) : le paiement est fermé.")
    if is_live_key(key) and (settings.DEBUG or settings.CLOCK_MAY_BE_MOVED):
        raise NotConfigured(
            "Une clé Stripe de production ne sert ni aux essais ni à la mise au point."
        )
    return _client(key, settings.STRIPE_API_BASE, RETRIES).v1


@cache
def _client(key: str, base: str, retries: int) -> stripe.StripeClient:
    http = stripe.RequestsClient(timeout=TIMEOUT)
    addresses: Any = {"api": base} if base else None
    return stripe.StripeClient(
        key, base_addresses=addresses, max_network_retries=retries, http_client=http
    )


def close() -> None:
    """Ends the connections that this thread keeps open."""
    if settings.STRIPE_SECRET_KEY:
        client = _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, RETRIES)
        client._requestor._client.close()  # type: ignore[union-attr]  # noqa: SLF001  not public


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.IdempotencyError) as error:
        # A key used with other parameters: an older version of ours asked first, and may be served.
        raise Unanswered(str(error)) from error
    except stripe.StripeError as error:
        status = error.http_status or 500
        if status in (409, 429) or status >= 500:
            raise Unanswered(str(error)) from error
        raise Refused(str(error), str(error.code or "")) from error


# Customers and cards


def create_customer(*, name: str, email: str, reference: str) -> str:
    with _translated():
        customer = _service().customers.create(
            {
                "name": name,
                "email": email,
                "preferred_locales": ["fr"],
                "metadata": {"order": reference},
            },
            {"idempotency_key": f"customer-{reference}"},
        )
    return str(customer.id)


def open_card_page(
    *, customer: str, reference: str, key: str, return_url: str, cancel_url: str
) -> PageFacts:
    """A page that saves a card and asks for no money."""
    with _translated():
        session = _service().checkout.sessions.create(
            {
                "mode": "setup",
                "currency": "eur",
                "customer": customer,
                "locale": "fr",
                "allowed_payment_method_types": _CARDS,
                "client_reference_id": reference,
                "success_url": return_url,
                "cancel_url": cancel_url,
                "metadata": {"order": reference, "mandate": key},
                "setup_intent_data": {"metadata": {"order": reference, "mandate": key}},
                "custom_text": {
                    "submit": {
                        "message": "Aucun montant n’est débité aujourd’hui : votre carte est "
                        "seulement enregistrée."
                    }
                },
            },
            {"idempotency_key": key},
        )
    return reading.page(session)


def detach_card(payment_method_id: str) -> None:
    """Does nothing to a card that is not there any more."""
    try:
        with _translated():
            _service().payment_methods.detach(payment_method_id)
    except Refused:
        if read_card(payment_method_id).customer:
            raise


def read_card(payment_method_id: str) -> CardFacts:
    with _translated():
        return reading.card(_service().payment_methods.retrieve(payment_method_id))


# Money: every function that asks for it refuses first what comes too early (invariant I1)


def charge_card(
    *,
    amount: Any,
    customer: str,
    payment_method_id: str,
    reference: str,
    key: str,
    not_before: datetime | None,
    now: datetime,
) -> IntentFacts:
    """Charges in the customer's absence; a refusal of the bank is an answer, not an error."""
    refuse_before(not_before, now)
    params = {
        "amount": to_cents(amount),
        "currency": "eur",
        "customer": customer,
        "payment_method": payment_method_id,
        "off_session": True,
        "confirm": True,
        "description": f"Formation, commande {reference}",
        "metadata": {"order": reference, "attempt": key},
        "expand": _INTENT_FIELDS,
    }
    with _translated(), _refusal_is_an_answer() as answer:
        answer.append(_service().payment_intents.create(params, {"idempotency_key": key}))
    return reading.intent(answer[0])


def confirm_with_customer(
    *,
    payment_intent_id: str,
    payment_method_id: str,
    return_url: str,
    not_before: datetime | None,
    now: datetime,
) -> IntentFacts:
    """The same intent again, its customer present: no second charge can come of it."""
    refuse_before(not_before, now)
    params = {
        "payment_method": payment_method_id,
        "off_session": False,
        "return_url": return_url,
        "expand": _INTENT_FIELDS,
    }
    with _translated(), _refusal_is_an_answer() as answer:
        answer.append(_service().payment_intents.confirm(payment_intent_id, params))
    return reading.intent(answer[0])


def open_payment_page(
    *,
    amount: Any,
    label: str,
    customer: str,
    reference: str,
    key: str,
    keep_card: bool,
    return_url: str,
    cancel_url: str,
    started_at: datetime,
    not_before: datetime | None,
    now: datetime,
) -> PageFacts:
    refuse_before(not_before, now)
    metadata = {"order": reference, "attempt": key}
    intent: dict[str, Any] = {
        "metadata": metadata,
        "description": f"Formation, commande {reference}",
    }
    if keep_card:
        intent["setup_future_usage"] = "off_session"
    price = {
        "currency": "eur",
        "unit_amount": to_cents(amount),
        "product_data": {"name": label},
    }
    with _translated():
        session = _service().checkout.sessions.create(
            {
                "mode": "payment",
                "customer": customer,
                "locale": "fr",
                "allowed_payment_method_types": _CARDS,
                "client_reference_id": key,
                "line_items": [{"quantity": 1, "price_data": price}],
                "success_url": return_url,
                "cancel_url": cancel_url,
                "metadata": metadata,
                "payment_intent_data": intent,
                **_end_of_page(started_at),
            },
            {"idempotency_key": key},
        )
    return reading.page(session)


def _end_of_page(started_at: datetime) -> dict[str, Any]:
    """Stripe lives in the present: from a clock that was moved on, its page keeps Stripe's own day."""
    if settings.CLOCK_MAY_BE_MOVED and started_at > timezone.now():
        return {}
    return {"expires_at": int((started_at + PAGE_LIFETIME).timestamp())}


@contextmanager
def _refusal_is_an_answer() -> Iterator[list[Any]]:
    answer: list[Any] = []
    try:
        yield answer
    except stripe.CardError as error:
        intent = getattr(error.error, "payment_intent", None)
        if intent is None:
            raise
        answer.append(intent)


def cancel_intent(payment_intent_id: str) -> None:
    """Raises Refused when it can no longer be cancelled: read it then."""
    with _translated():
        _service().payment_intents.cancel(payment_intent_id)


def expire_page(session_id: str) -> None:
    """Raises Refused when it is no longer open: read it then."""
    with _translated():
        _service().checkout.sessions.expire(session_id)


# Reading back


def read_intent(payment_intent_id: str) -> IntentFacts:
    with _translated():
        found = _service().payment_intents.retrieve(payment_intent_id, {"expand": _INTENT_FIELDS})
    return reading.intent(found)


def read_page(session_id: str) -> PageFacts:
    with _translated():
        found = _service().checkout.sessions.retrieve(session_id, {"expand": _PAGE_FIELDS})
    return reading.page(found)


def find_intent(*, customer: str, key: str, since: datetime) -> IntentFacts | None:
    """The intent of an attempt whose answer never came."""
    params = {"customer": customer, "created": {"gte": _earlier(since)}, "limit": 100}
    with _translated():
        for intent in _service().payment_intents.list(params).auto_paging_iter():
            if reading.intent(intent).attempt_key == key:
                return reading.intent(intent)
    return None


def find_page(*, customer: str, key: str, since: datetime) -> PageFacts | None:
    params = {"customer": customer, "created": {"gte": _earlier(since)}, "limit": 100}
    with _translated():
        for session in _service().checkout.sessions.list(params).auto_paging_iter():
            if key in (session.client_reference_id, getattr(session.metadata, "mandate", None)):
                return reading.page(session)
    return None


def _earlier(since: datetime) -> int:
    """Two clocks never agree to the second."""
    return int((since - timedelta(hours=1)).timestamp())


# Refunds and disputes


def refund(*, payment_intent_id: str, amount: Any, key: str) -> RefundFacts:
    with _translated():
        made = _service().refunds.create(
            {
                "payment_intent": payment_intent_id,
                "amount": to_cents(amount),
                "reason": "requested_by_customer",
                "metadata": {"refund": key},
            },
            {"idempotency_key": key},
        )
    return reading.refund(made)


def read_refund(refund_id: str) -> RefundFacts:
    with _translated():
        return reading.refund(_service().refunds.retrieve(refund_id))


def refunds_of(payment_intent_id: str) -> list[RefundFacts]:
    params = {"payment_intent": payment_intent_id, "limit": 100}
    with _translated():
        found = _service().refunds.list(params).auto_paging_iter()
        return [reading.refund(item) for item in found]


def read_dispute(dispute_id: str) -> DisputeFacts:
    with _translated():
        return reading.dispute(_service().disputes.retrieve(dispute_id))


# What moved in a period, from ``start`` on and before ``end``


def charges_between(start: datetime, end: datetime) -> list[ChargeFacts]:
    """Those that took money."""
    with _translated():
        found = _service().charges.list(_period(start, end)).auto_paging_iter()
        return [reading.charge(item) for item in found if item.status == "succeeded"]


def refunds_between(start: datetime, end: datetime) -> list[RefundFacts]:
    """Whatever became of them."""
    with _translated():
        found = _service().refunds.list(_period(start, end)).auto_paging_iter()
        return [reading.refund(item) for item in found]


def _period(start: datetime, end: datetime) -> dict[str, Any]:
    created = {"gte": int(start.timestamp()), "lt": int(end.timestamp())}
    return {"created": created, "limit": 100}


# Events


def read_event(body: bytes, signature: str) -> EventFacts:
    """Raises BadSignature for whatever Stripe did not sign within the last five minutes."""
    if not settings.STRIPE_WEBHOOK_SECRET:
        raise BadSignature("Aucun secret (STRIPE_WEBHOOK_SECRET).")
    try:
        event = _client(
            settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, RETRIES
        ).construct_event(body, signature, settings.STRIPE_WEBHOOK_SECRET)
        return reading.event(event)
    except (stripe.SignatureVerificationError, AttributeError, ValueError) as error:
        raise BadSignature(str(error)) from error


def events_since(since: datetime, types: tuple[str, ...]) -> Iterator[EventFacts]:
    """Oldest first; Stripe keeps them thirty days."""
    params = {"created": {"gte": int(since.timestamp())}, "types": list(types), "limit": 100}
    with _translated():
        found = [reading.event(item) for item in _service().events.list(params).auto_paging_iter()]
    yield from sorted(found, key=lambda event: (event.created_at, event.id))


def uses_live_key() -> bool:
    return is_live_key(settings.STRIPE_SECRET_KEY)
