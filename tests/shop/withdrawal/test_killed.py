"""All or nothing, wherever the process dies; one declaration, however often it is confirmed."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

import pytest

from base.events import Event
from courses.models import CourseSession
from mail.models import OutgoingMessage
from shop.orders.models import Order
from shop.payments.models import Due, PaymentMandate, Refund
from shop.withdrawal.actions import DecisionRefused, declare, match_declaration
from shop.withdrawal.models import MatchOutcome, WithdrawalDeclaration, WithdrawalMatch
from tests.factories.withdrawal import IN_TIME, TOO_LATE, OrderFactory, give_card, owe
from tests.shop.withdrawal.conftest import TYPED


class Killed(BaseException):
    """As a signal would: nothing catches it."""


class DiesBefore:
    def __init__(self, statement):
        self.left = statement

    def __call__(self, execute, sql, params, many, context):
        if self.left == 0:
            raise Killed
        self.left -= 1
        return execute(sql, params, many, context)


def rows():
    models = (WithdrawalDeclaration, WithdrawalMatch, OutgoingMessage, Refund, Event)
    return (
        *(model.objects.count() for model in models),
        *Order.objects.order_by("pk").values_list("state", "charging_stopped_at"),
        *CourseSession.objects.values_list("seats_taken"),
        *Due.objects.order_by("pk").values_list("stopped_at"),
        *PaymentMandate.objects.values_list("state"),
    )


def withdraw(order, key):
    return declare(**TYPED, form_key=key, order_token=order.token, now=IN_TIME)


@pytest.mark.django_db(transaction=True)
def test_process_killed_between_two_statements_leaves_all_or_nothing(home):
    order = OrderFactory()
    owe(order, paid=True)
    owe(order)
    give_card(order)
    before, statement = rows(), 0

    while True:
        try:
            with connection.execute_wrapper(DiesBefore(statement)):
                withdraw(order, "k")
        except Killed:
            assert rows() == before
            statement += 1
        else:
            break

    assert statement > 30
    assert WithdrawalMatch.objects.get().outcome == "accepted"
    assert Order.objects.get().state == "withdrawn"


def at_once(action, count=6):
    def run(number):
        try:
            return action(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_confirmations_at_once_are_one_declaration(home):
    order = OrderFactory()
    owe(order, paid=True)

    kept = at_once(lambda _: withdraw(order, "k").pk)

    assert len(set(kept)) == 1
    assert (WithdrawalDeclaration.objects.count(), Refund.objects.count()) == (1, 1)
    assert CourseSession.objects.get().seats_taken == 0


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_people_declaring_at_once_end_the_order_once(home):
    order = OrderFactory()
    owe(order, paid=True)

    at_once(lambda number: withdraw(order, f"k{number}"))

    assert sorted(WithdrawalMatch.objects.values_list("outcome", flat=True)) == [
        "accepted",
        *["already"] * 5,
    ]
    assert Refund.objects.count() == 1
    assert CourseSession.objects.get().seats_taken == 0


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_members_of_staff_decide_once(home):
    order = OrderFactory()
    late = declare(**TYPED, form_key="k", order_token=order.token, now=TOO_LATE)

    def decide(number):
        try:
            match_declaration(
                declaration=late,
                order=order,
                outcome=MatchOutcome.ACCEPTED if number % 2 else MatchOutcome.REFUSED,
                actor=f"Gestion {number}",
                reason="Vu",
                now=TOO_LATE,
            )
        except DecisionRefused:
            return "refused"
        return "decided"

    assert sorted(at_once(decide)) == ["decided", *["refused"] * 5]
