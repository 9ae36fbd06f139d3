"""Sessions: states, usual hours and seats. Pure: dates and numbers in, values out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum

from base.workdays import is_teaching_day


class SessionState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            SessionState.DRAFT: "en préparation (invisible)",
            SessionState.OPEN: "ouverte aux inscriptions",
            SessionState.CONFIRMED: "départ confirmé",
            SessionState.CANCELLED: "annulée",
        }[self]


# Visitors see these; only these can be booked.
PUBLIC_STATES = (SessionState.OPEN, SessionState.CONFIRMED)


class SessionFormat(StrEnum):
    ON_SITE = "on_site"
    REMOTE = "remote"

    @property
    def label(self) -> str:
        return {SessionFormat.ON_SITE: "en présentiel", SessionFormat.REMOTE: "à distance"}[self]


MORNING = (time(9, 0), time(12, 30))
AFTERNOON = (time(13, 30), time(17, 0))


@dataclass(frozen=True)
class PlannedHalfDay:
    date: date
    start_time: time
    end_time: time


def plan_half_days(starts_on: date, duration_days: Decimal) -> list[PlannedHalfDay]:
    """Usual timetable of a course: 9:00-12:30 and 13:30-17:00, no teaching on week-ends and holidays.

    A started half-day counts as a whole one (0.5 day = one morning).
    """
    slots = _half_day_slots(starts_on)
    count = int((duration_days * 2).to_integral_value(rounding="ROUND_CEILING"))
    return [next(slots) for _ in range(count)]


def _half_day_slots(starts_on: date) -> Iterator[PlannedHalfDay]:
    day = starts_on
    while True:
        if is_teaching_day(day):
            yield PlannedHalfDay(day, *MORNING)
            yield PlannedHalfDay(day, *AFTERNOON)
        day += timedelta(days=1)


def seats_left(capacity: int | None, taken: int) -> int | None:
    """Free seats; ``None`` means unlimited and is not 0 (invariant I3)."""
    return None if capacity is None else max(capacity - taken, 0)


def place_name(town: str | None) -> str:
    """``town`` is None for a session without a venue."""
    return SessionFormat.REMOTE.label if town is None else town
