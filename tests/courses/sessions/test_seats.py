"""Invariant I3: seats taken never exceed the capacity, and unlimited is not zero."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

import pytest

from courses.sessions.models import CourseSession
from courses.sessions.rules import SessionState
from courses.sessions.seats import SessionClosed, SessionFull, release_seats, take_seats
from tests.factories.courses import CourseSessionFactory

pytestmark = pytest.mark.django_db


def taken(session):
    return CourseSession.objects.values_list("seats_taken", flat=True).get(pk=session.pk)


def test_seat_is_taken_and_given_back():
    session = CourseSessionFactory(capacity=2)

    take_seats(session_id=session.pk, count=2)
    assert taken(session) == 2
    release_seats(session_id=session.pk)
    assert taken(session) == 1


def test_full_session_refuses_one_more():
    session = CourseSessionFactory(capacity=1, seats_taken=1)

    with pytest.raises(SessionFull, match="complète"):
        take_seats(session_id=session.pk)
    assert taken(session) == 1


def test_group_larger_than_what_is_left_is_told_how_many_remain():
    session = CourseSessionFactory(capacity=3, seats_taken=1)

    with pytest.raises(SessionFull, match="ne reste que 2 places"):
        take_seats(session_id=session.pk, count=3)


@pytest.mark.parametrize(("capacity", "allowed"), [(None, True), (0, False)])
def test_unlimited_is_not_zero(capacity, allowed):
    session = CourseSessionFactory(capacity=capacity)

    if allowed:
        take_seats(session_id=session.pk, count=50)
        assert taken(session) == 50
    else:
        with pytest.raises(SessionFull):
            take_seats(session_id=session.pk)


@pytest.mark.parametrize("state", [SessionState.CANCELLED, SessionState.DRAFT])
def test_session_that_is_not_open_refuses(state):
    session = CourseSessionFactory(state=state.value)

    with pytest.raises(SessionClosed):
        take_seats(session_id=session.pk)


def test_session_that_begins_today_refuses():
    session = CourseSessionFactory(starts_on=timezone.localdate())

    with pytest.raises(SessionClosed):
        take_seats(session_id=session.pk)


def test_cancelled_session_still_gives_its_seats_back():
    session = CourseSessionFactory(capacity=2, seats_taken=2, state=SessionState.CANCELLED.value)

    release_seats(session_id=session.pk)

    assert taken(session) == 1


def test_more_seats_than_taken_cannot_be_given_back():
    session = CourseSessionFactory(capacity=2, seats_taken=1)

    with pytest.raises(ValueError, match="2 place"):
        release_seats(session_id=session.pk, count=2)


def test_database_refuses_what_no_action_would_do():
    session = CourseSessionFactory(capacity=1, seats_taken=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        CourseSession.objects.filter(pk=session.pk).update(seats_taken=2)


def in_threads(action, count=8):
    def run(_):
        try:
            action()
        except (SessionFull, IntegrityError):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(count) as pool:
        return sum(pool.map(run, range(count)))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_eight_buyers_of_the_last_three_seats_get_three():
    session = CourseSessionFactory(capacity=3, starts_on=timezone.localdate() + timedelta(days=60))

    served = in_threads(lambda: take_seats(session_id=session.pk))

    assert served == 3
    assert taken(session) == 3


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_seats_would_be_sold_twice():
    """The race that the lock prevents: read, then write what was read plus one."""
    session = CourseSessionFactory(capacity=None)

    def take_without_lock():
        with transaction.atomic():
            known = CourseSession.objects.get(pk=session.pk).seats_taken
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.05)")
            CourseSession.objects.filter(pk=session.pk).update(seats_taken=known + 1)

    assert in_threads(take_without_lock) == 8
    assert taken(session) < 8
