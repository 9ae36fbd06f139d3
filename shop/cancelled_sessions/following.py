"""What a cancellation leads to after its transaction, and what the clock catches up with.

Each step may run as often as one likes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from base.events import record
from shop.cancelled_sessions.actions import (
    SYSTEM,
    close_unanswered,
    hold_contracts,
    make_offers,
    settle_moot,
)
from shop.cancelled_sessions.letters import remind_choice
from shop.cancelled_sessions.models import SessionCancellation, SessionOffer
from shop.cancelled_sessions.rules import LAST_CHANCE_DAYS
from shop.proposals.actions import ProposalRefused, withdraw_proposal
from shop.proposals.models import Proposal

# A cancellation is followed as long as somebody may still sign what was issued before it.
FOLLOWED = timedelta(days=60)


def follow_all(now: datetime) -> None:
    """Job: every cancellation that may still change something."""
    for pk in _live(now).values_list("pk", flat=True):
        follow(pk, now)


def _live(now: datetime) -> QuerySet[SessionCancellation]:
    waiting = SessionOffer.objects.waiting().values("cancellation")
    recent = SessionCancellation.objects.filter(cancelled_at__gte=now - FOLLOWED)
    waited = SessionCancellation.objects.filter(pk__in=waiting)
    found: QuerySet[SessionCancellation] = (recent | waited).order_by("pk")
    return found


def follow(cancellation_id: int, now: datetime) -> None:
    cancellation = SessionCancellation.objects.select_related("session").get(pk=cancellation_id)
    _withdraw_unsigned(cancellation, now)
    _offer_to_latecomers(cancellation, now)
    for offer in cancellation.offers.waiting().select_related("order", "proposal", "cancellation"):
        _follow_offer(offer, now)


def _withdraw_unsigned(cancellation: SessionCancellation, now: datetime) -> None:
    """A proposal for a session that does not take place must not be signed any more (CGV 2.1)."""
    issued = Proposal.objects.issued().filter(session=cancellation.session_id)
    for pk in issued.values_list("pk", flat=True):
        try:
            withdraw_proposal(
                proposal_id=pk,
                reason=f"Session annulée : {cancellation.get_cause_display()}",
                told=f"La session du {cancellation.session.dates} est annulée.",
                actor=SYSTEM,
                now=now,
            )
        except ProposalRefused:  # signed in between: it is offered a choice like the others
            continue


@transaction.atomic
def _offer_to_latecomers(cancellation: SessionCancellation, now: datetime) -> None:
    """Who ordered or signed at the very moment of the cancellation."""
    latecomers = hold_contracts(cancellation.session_id, but=cancellation)
    make_offers(cancellation, latecomers, now)


def _follow_offer(offer: SessionOffer, now: datetime) -> None:
    if offer.is_moot:
        settle_moot(offer_id=offer.pk, now=now)
        return
    offer = close_unanswered(offer_id=offer.pk, now=now)
    if offer.is_open:
        _remind(offer, now)


@transaction.atomic
def _remind(offer: SessionOffer, now: datetime) -> None:
    """Once, three days before the last one; an offer as short as that needs no reminder."""
    held = SessionOffer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    first = offer.last_day - timedelta(days=LAST_CHANCE_DAYS)
    is_short = timezone.localdate(offer.created_at) >= first
    if is_short or held.reminded_at or not held.is_open or timezone.localdate(now) < first:
        return
    held.reminded_at = now
    held.save(update_fields=["reminded_at"])
    remind_choice(offer)
    data = {"last_day": offer.last_day}
    record("Réponse rappelée", subject=offer.contract, actor=SYSTEM, data=data, at=now)
