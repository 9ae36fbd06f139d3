"""What the people of a cancelled session read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings

from mail.actions import queue_message
from shop.cancelled_sessions.models import SessionOffer
from shop.payments.models import Refund
from shop.payments.refund_rows import paid_amount, refunded_amount
from shop.payments.transfers import kept_transfers
from shop.proposals.agreement.models import Participant

CHOICE = "session_cancelled_choice"
REMINDER = "session_cancelled_reminder"
REFUND = "session_cancelled_refund"
ATTENDEE = "session_cancelled_attendee"


def offer_choice(offer: SessionOffer) -> None:
    _write(offer, CHOICE, {"sessions": list(_sessions(offer))})


def remind_choice(offer: SessionOffer) -> None:
    _write(offer, REMINDER, {"sessions": list(_sessions(offer))})


def tell_refund(offer: SessionOffer, refunds: Sequence[Refund]) -> None:
    """``by_transfer`` is what a person sends back."""
    by_card = sum((refund.amount for refund in refunds), Decimal(0))
    kept = kept_transfers().filter(due__in=offer.contract.dues.all())
    by_transfer = sum((attempt.amount for attempt in kept), Decimal(0))
    _write(offer, REFUND, {"by_card": by_card, "by_transfer": by_transfer})


def tell_attendees(offer: SessionOffer) -> None:
    """Whoever was told the days learns that they do not stand; the contract's party decides."""
    for address, name in dict(_attendees(offer)).items():
        queue_message(
            event_key=f"session-offer-{offer.pk}",
            template=ATTENDEE,
            to=address,
            context=_context(offer) | {"name": name},
            subject_owner=offer.contract,
        )


def _attendees(offer: SessionOffer) -> Iterator[tuple[str, str]]:
    if offer.order and offer.order.trainee_email.lower() != offer.order.email.lower():
        yield offer.order.trainee_email, offer.order.trainee_name
    if offer.proposal:
        people = Participant.objects.filter(proposal=offer.proposal, informed_at__isnull=False)
        for person in people.attending().exclude(email=""):
            yield person.email, str(person)


def _sessions(offer: SessionOffer) -> Iterator[str]:
    rows = offer.cancellation.alternatives.select_related("venue").order_by("starts_on", "pk")
    for session in rows:
        yield f"{session.dates}, {session.place}"


def _write(offer: SessionOffer, template: str, context: dict[str, Any]) -> None:
    queue_message(
        event_key=f"session-offer-{offer.pk}",
        template=template,
        to=offer.contract.email,
        context=_context(offer) | context,
        subject_owner=offer.contract,
    )


def _context(offer: SessionOffer) -> dict[str, Any]:
    contract = offer.contract
    return {
        "offer": offer,
        "contract": contract,
        "cancellation": offer.cancellation,
        "session": offer.cancellation.session,
        "paid": paid_amount(contract) - refunded_amount(contract),
        "contract_url": settings.SITE_URL.rstrip("/") + contract.get_absolute_url(),
    }
