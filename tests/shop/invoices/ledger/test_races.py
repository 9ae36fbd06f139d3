"""Payments at once: one chain without gap, because they take the head one after the other."""

from dataclasses import asdict
from threading import Barrier

from django.db import IntegrityError, transaction

import pytest

from shop.invoices.ledger.actions import Fact, _facts
from shop.invoices.ledger.closing import close_finished_periods
from shop.invoices.ledger.integrity import ledger_faults
from shop.invoices.ledger.rules import EntryKind
from shop.models import LedgerClosing, LedgerEntry, LedgerHead
from tests.shop.invoices.ledger.conftest import NOW, pay
from tests.shop.payments.test_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

PAYMENTS = 20


def numbers():
    return list(LedgerEntry.objects.order_by("number").values_list("number", flat=True))


def test_twenty_payments_at_once_make_one_whole_chain(new_order):
    dues = [new_order().dues.get(position=1) for _ in range(PAYMENTS)]

    answers = at_once(*[lambda due=due: pay(due) for due in dues])

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert numbers() == list(range(1, PAYMENTS + 1))
    assert list(ledger_faults()) == []


def test_payments_that_fail_leave_no_gap(new_order):
    dues = [new_order().dues.get(position=1) for _ in range(PAYMENTS)]

    def fail(due):
        with transaction.atomic():
            pay(due)
            raise ZeroDivisionError

    at_once(
        *[
            (lambda due=due: fail(due)) if place % 2 else (lambda due=due: pay(due))
            for place, due in enumerate(dues)
        ]
    )

    assert numbers() == list(range(1, PAYMENTS // 2 + 1))
    assert list(ledger_faults()) == []


def test_same_payment_told_ten_times_at_once_is_one_entry(new_order):
    due = new_order().dues.get(position=1)

    at_once(*[lambda: pay(due)] * 10)

    assert numbers() == [1]


def test_closing_in_the_middle_of_payments_counts_each_once(new_order):
    dues = [new_order().dues.get(position=1) for _ in range(6)]
    pay(dues[0])
    tomorrow = NOW.replace(day=2, hour=0)

    at_once(
        *[lambda due=due: pay(due) for due in dues[1:]],
        lambda: close_finished_periods(tomorrow),
        lambda: close_finished_periods(tomorrow),
    )
    close_finished_periods(NOW.replace(day=3))

    days = LedgerClosing.objects.filter(period="day").order_by("number")
    assert [day.starts_on.day for day in days] == [1, 2]
    assert sum(day.payments for day in days) == 6 * dues[0].amount
    assert list(ledger_faults()) == []


def test_without_the_lock_two_payments_would_follow_the_same_entry(new_order):
    """The fork that the lock prevents: both chain to the head that they read."""
    attempts = [pay(new_order().dues.get(position=1)) for _ in range(2)]
    looked = Barrier(2)

    def follow_without_lock(attempt):
        with transaction.atomic():
            head = LedgerHead.objects.get()
            looked.wait(timeout=20)
            lost = Fact(
                EntryKind.DISPUTE_LOST, attempt, attempt.amount, "", NOW,
                dispute_id=f"dp_{attempt.pk}",
            )  # fmt: skip
            facts = _facts(lost, head, NOW)
            digest = facts.digest(head.sha256)
            return LedgerEntry.append(**asdict(facts), previous=head.sha256, sha256=digest)

    answers = at_once(*[lambda paid=paid: follow_without_lock(paid) for paid in attempts])

    # Only the unique number stops the second one.
    assert {type(answer) for answer in answers} == {LedgerEntry, IntegrityError}
