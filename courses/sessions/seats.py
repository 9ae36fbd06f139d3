"""Seats of a session: the only place that changes ``seats_taken`` (invariant I3)."""

from django.db import transaction
from django.utils import timezone

from base.page_cache import forget_pages
from courses.sessions.models import CourseSession
from courses.sessions.rules import PUBLIC_STATES
from courses.sessions.waiting.models import WaitingEntry
from courses.sessions.waiting.tasks import settle_session


class SeatsRefused(Exception):
    """The message is one French sentence for whoever wanted the seats."""


class SessionFull(SeatsRefused):
    pass


class SessionClosed(SeatsRefused):
    pass


@transaction.atomic
def take_seats(*, session_id: int, count: int = 1) -> CourseSession:
    """Holds seats under a lock on the session's row, until the caller's transaction ends.

    Raises SessionClosed (cancelled, hidden, already begun) and SessionFull.
    """
    session = lock_session(session_id)
    if session.state not in PUBLIC_STATES or session.starts_on <= timezone.localdate():
        raise SessionClosed("Cette session n’est plus ouverte aux inscriptions.")
    if session.seats_left is not None and session.seats_left < count:
        raise SessionFull(_full_message(session.seats_left))
    return _set_taken(session, session.seats_taken + count)


@transaction.atomic
def release_seats(*, session_id: int, count: int = 1) -> CourseSession:
    """Gives seats back, whatever the state of the session. Raises ValueError for more than taken."""
    session = lock_session(session_id)
    if count > session.seats_taken:
        raise ValueError(f"{count} place(s) rendue(s), {session.seats_taken} prise(s).")
    settle_waiting_list(session_id=session_id)
    return _set_taken(session, session.seats_taken - count)


def settle_waiting_list(*, session_id: int) -> None:
    """Has freed seats offered once the caller's transaction is committed: the task is a row of it."""
    if WaitingEntry.objects.live().filter(session_id=session_id).exists():
        settle_session.enqueue(session_id)


def lock_session(session_id: int) -> CourseSession:
    """Keeps its seats from everybody else until the caller's transaction ends."""
    return CourseSession.objects.select_for_update(of=("self",)).get(pk=session_id)


def lock_sessions(*keys: int) -> list[CourseSession]:
    """In the order asked for, locked in the sequence of their keys: two crossed moves never wait for
    each other. Raises SeatsRefused for one that is gone."""
    rows = CourseSession.objects.select_for_update(of=("self",)).filter(pk__in=keys)
    found = {row.pk: row for row in rows.select_related("course", "venue").order_by("pk")}
    if len(found) != len(set(keys)):
        raise SeatsRefused("Cette session n’existe plus.")
    return [found[key] for key in keys]


def _set_taken(session: CourseSession, taken: int) -> CourseSession:
    session.seats_taken = taken
    CourseSession.objects.filter(pk=session.pk).update(seats_taken=taken)
    if session.capacity is not None:
        transaction.on_commit(forget_pages)  # an update sends no signal, and pages show seats left
    return session


def _full_message(left: int) -> str:
    if left == 0:
        return "Cette session est complète."
    return f"Il ne reste que {left} place{'s' if left > 1 else ''} sur cette session."
