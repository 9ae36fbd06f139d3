"""Waiting list of a session: states, deadlines, who is offered the free seats. Pure."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from base.civil_dates import PARIS
from base.workdays import is_working_day

MOST_PLACES = 10
OFFER_LASTS = timedelta(hours=48)
# Shorter than this, nobody could read the mail and answer it: the offer is not made.
SHORTEST_OFFER = timedelta(hours=4)
# A group that says yes gets a proposal, which takes longer than an order.
GROUP_LASTS = timedelta(days=7)
CLOSED_WORKING_DAYS = 3
KEPT_AFTER_START = timedelta(days=30)


class WaitingState(StrEnum):
    """Seats are held while ``OFFERED``, and only then."""

    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    LEFT = "left"
    REMOVED = "removed"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return {
            WaitingState.WAITING: "en attente",
            WaitingState.OFFERED: "place proposée",
            WaitingState.ACCEPTED: "place prise",
            WaitingState.DECLINED: "proposition refusée",
            WaitingState.EXPIRED: "proposition sans réponse",
            WaitingState.LEFT: "partie de la liste",
            WaitingState.REMOVED: "retirée par l’équipe",
            WaitingState.CLOSED: "liste fermée",
        }[self]


LIVE = (WaitingState.WAITING, WaitingState.OFFERED)
_NEXT = {
    WaitingState.WAITING: {
        WaitingState.OFFERED, WaitingState.LEFT, WaitingState.REMOVED, WaitingState.CLOSED,
    },
    WaitingState.OFFERED: {
        WaitingState.ACCEPTED, WaitingState.DECLINED, WaitingState.EXPIRED,
        WaitingState.REMOVED, WaitingState.CLOSED,
    },
}  # fmt: skip


def may_become(state: WaitingState, following: WaitingState) -> bool:
    return following in _NEXT.get(state, set())


def state_after_leaving(state: WaitingState) -> WaitingState:
    """Who leaves with an offer in hand declines it."""
    return WaitingState.DECLINED if state == WaitingState.OFFERED else WaitingState.LEFT


def new_token() -> str:
    """256 bits for an address that nobody can guess (invariant I9)."""
    return secrets.token_urlsafe(32)


def closing_day(starts_on: date) -> date:
    """First day without offers: the third working day before the session."""
    day = starts_on
    for _ in range(CLOSED_WORKING_DAYS):
        day -= timedelta(days=1)
        while not is_working_day(day):
            day -= timedelta(days=1)
    return day


def midnight(day: date) -> datetime:
    """Instant at which ``day`` begins in Paris."""
    return datetime.combine(day, time(), PARIS)


def offer_until(
    now: datetime, closes_at: datetime, *, lasting: timedelta = OFFER_LASTS
) -> datetime | None:
    """Deadline of an offer made now, never past the closing; None when too little time is left."""
    until = min(now + lasting, closes_at)
    return until if until - now >= SHORTEST_OFFER else None


def who_fits(groups: Sequence[int], free: int | None) -> list[int]:
    """Positions of the entries to serve, of ``groups`` seats each, in order of arrival.

    A group larger than what is left is passed over and keeps its place: it is the first to be
    looked at when more seats come back, and does not hold up the smaller ones behind it. ``free``
    is None for an unlimited session.
    """
    if free is None:
        return list(range(len(groups)))
    served = []
    for position, seats in enumerate(groups):
        if seats <= free:
            served.append(position)
            free -= seats
    return served
