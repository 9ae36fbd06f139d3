"""Whatever people do and in whatever order: no seat is doubled, none is lost, everybody ends once."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from courses.models import CourseSession, WaitingEntry
from courses.sessions.seats import SeatsRefused, release_seats, take_seats
from courses.sessions.waiting.actions import (
    WaitingRefused,
    confirm_group,
    join,
    leave,
    offer_now,
    release_for_order,
    remove,
    settle,
)
from courses.sessions.waiting.rules import LIVE, WaitingState
from tests.factories.courses import CourseSessionFactory

CAPACITY = 6
PICK = st.integers(0, 30)


class WaitingListMachine(RuleBasedStateMachine):
    """``ordered`` counts the seats of orders; the rest of ``seats_taken`` must be offers."""

    @initialize()
    def open_session(self):
        self.sandbox = transaction.atomic()
        self.sandbox.__enter__()
        self.now, self.ordered, self.ended = timezone.now(), CAPACITY, {}
        self.session = CourseSessionFactory(
            capacity=CAPACITY,
            seats_taken=CAPACITY,
            starts_on=timezone.localdate() + timedelta(days=20),
        )

    def teardown(self):
        transaction.set_rollback(True)
        self.sandbox.__exit__(None, None, None)

    @rule(places=st.integers(1, 4), address=st.integers(0, 12))
    def somebody_joins(self, places, address):
        try:
            join(
                session_id=self.session.pk, name="x", email=f"{address}@example.org",
                places=places, now=self.now,
            )  # fmt: skip
        except WaitingRefused:
            return

    @precondition(lambda self: self.ordered)
    @rule()
    def an_order_ends(self):
        release_seats(session_id=self.session.pk)
        self.ordered -= 1

    @rule()
    def somebody_orders_directly(self):
        try:
            take_seats(session_id=self.session.pk)
        except SeatsRefused:
            return
        self.ordered += 1

    @rule(hours=st.integers(1, 96))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @rule()
    def the_worker_passes(self):
        settle(session_id=self.session.pk, now=self.now)
        self.nobody_is_passed_over_for_another_of_the_same_size()

    @rule(capacity=st.integers(0, 3))
    def staff_add_seats(self, capacity):
        CourseSession.objects.filter(pk=self.session.pk).update(
            capacity=self.read().capacity + capacity
        )

    @rule(pick=PICK)
    def somebody_leaves(self, pick):
        if entry := self.pick(pick):
            leave(token=entry.token, now=self.now)

    @rule(pick=PICK)
    def a_group_confirms(self, pick):
        if (entry := self.pick(pick)) and entry.is_offered and entry.is_group:
            confirm_group(token=entry.token, now=self.now)

    @rule(pick=PICK)
    def an_offer_becomes_an_order(self, pick):
        entry = self.pick(pick)
        if entry is None:
            return
        places, session_id = entry.places, self.session.pk
        with transaction.atomic():
            if release_for_order(
                token=entry.token, session_id=session_id, count=places, now=self.now
            ):
                take_seats(session_id=session_id, count=places)  # the held seats are always there
                self.ordered += places

    @rule(pick=PICK, offers=st.booleans())
    def staff_act(self, pick, offers):
        entry = self.pick(pick)
        if entry is None:
            return
        try:
            (offer_now if offers else remove)(entry=entry, actor="equipe", now=self.now)
        except (WaitingRefused, SeatsRefused):
            return

    @invariant()
    def seats_are_orders_and_offers_and_never_too_many(self):
        session = self.read()
        offered = WaitingEntry.objects.offered().filter(session=session)
        held = offered.aggregate(total=Sum("places"))["total"] or 0

        assert session.seats_taken == self.ordered + held
        assert session.seats_taken <= session.capacity

    @invariant()
    def an_end_is_final(self):
        for entry in WaitingEntry.objects.exclude(state__in=LIVE):
            assert self.ended.setdefault(entry.pk, entry.state) == entry.state

    @invariant()
    def no_offer_outlives_the_list(self):
        for entry in WaitingEntry.objects.offered():
            assert timezone.localdate(entry.offered_until) < self.session.starts_on

    def nobody_is_passed_over_for_another_of_the_same_size(self):
        """After the worker: who still waits does not fit in what is left."""
        session = self.read()
        for entry in WaitingEntry.objects.waiting():
            assert entry.places > session.seats_left

    def pick(self, number):
        entries = list(WaitingEntry.objects.by_arrival())
        return entries[number % len(entries)] if entries else None

    def read(self):
        return CourseSession.objects.get(pk=self.session.pk)


@pytest.mark.django_db
def test_waiting_list_keeps_its_promises():
    run_state_machine_as_test(
        WaitingListMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_everybody_ends_in_one_state_when_the_session_begins(full, queue, run_tasks):
    entries = [queue(name) for name in "abcd"]
    release_seats(session_id=full.pk)
    run_tasks()
    leave(token=entries[1].token, now=timezone.now())
    CourseSession.objects.filter(pk=full.pk).update(
        starts_on=timezone.localdate(), ends_on=timezone.localdate()
    )

    settle(session_id=full.pk, now=timezone.now())

    states = list(WaitingEntry.objects.by_arrival().values_list("state", flat=True))
    closed = WaitingState.CLOSED.value
    assert states == [closed, WaitingState.LEFT.value, closed, closed]
