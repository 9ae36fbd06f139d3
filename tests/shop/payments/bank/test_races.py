"""Two people at the same line, and the same statement twice at once."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

from django.db import connection

import pytest

from shop.models import Attempt, BankAllocation, BankLine, BankReturn
from shop.payments.bank.actions import allocate, record_return
from shop.payments.bank.confirming import certain_now, confirm_certain
from shop.payments.bank.importing import import_statement
from shop.payments.bank.integrity import bank_faults
from shop.payments.bank.statements import StatementRefused
from shop.payments.transfers import TransferRefused
from tests.shop.payments.bank.conftest import ACTOR, DAY, NOW, due_of, transfer
from tests.shop.payments.bank.writing import camt

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
AT_ONCE = 4


def at_once(act):
    ready = Barrier(AT_ONCE)

    def run(place):
        ready.wait(timeout=20)
        try:
            return act(place)
        except (TransferRefused, StatementRefused) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def give(line, due, amount=None):
    return allocate(line=line, due=due, amount=amount or due.amount, actor=ACTOR, now=NOW)


def test_two_people_confirm_the_same_line_once(company, line_of):
    line, due = line_of("PC-2026-0001"), due_of(company)
    answers = at_once(lambda place: give(line, due))
    assert {answer.pk for answer in answers} == {BankAllocation.objects.get().pk}
    assert Attempt.objects.count() == 1


def test_one_line_is_never_given_to_two_sales(signed, line_of):
    line, dues = line_of("x"), [due_of(signed(f"PC-2026-000{n}")) for n in range(1, 5)]
    answers = at_once(lambda place: give(line, dues[place]))
    assert sum(isinstance(answer, TransferRefused) for answer in answers) == AT_ONCE - 1
    assert (Attempt.objects.count(), list(bank_faults())) == (1, [])


def test_two_lines_never_pay_the_same_instalment(company, imported):
    lines, due = imported(*[transfer("PC-2026-0001")] * AT_ONCE), due_of(company)
    answers = at_once(lambda place: give(lines[place], due))
    assert sum(isinstance(answer, TransferRefused) for answer in answers) == AT_ONCE - 1
    assert (Attempt.objects.count(), list(bank_faults())) == (1, [])


def test_line_is_given_or_sent_back_not_both(company, line_of):
    line, due = line_of("x"), due_of(company)

    def act(place):
        if place % 2:
            return give(line, due)
        return record_return(
            line=line, amount=Decimal(300), sent_on=DAY, reference="R", reason="x", actor=ACTOR,
            now=NOW,
        )  # fmt: skip

    at_once(act)
    assert BankAllocation.objects.count() + BankReturn.objects.count() == 1
    assert list(bank_faults()) == []


def test_one_click_of_several_people_confirms_once(signed, imported):
    for place in range(1, 4):
        signed(f"PC-2026-000{place}")
    imported(*(transfer(f"PC-2026-000{place}") for place in range(1, 4)))
    shown = {sure.pair for sure in certain_now()}
    at_once(lambda place: confirm_certain(shown=shown, actor=ACTOR, now=NOW))
    assert (Attempt.objects.count(), BankAllocation.objects.count()) == (3, 3)


def test_same_statement_at_once_is_imported_once(db):
    content = camt([transfer("un"), transfer("deux")])

    def take(place):
        return import_statement(name="r.xml", content=content, actor=ACTOR, now=NOW)

    answers = at_once(take)
    assert sum(isinstance(answer, StatementRefused) for answer in answers) == AT_ONCE - 1
    assert BankLine.objects.count() == 2


def test_overlapping_statements_at_once_import_no_line_twice(db):
    def take(place):
        content = camt([transfer("commun"), transfer(f"propre {place}")])
        return import_statement(name="r.xml", content=content, actor=ACTOR, now=NOW)

    at_once(take)
    assert BankLine.objects.filter(text="commun").count() == 1
