"""Addresses that act for whoever holds them: signed, and dead after their day (invariant I9).

The signature has no time of its own: the same facts give the same address, as an idempotent call needs.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from shop.orders.models import Order
from shop.payments.models import Attempt, Due, PaymentMandate

LIFETIME = timedelta(days=30)


class LinkRefused(Exception):
    """Nobody signed this address."""


class LinkExpired(Exception):
    pass


def absolute(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path


def due_address(due: Due, now: datetime) -> str:
    """A company pays on the page of its proposal, by card or by transfer: that link may be passed on."""
    if due.proposal:
        return reverse("proposal_payment", args=[due.proposal.token])
    return reverse("payment_recovery", args=[_sign("due", due.pk, now + LIFETIME)])


def change_address(order: Order, now: datetime) -> str:
    """Where the customer changes card or takes the authorisation back."""
    return reverse("card_change", args=[_sign("order", order.pk, now + LIFETIME)])


def payment_return_address(attempt: Attempt) -> str:
    until = attempt.created_at + LIFETIME
    return reverse("payment_return", args=[_sign("attempt", attempt.pk, until)])


def bank_address(attempt: Attempt) -> str:
    until = attempt.created_at + LIFETIME
    return reverse("payment_bank", args=[_sign("attempt", attempt.pk, until)])


def card_return_address(mandate: PaymentMandate) -> str:
    until = mandate.created_at + LIFETIME
    return reverse("card_return", args=[_sign("mandate", mandate.pk, until)])


def read_due(token: str, now: datetime) -> int:
    return _read("due", token, now)


def read_order(token: str, now: datetime) -> int:
    return _read("order", token, now)


def read_attempt(token: str, now: datetime) -> int:
    return _read("attempt", token, now)


def read_mandate(token: str, now: datetime) -> int:
    return _read("mandate", token, now)


def _sign(kind: str, pk: int, until: datetime) -> str:
    return _signer(kind).sign_object([pk, int(until.timestamp())], compress=False)


def _read(kind: str, token: str, now: datetime) -> int:
    """Raises LinkRefused and LinkExpired."""
    try:
        pk, until = _signer(kind).unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise LinkRefused from error
    if now > datetime.fromtimestamp(until, UTC):
        raise LinkExpired
    return int(pk)


def _signer(kind: str) -> Signer:
    """One kind of address never opens another."""
    return Signer(salt=f"shop.payments.{kind}")
