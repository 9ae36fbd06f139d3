"""The clock and a colleague, or two colleagues: one case, one reminder, one invoice for late payment."""

from datetime import date

import pytest

from shop.collection.actions import CollectionRefused, follow_case, open_case
from shop.collection.models import (
    CollectionCase,
    CollectionReminder,
    PenaltyInvoice,
    RegisteredLetter,
    Suspension,
)
from shop.collection.penalties import issue_penalty, plan_penalty
from shop.collection.posting import prepare_notice
from shop.collection.suspending import suspend_trainings
from shop.models import Due
from tests.shop.collection.conftest import at, fresh, money_faults
from tests.shop.proposals.agreement.test_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def trying(act):
    def tried():
        try:
            act()
        except CollectionRefused:
            return "refused"
        return "done"

    return tried


def test_clock_that_runs_twice_opens_one_case_and_reminds_once(invoice, move):
    now = move(date(2026, 6, 16))

    def follow():
        follow_case(case_id=open_case(invoice=invoice, now=now).pk, now=now)

    at_once(*[follow] * 4)
    assert CollectionCase.objects.count() == CollectionReminder.objects.count() == 1


def test_two_colleagues_at_once_bill_the_same_days_and_the_40_euros_once(case, move):
    now, until = move(date(2026, 8, 20)), date(2026, 8, 20)
    shown = plan_penalty(fresh(case), until=until, today=until).bill.fingerprint

    def bill():
        issue_penalty(case_id=case.pk, until=until, shown=shown, actor="Équipe", now=now)

    results = at_once(*[trying(bill)] * 3)
    assert sorted(results) == ["done", "refused", "refused"]
    assert PenaltyInvoice.objects.count() == Due.objects.filter(kind="penalty").count() == 1
    assert money_faults() == []


def test_two_notices_at_once_are_one_letter(case, move):
    now = move(date(2026, 7, 10))

    def prepare():
        prepare_notice(case_id=case.pk, actor="Équipe", now=now)

    assert sorted(at_once(*[trying(prepare)] * 2)) == ["done", "refused"]
    assert RegisteredLetter.objects.count() == 1


def test_two_suspensions_at_once_are_one(case, another):
    now = at(date(2026, 6, 16))

    def suspend():
        suspend_trainings(
            case_id=case.pk, proposals=[another], reason="Impayé", actor="Équipe", now=now
        )

    assert sorted(at_once(*[trying(suspend)] * 2)) == ["done", "refused"]
    assert Suspension.objects.count() == 1
