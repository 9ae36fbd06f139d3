"""What pages show of a cancelled session, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from courses.sessions.models import CourseSession
from courses.sessions.waiting.models import WaitingEntry
from shop.cancelled_sessions.models import SessionOffer
from shop.cancelled_sessions.rules import OfferState
from shop.changes.models import RequestOutcome
from shop.orders.models import Order
from shop.payments.models import Attempt, Contract, of_contract
from shop.payments.refund_rows import refundable
from shop.payments.rules import AttemptState, Channel
from shop.proposals.models import Proposal, ProposalQuerySet


@dataclass(frozen=True)
class Concerned:
    """What a refund would give back: by card at once, by transfer through a person."""

    contract: Contract
    seats: int
    by_card: Decimal
    by_transfer: Decimal

    @property
    def is_consumer(self) -> bool:
        return isinstance(self.contract, Order)

    @property
    def refund(self) -> Decimal:
        return self.by_card + self.by_transfer


@dataclass(frozen=True)
class Everybody:
    contracts: list[Concerned]
    unsigned: list[Proposal]
    waiting: list[WaitingEntry]

    @property
    def seats(self) -> int:
        return sum(concerned.seats for concerned in self.contracts)

    @property
    def refund(self) -> Decimal:
        return sum((concerned.refund for concerned in self.contracts), Decimal("0.00"))


def signed_on(sessions: Collection[int] | QuerySet[Any, Any]) -> ProposalQuerySet:
    """Without those that left their session for a date still to be chosen (CGV 3.6)."""
    gone = RequestOutcome.objects.all().with_open_window().filter(request__proposal__isnull=False)
    signed = Proposal.objects.binding().filter(session__in=sessions)
    return signed.exclude(pk__in=gone.values("request__proposal"))


def everybody_on(session: CourseSession) -> Everybody:
    """Whom its cancellation concerns now."""
    orders = Order.objects.active().filter(session=session).order_by("last_name", "pk")
    signed = signed_on([session.pk])
    unsigned = Proposal.objects.issued().filter(session=session).order_by("pk")
    return Everybody(
        contracts=[
            *(_concerned(order, 1) for order in orders.defer("snapshot")),
            *(_concerned(proposal, proposal.seats_wanted) for proposal in signed.order_by("pk")),
        ],
        unsigned=list(unsigned),
        waiting=list(WaitingEntry.objects.live().filter(session=session).by_arrival()),
    )


def _concerned(contract: Contract, seats: int) -> Concerned:
    paid = Attempt.objects.filter(**of_contract(contract, "due__"), state=AttemptState.SUCCEEDED)
    left = {True: Decimal("0.00"), False: Decimal("0.00")}
    for attempt in paid:
        left[attempt.channel == Channel.TRANSFER] += refundable(attempt)
    return Concerned(contract, seats, by_card=left[False], by_transfer=left[True])


@dataclass(frozen=True)
class Answers:
    """``counts`` in the sequence of the states; ``next_day`` is the first last day to come."""

    counts: list[tuple[OfferState, int]]
    next_day: date | None

    @property
    def waiting(self) -> int:
        return dict(self.counts)[OfferState.OPEN]


def answers_of(offers: Iterable[SessionOffer]) -> Answers:
    rows = list(offers)
    counted = Counter(row.state for row in rows)
    days = [row.last_day for row in rows if row.is_open]
    return Answers(
        counts=[(state, counted[state.value]) for state in OfferState],
        next_day=min(days, default=None),
    )


def open_offer(contract: Contract) -> SessionOffer | None:
    """What waits for the client's answer; asks the database only about a cancelled session."""
    session = contract.session
    if session is None or not session.is_cancelled:
        return None
    found: SessionOffer | None = contract.session_offers.filter(
        state=OfferState.OPEN.value, cancellation__session=session
    ).first()
    return found


def offers_of(contract: Contract) -> list[SessionOffer]:
    """The latest first."""
    rows = contract.session_offers.select_related("cancellation__session", "chosen__venue")
    return list(rows.order_by("-pk"))
