"""Two workers at the same seat: what happens without the lock, and with it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

import pytest

from courses.models import CourseSession, WaitingEntry
from courses.sessions.seats import release_seats, take_seats
from courses.sessions.waiting.actions import join, release_for_order, settle
from courses.sessions.waiting.rules import who_fits
from mail.models import OutgoingMessage
from tests.factories.courses import CourseSessionFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def committed(home):
    session = CourseSessionFactory(
        capacity=1, seats_taken=1, starts_on=timezone.localdate() + timedelta(days=60)
    )
    for name in "ab":
        join(
            session_id=session.pk, name=name, email=f"{name}@example.org", places=1,
            now=timezone.now(),
        )  # fmt: skip
    release_seats(session_id=session.pk)
    return session


def in_threads(*actions):
    def run(action):
        try:
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def settle_now(session):
    return lambda: settle(session_id=session.pk, now=timezone.now())


def test_without_the_lock_two_workers_would_promise_one_seat_twice(committed):
    """Each reads one free seat and the same person who still waits: two offers, two seats taken."""

    def promise():
        with transaction.atomic():
            session = CourseSession.objects.get(pk=committed.pk)
            waiting = list(WaitingEntry.objects.waiting().by_arrival())
            served = who_fits([entry.places for entry in waiting], session.seats_left)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.1)")
            return [waiting[position].pk for position in served]

    promised = in_threads(promise, promise)

    first = WaitingEntry.objects.by_arrival().first().pk
    assert promised == [[first], [first]]


def test_two_workers_make_one_offer_of_one_seat(committed):
    in_threads(*[settle_now(committed)] * 4)

    states = WaitingEntry.objects.by_arrival().values_list("state", flat=True)
    assert list(states) == ["offered", "waiting"]
    assert OutgoingMessage.objects.filter(template="waiting_offer").count() == 1
    assert CourseSession.objects.get(pk=committed.pk).seats_taken == 1


def test_order_keeps_its_seat_while_workers_look_for_free_ones(committed):
    settle(session_id=committed.pk, now=timezone.now())
    token = WaitingEntry.objects.offered().get().token

    def order():
        with transaction.atomic():
            held = release_for_order(token=token, session_id=committed.pk, now=timezone.now())
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.1)")
            take_seats(session_id=committed.pk)
            return held

    held, *_ = in_threads(order, *[settle_now(committed)] * 3)

    states = WaitingEntry.objects.by_arrival().values_list("state", flat=True)
    assert (held, list(states)) == (True, ["accepted", "waiting"])
    assert CourseSession.objects.get(pk=committed.pk).seats_taken == 1
