"""Allocating, sending back, setting aside: a line is given once, to whoever it pays."""

from datetime import timedelta
from decimal import Decimal

import pytest

from base.events import events_of
from mail.models import OutgoingMessage
from shop.models import Attempt, BankAllocation, BankReturn
from shop.payments.bank.actions import allocate, record_return, reopen, set_aside
from shop.payments.bank.integrity import bank_faults
from shop.payments.bank.rules import LineState
from shop.payments.companies import deposit_is_received, receive_transfer
from shop.payments.models import Due
from shop.payments.rules import ChargeTooEarly
from shop.payments.transfers import TransferRefused, record_transfer
from tests.shop.payments.bank.conftest import ACTOR, DAY, NOW, due_of, fresh

REFERENCE = "PC-2026-0001"


def give(line, due, amount=None):
    return allocate(line=line, due=due, amount=amount or due.amount, actor=ACTOR, now=NOW)


def give_back(line, amount, reference="R1", **fields):
    facts = {"sent_on": DAY, "reason": "trop perçu", "actor": ACTOR, "now": NOW} | fields
    return record_return(line=line, amount=Decimal(amount), reference=reference, **facts)


def test_company_transfer_pays_the_deposit(company, line_of):
    line = line_of(REFERENCE)
    allocation = give(line, due_of(company))
    assert deposit_is_received(company)
    assert (allocation.attempt.reference, allocation.attempt.channel) == ("B1", "transfer")
    assert fresh(line).state == LineState.MATCHED
    assert [event.name for event in events_of(line)] == ["virement affecté"]
    assert list(bank_faults()) == []


def test_consumer_transfer_pays_the_instalment(order, line_of):
    line = line_of(order.reference, "356.40")
    give(line, due_of(order))
    assert due_of(order).is_paid
    assert fresh(line).state == LineState.MATCHED
    assert OutgoingMessage.objects.filter(template="payment_receipt").count() == 1


def test_partial_transfer_leaves_the_rest_owed(company, line_of):
    give(line_of(REFERENCE, "120.00"), due_of(company), Decimal("120.00"))
    owed = Due.objects.of(company).unpaid().order_by("position")
    assert [due.amount for due in owed] == [Decimal("700.00"), Decimal("180.00")]
    assert not deposit_is_received(company)

    give(line_of("le reste", "180.00"), owed[1])
    assert deposit_is_received(company)


def test_too_much_waits_then_pays_another_instalment(company, line_of):
    line = line_of(REFERENCE, "350.00")
    give(line, due_of(company))
    assert (fresh(line).state, fresh(line).remainder) == (LineState.WAITING, Decimal("50.00"))

    give(line, due_of(company, 2), Decimal("50.00"))
    assert fresh(line).state == LineState.MATCHED
    assert list(bank_faults()) == []


def test_double_is_sent_back(company, line_of):
    give(line_of(REFERENCE), due_of(company))
    double = line_of(REFERENCE, bank_reference="B2")
    with pytest.raises(TransferRefused, match="déjà payée"):
        give(double, due_of(company))

    give_back(double, "300.00")
    assert fresh(double).state == LineState.RETURNED
    assert [event.name for event in events_of(double)] == ["virement rendu"]


def test_same_click_twice_is_one_allocation(company, line_of):
    line, due = line_of(REFERENCE), due_of(company)
    assert give(line, due) == give(line, due)
    assert (Attempt.objects.count(), BankAllocation.objects.count()) == (1, 1)


def test_same_return_twice_is_one(line_of):
    line = line_of("double")
    assert give_back(line, "100.00") == give_back(line, "100.00")
    assert fresh(line).remainder == Decimal("200.00")


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "300.01"])
def test_nothing_beyond_the_line_is_given(company, line_of, amount):
    line = line_of(REFERENCE)
    with pytest.raises(TransferRefused, match="Il reste 300,00"):
        give(line, due_of(company, 2), Decimal(amount))
    with pytest.raises(TransferRefused, match="Il reste 300,00"):
        give_back(line, amount)
    assert not Attempt.objects.exists()


def test_more_than_the_due_is_refused(company, line_of):
    with pytest.raises(TransferRefused, match="au plus ce montant"):
        give(line_of(REFERENCE, "400.00"), due_of(company), Decimal("400.00"))
    assert not BankAllocation.objects.exists()


@pytest.mark.parametrize("amount", ["300.00", "400.00"])
def test_consumer_pays_exactly(order, line_of, amount):
    with pytest.raises(TransferRefused, match="Le virement doit être de 356,40"):
        give(line_of(order.reference, amount), due_of(order), Decimal(amount))


def test_t06_consumer_transfer_that_came_too_early_is_refused(order, line_of):
    line = line_of(order.reference, "356.40", booked_on=DAY - timedelta(days=10))
    with pytest.raises(TransferRefused, match="rendez ce virement"):
        give(line, due_of(order))
    assert fresh(line).state == LineState.TO_MATCH


def test_t06_nothing_is_received_before_the_period_has_begun(order, line_of):
    due = due_of(order)
    due.not_before = None
    due.save(update_fields=["not_before"])
    with pytest.raises(ChargeTooEarly):
        give(line_of(order.reference, "356.40"), due)


def test_other_currency_is_never_allocated(company, line_of):
    with pytest.raises(TransferRefused, match="en CHF"):
        give(line_of(REFERENCE, currency="CHF"), due_of(company))


@pytest.mark.parametrize("kind", ["company", "order"])
def test_hand_noted_transfer_gets_its_line_and_no_money_is_added(request, kind, line_of):
    contract = request.getfixturevalue(kind)
    due, receive = due_of(contract), receive_transfer if kind == "company" else record_transfer
    attempt = receive(
        due=due, amount=due.amount, received_on=DAY, reference="lu hier", actor=ACTOR, now=NOW
    )
    line = line_of("acompte", str(due.amount))
    assert give(line, due).attempt == attempt
    assert Attempt.objects.count() == 1
    with pytest.raises(TransferRefused):
        give(line_of("encore", str(due.amount), bank_reference="B2"), due)


def test_line_set_aside_is_kept_out_until_it_is_reopened(company, line_of):
    line = line_of("remboursement de la poste")
    set_aside(line=line, reason="sans rapport avec une vente", actor=ACTOR, now=NOW)
    assert fresh(line).state == LineState.SET_ASIDE
    with pytest.raises(TransferRefused, match="écartée"):
        give(line, due_of(company))

    reopen(line=line, reason="erreur", actor=ACTOR, now=NOW)
    give(line, due_of(company))
    assert [event.name for event in events_of(line)] == [
        "virement écarté", "virement à rapprocher de nouveau", "virement affecté",
    ]  # fmt: skip


def test_line_that_is_all_given_is_not_set_aside(company, line_of):
    line = line_of(REFERENCE)
    give(line, due_of(company))
    with pytest.raises(TransferRefused, match="ne reste rien"):
        set_aside(line=line, reason="essai", actor=ACTOR, now=NOW)


@pytest.mark.parametrize("days", [-1, 3])
def test_day_of_a_return_is_between_its_arrival_and_today(line_of, days):
    with pytest.raises(TransferRefused, match="au plus tôt"):
        give_back(line_of("double"), "300.00", sent_on=DAY + timedelta(days=days))


def test_fault_is_told_when_a_line_is_given_twice(company, line_of):
    line = line_of(REFERENCE)
    give(line, due_of(company))
    BankReturn.append(
        line=line, amount=1, sent_on=DAY, reference="R", reason="essai", actor=ACTOR, at=NOW
    )
    assert ["affectés ou rendus" in fault for fault in bank_faults()] == [True]


def test_fault_is_told_when_an_allocation_is_not_its_payment(company, line_of):
    line, attempt = line_of(REFERENCE), give(line_of(REFERENCE, "310.00"), due_of(company)).attempt
    Attempt.objects.filter(pk=attempt.pk).update(state="failed")
    assert [f"tentative {attempt.pk}" in fault for fault in bank_faults()] == [True]
    assert fresh(line).state == LineState.TO_MATCH
