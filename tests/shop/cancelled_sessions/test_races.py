"""Two answers at once, an answer against the clock, the last seat, a cancellation against an order."""

from datetime import timedelta

from django.utils import timezone

import pytest

from courses.models import CourseSession
from courses.sessions.seats import SeatsRefused, take_seats
from shop.cancelled_sessions.actions import CancellationRefused, answer_offer, close_unanswered
from shop.cancelled_sessions.following import follow
from shop.cancelled_sessions.integrity import cancellation_faults
from shop.cancelled_sessions.rules import Choice, OfferState
from shop.models import Refund, SessionCancellation, SessionOffer
from shop.orders.actions import end_order
from shop.orders.rules import OrderState
from tests.shop.cancelled_sessions.conftest import fresh, offer_of, taken
from tests.shop.proposals.agreement.test_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
REFUSED = (CancellationRefused, SeatsRefused)


def answering(contract, choice=Choice.REFUND, session=None):
    offer = offer_of(contract)

    def act():
        try:
            answer_offer(
                offer_id=offer.pk, choice=choice, session_id=session and session.pk,
                answered_by="Camille", now=timezone.now(),
            )  # fmt: skip
        except REFUSED as refused:
            return type(refused).__name__
        return "done"

    return act


def test_two_different_answers_at_once_leave_one(cancel, consumer, other, big, pay):
    pay(consumer)
    cancel(other)
    results = at_once(answering(consumer), answering(consumer, Choice.MOVE, other))
    assert sorted(results) == ["CancellationRefused", "done"]
    moved = offer_of(consumer).state == OfferState.MOVED
    assert taken(big, other) == [0, 1 if moved else 0]
    assert Refund.objects.count() == (0 if moved else 1)
    assert list(cancellation_faults()) == []


def test_answer_and_deadline_at_once_do_one_thing(cancel, consumer, company, other, pay):
    pay(consumer)
    cancel(other)
    late = timezone.now() + timedelta(days=30)
    for contract in (consumer, company):
        offer = offer_of(contract)
        at_once(
            answering(contract, Choice.MOVE, other),
            lambda pk=offer.pk: close_unanswered(offer_id=pk, now=late),
            lambda pk=offer.pk: close_unanswered(offer_id=pk, now=late),
        )
        assert offer_of(contract).state in (OfferState.MOVED, OfferState.REFUNDED)
    moved = SessionOffer.objects.filter(state=OfferState.MOVED)
    assert taken(other) == [sum(offer.seats for offer in moved)]
    assert Refund.objects.count() <= 1
    assert list(cancellation_faults()) == []


def test_last_seat_goes_to_one_of_two_clients(cancel, enrol, other, big):
    CourseSession.objects.filter(pk=other.pk).update(capacity=1)
    first, second = enrol(), enrol()
    cancel(other)
    results = at_once(*[answering(order, Choice.MOVE, other) for order in (first, second)])
    assert sorted(results) == ["SessionFull", "done"]
    assert taken(big, other) == [1, 1]


def test_cancellation_and_orders_that_take_or_leave_seats_never_wait_in_a_circle(
    cancel, enrol, other, big
):
    leaving = enrol()

    def take():
        try:
            take_seats(session_id=big.pk)
        except SeatsRefused:
            return False
        return True

    def leave():
        end_order(
            order=leaving, state=OrderState.WITHDRAWN, actor="x", reason="x", now=timezone.now()
        )

    at_once(lambda: cancel(other), lambda: cancel(other), take, leave)
    cancellation = SessionCancellation.objects.get()
    assert fresh(big).is_cancelled
    follow(cancellation.pk, timezone.now())
    assert not SessionOffer.objects.waiting().exists()
    assert list(cancellation_faults()) == []
