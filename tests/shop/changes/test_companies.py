"""A company cancels, in whole or in part: the terms decide, the rows follow (CGV 3.5)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from base.events import Event
from mail.models import OutgoingMessage
from shop.changes.actions import (
    ChangeRefused,
    CostChanged,
    ask_in_writing,
    decide_request,
    fingerprint,
    preview,
    set_aside,
)
from shop.changes.integrity import change_faults
from shop.changes.invoicing import invoice_outcome
from shop.changes.jobs import invoice_forgotten
from shop.changes.rules import Cause
from shop.invoices.actions import credit_payment, invoice_payment, invoice_proposal
from shop.invoices.mentions import set_up_mentions
from shop.invoices.models import Invoice
from shop.models import Attempt, Due, Proposal, RequestOutcome, WrittenRequest
from shop.payments.companies import receive_transfer
from shop.payments.transfers import kept_transfers, record_transfer_back
from shop.proposals.agreement.actions import conclude
from shop.proposals.agreement.integrity import agreement_faults
from shop.proposals.agreement.people import people_of
from tests.factories.contracts import pay_deposit_now, sign_now
from tests.shop.changes.conftest import ask_now, said_of_invoices, seats_taken, wanted

D = Decimal
pytestmark = pytest.mark.django_db


def dues_of(contract):
    rows = Due.objects.of(contract).order_by("position")
    return [(due.kind, due.amount, due.stopped_at is None) for due in rows]


def lines_of(invoice):
    return [(tax.nature.value, tax.rate, tax.excl_vat, tax.vat) for tax in invoice.facts.taxes]


def letters():
    rows = OutgoingMessage.objects.filter(template__startswith="written_request")
    return list(rows.order_by("pk").values_list("template", flat=True))


def test_cgv_3_5_sixteen_days_before_the_deposit_is_kept(contract, before_start):
    now = before_start(contract, 16)
    asked = ask_now(contract, now)

    outcome = RequestOutcome.objects.get(request=asked)
    amounts = (outcome.due, outcome.kept, outcome.refund, outcome.owed)
    assert amounts == (D("1069.20"), D("1069.20"), D(0), D(0))
    assert (outcome.clause, outcome.ends, outcome.decided_by) == ("3.5", True, "CGV")
    ended = Proposal.objects.get(pk=contract.pk)
    assert (ended.is_cancelled, ended.seats_held, seats_taken(contract)) == (True, 0, 0)
    assert dues_of(contract) == [
        ("deposit", D("1069.20"), True), ("balance", D("2494.80"), False),
    ]  # fmt: skip
    assert letters() == ["written_request", "written_request_outcome"]
    assert list(change_faults()) == []


def test_cgv_3_5_fourteen_days_before_the_whole_price_is_owed_at_once(contract, before_start):
    now = before_start(contract, 14)
    outcome = ask_now(contract, now).outcome
    assert (outcome.due, outcome.owed) == (D("3564.00"), D("2494.80"))
    due = Due.objects.of(contract).get(kind="indemnity")
    assert (due.amount, due.due_on) == (D("2494.80"), now.date())
    assert list(Due.objects.payable(now)) == [due]


def test_kept_deposit_is_credited_and_invoiced_again_as_an_indemnity_without_vat(
    contract, before_start
):
    now = before_start(contract, 16)
    outcome = ask_now(contract, now).outcome
    final = invoice_outcome(outcome_id=outcome.pk, now=now)

    deposit, credit = Invoice.objects.get(kind="deposit"), Invoice.objects.get(kind="credit")
    assert lines_of(deposit) == [("training", D("0.20"), D("891.00"), D("178.20"))]
    assert (credit.corrects, credit.incl_vat, credit.vat) == (deposit, D("1069.20"), D("178.20"))
    assert lines_of(final) == [("indemnity", D("0"), D("1069.20"), D("0.00"))]
    assert (final.payable, final.facts.paid) == (D(0), D("1069.20"))
    assert "formation «" not in final.facts.lines[0].description
    assert invoice_outcome(outcome_id=outcome.pk, now=now) == final
    assert Invoice.objects.count() == 3
    assert said_of_invoices() == []


def test_whole_price_is_invoiced_as_an_indemnity_that_a_payment_settles(contract, before_start):
    now = before_start(contract, 14)
    outcome = ask_now(contract, now).outcome
    final = invoice_outcome(outcome_id=outcome.pk, now=now)
    assert (final.incl_vat, final.vat, final.payable) == (D("3564.00"), D(0), D("2494.80"))

    due = Due.objects.of(contract).get(kind="indemnity")
    paid = receive_transfer(
        due=due, amount=due.amount, received_on=now.date(), reference="VIR 2", actor="Équipe",
        now=now,
    )  # fmt: skip
    assert invoice_payment(attempt_id=paid.pk, now=now) == final
    assert Invoice.objects.filter(kind="deposit").count() == 1


def test_forgotten_invoice_is_made_by_the_clock(contract, before_start):
    now = before_start(contract, 16)
    ask_now(contract, now)
    invoice_forgotten(now + timedelta(minutes=6))
    assert Invoice.objects.filter(kind="final").count() == 1


def test_cgv_3_5_what_was_paid_beyond_the_deposit_goes_back_by_hand(contract, before_start):
    now = before_start(contract, 20)
    balance = Due.objects.of(contract).get(kind="balance")
    receive_transfer(
        due=balance, amount=balance.amount, received_on=now.date(), reference="VIR 2",
        actor="Équipe", now=now,
    )  # fmt: skip
    outcome = ask_now(contract, now).outcome
    assert (outcome.kept, outcome.refund) == (D("1069.20"), D("2494.80"))
    (kept,) = kept_transfers()
    assert (kept.due, kept.due.give_back) == (balance, D("2494.80"))
    invoice_outcome(outcome_id=outcome.pk, now=now)
    record_transfer_back(
        attempt=kept, sent_on=now.date(), reference="VIR 3", actor="Équipe", now=now
    )
    credit = credit_payment(attempt_id=kept.pk, now=now)
    assert (credit.incl_vat, kept_transfers().count()) == (D("2494.80"), 0)
    assert said_of_invoices() == []


def test_cgv_3_5_one_of_three_leaves_and_the_others_stay(contract, before_start):
    now = before_start(contract, 16)
    outcome = ask_now(contract, now, heads=1, people=("Dominique Essai",)).outcome
    assert (outcome.due, outcome.kept, outcome.owed) == (D("356.40"), D("356.40"), D(0))
    assert not outcome.ends
    left = Proposal.objects.get(pk=contract.pk)
    assert (left.is_cancelled, left.seats_held, left.seats_wanted) == (False, 2, 2)
    assert [str(person) for person in left.people.attending()] == ["Alix Modele"]
    assert dues_of(contract) == [
        ("deposit", D("1069.20"), True), ("balance", D("1663.20"), True),
    ]  # fmt: skip
    assert list(change_faults()) == []
    assert not [fault for fault in agreement_faults() if "place" in fault]


def test_invoice_of_those_who_stayed_separates_training_from_indemnity(contract, before_start):
    now = before_start(contract, 14)
    ask_now(contract, now, heads=1)
    assert dues_of(contract)[1:] == [
        ("balance", D("1663.20"), True), ("indemnity", D("831.60"), True),
    ]  # fmt: skip
    for attempt in Attempt.objects.all():
        invoice_payment(attempt_id=attempt.pk, now=now)
    later = before_start(contract, -3)
    final = invoice_proposal(proposal_id=contract.pk, now=later)
    assert lines_of(final) == [
        ("training", D("0.20"), D("1980.00"), D("396.00")),
        ("indemnity", D("0"), D("1188.00"), D("0.00")),
    ]  # fmt: skip
    assert final.payable == D("3564.00") - D("1069.20")
    assert said_of_invoices() == []


def test_cgv_3_7_absence_leaves_the_invoice_as_it_was(contract, before_start):
    now = before_start(contract, 0)
    asked = ask_now(contract, now, heads=1, cause=Cause.ABSENCE)
    assert not asked.is_settled  # nothing is lost: somebody answers
    with pytest.raises(ChangeRefused, match=r"3\.7"):
        decide_request(
            request_id=asked.pk, cause=Cause.ABSENCE, amount=D(0), text="", actor="É", now=now
        )
    set_aside(request_id=asked.pk, text="Le prix ne change pas.", actor="Équipe", now=now)
    Attempt.objects.update(finished_at=now)
    final = invoice_proposal(proposal_id=contract.pk, now=before_start(contract, -3))
    assert (final.incl_vat, [nature for nature, *_ in lines_of(final)]) == (D("3564.00"), ["training"])  # fmt: skip


def test_partial_then_whole_keeps_the_deposit_once(contract, before_start):
    now = before_start(contract, 16)
    ask_now(contract, now, heads=1)
    second = ask_now(Proposal.objects.get(pk=contract.pk), now, request_key="deux", heads=2).outcome
    assert (second.kept, second.refund, second.owed) == (D("712.80"), D(0), D(0))
    final = invoice_outcome(outcome_id=second.pk, now=now)
    assert (final.incl_vat, final.payable) == (D("1069.20"), D(0))


def test_second_click_changes_nothing(contract, before_start):
    now = before_start(contract, 16)
    shown = fingerprint(wanted(), preview(contract, wanted(), now))
    first, second = (
        ask_in_writing(contract=contract, wanted=wanted(), shown=shown, request_key="k", now=now)
        for _ in range(2)
    )
    assert first == second
    assert WrittenRequest.objects.count() == RequestOutcome.objects.count() == 1
    assert Event.objects.filter(name="Annulation appliquée").count() == 1


def test_cost_that_changed_at_midnight_is_shown_again(contract, before_start):
    shown = fingerprint(wanted(), preview(contract, wanted(), before_start(contract, 15)))
    now = before_start(contract, 14)
    with pytest.raises(CostChanged, match="relisez"):
        ask_in_writing(contract=contract, wanted=wanted(), shown=shown, request_key="k", now=now)
    assert not WrittenRequest.objects.exists()


def test_ended_contract_is_not_cancelled_twice(contract, before_start):
    now = before_start(contract, 16)
    ask_now(contract, now)
    with pytest.raises(ChangeRefused, match="déjà annulée"):
        preview(Proposal.objects.get(pk=contract.pk), wanted(), now)


@pytest.mark.parametrize("heads", [0, 4])
def test_people_who_are_not_there_are_refused(contract, before_start, heads):
    with pytest.raises(ChangeRefused, match="3 participant"):
        preview(contract, wanted(heads=heads), before_start(contract, 16))


def test_person_whom_another_page_cancelled_is_not_cancelled_twice(contract, before_start):
    now = before_start(contract, 16)
    gone = {"heads": 1, "people": ("Dominique Essai",)}
    ask_now(contract, now, **gone)
    with pytest.raises(ChangeRefused, match="liste des participants a changé"):
        ask_now(contract, now, request_key="deux", **gone)


def test_person_who_leaves_before_the_deposit_is_not_on_the_list(ask, before_start):
    set_up_mentions()
    proposal = sign_now(ask(headcount=3, participants=["Dominique Essai", "Alix Modele"]))
    now = before_start(proposal, 16)
    ask_now(proposal, now, heads=1, people=("Dominique Essai",))
    pay_deposit_now(proposal)
    concluded = conclude(proposal_id=proposal.pk, now=now)
    assert [person.full_name for person in people_of(concluded)] == ["Alix Modele"]


def test_force_majeure_waits_for_a_person_who_decides_below_the_price(contract, before_start):
    now = before_start(contract, 3)
    asked = ask_now(contract, now, cause=Cause.FORCE_MAJEURE, text="Inondation")
    assert not asked.is_settled
    assert letters() == ["written_request", "written_request_announcement"]
    with pytest.raises(ChangeRefused, match="plafond"):
        decide_request(
            request_id=asked.pk, cause=Cause.FORCE_MAJEURE, amount=D("3564.01"), text="",
            actor="Équipe", now=now,
        )  # fmt: skip
    outcome = decide_request(
        request_id=asked.pk, cause=Cause.FORCE_MAJEURE, amount=D(0), text="Accord.",
        actor="Équipe", now=now,
    )  # fmt: skip
    assert (outcome.due, outcome.refund) == (D(0), D("1069.20"))
    with pytest.raises(ChangeRefused, match="déjà réglée"):
        set_aside(request_id=asked.pk, text="", actor="Équipe", now=now)


def test_paid_balance_hands_a_partial_cancellation_over_to_a_person(contract, before_start):
    now = before_start(contract, 20)
    balance = Due.objects.of(contract).get(kind="balance")
    receive_transfer(
        due=balance, amount=balance.amount, received_on=now.date(), reference="VIR 2",
        actor="Équipe", now=now,
    )  # fmt: skip
    asked = ask_now(contract, now, heads=1)
    assert not asked.is_settled
    assert Proposal.objects.get(pk=contract.pk).seats_held == 3
