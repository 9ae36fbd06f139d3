"""Until when seats of a session are offered; the shop says until when an individual may still order."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from courses.sessions.models import CourseSession
from courses.sessions.rules import PUBLIC_STATES
from courses.sessions.waiting.rules import closing_day, midnight

MayOrder = Callable[[date, datetime], bool]
FURTHEST_BACK_DAYS = 120
_may_order: list[MayOrder] = []


def ask_before_offering_one_seat(may_order: MayOrder) -> None:
    """``may_order`` gets the first day of a session and an instant: could an individual order then?

    Without it, an individual could be offered a seat that the order path then refuses (W-10).
    """
    _may_order[:] = [may_order]


def closes_at(session: CourseSession, *, places: int) -> datetime:
    """Instant from which nothing is offered any more to somebody who wants ``places`` seats."""
    day = closing_day(session.starts_on)
    if places > 1 or not _may_order:
        return midnight(day)
    earliest = day - timedelta(days=FURTHEST_BACK_DAYS)
    while day > earliest and not _may_order[0](session.starts_on, midnight(day)):
        day -= timedelta(days=1)
    return midnight(day)


def takes_waiting(session: CourseSession, today: date) -> bool:
    """A visitor may ask to be told of a free seat, alone or with others."""
    return (
        session.is_full
        and session.capacity != 0
        and session.state in PUBLIC_STATES
        and today < closing_day(session.starts_on)
    )
