"""What a client reads of its request: the proof at once, then what came of it."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from django.conf import settings

from base.organisation import Organisation
from mail.actions import queue_message
from shop.changes.models import RequestOutcome, WrittenRequest
from shop.changes.rules import Wish
from shop.orders.models import Order

RECEIVED = "written_request"
ANNOUNCED = "written_request_announcement"
SETTLED = "written_request_outcome"


def acknowledge_request(asked: WrittenRequest) -> None:
    """Proof of the request with the instants that count, to the address of the contract."""
    queue_message(
        event_key=f"written-request-{asked.pk}",
        template=RECEIVED,
        to=asked.contract.email,
        context=_context(asked),
        subject_owner=asked.contract,
    )


def announce_request(asked: WrittenRequest) -> None:
    """To staff, when a person decides."""
    queue_message(
        event_key=f"written-request-{asked.pk}",
        template=ANNOUNCED,
        to=Organisation.current().email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        context=_context(asked),
        subject_owner=asked.contract,
        reply_to=asked.contract.email,
    )


def tell_outcome(outcome: RequestOutcome) -> None:
    asked = outcome.request
    queue_message(
        event_key=f"written-request-{asked.pk}-outcome",
        template=SETTLED,
        to=asked.contract.email,
        context=_context(asked) | {"outcome": outcome},
        subject_owner=asked.contract,
    )


def _context(asked: WrittenRequest) -> dict[str, Any]:
    contract = asked.contract
    is_order = isinstance(contract, Order)
    return {
        "asked": asked,
        "contract": contract,
        "is_order": is_order,
        "is_cancellation": asked.wish == Wish.CANCEL,
        "reference": contract.reference,
        "contract_url": settings.SITE_URL.rstrip("/") + contract.get_absolute_url(),
    }
