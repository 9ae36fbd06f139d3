"""To another session, or within six months of the order; a window that is missed (CGV 3.6)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from shop.changes.actions import (
    ChangeRefused,
    choose_session,
    close_window,
    decide_request,
    postpone_request,
    preview,
)
from shop.changes.integrity import change_faults
from shop.changes.rules import Cause, Wish
from shop.invoices.actions import invoice_payment, invoice_proposal
from shop.models import Attempt, Due, Order, Proposal, RequestOutcome
from shop.proposals.agreement.integrity import agreement_faults
from tests.factories.courses import CourseSessionFactory
from tests.factories.orders import paris
from tests.shop.changes.conftest import ask_now, said_of_invoices, seats_taken, wanted

D = Decimal
pytestmark = pytest.mark.django_db


def postpone(contract, now, **changes):
    return ask_now(contract, now, wish=Wish.POSTPONE, **changes)


def test_cgv_3_6_postponed_to_another_session_keeps_the_deposit(contract, later, before_start):
    now, new = before_start(contract, 3), later()
    outcome = postpone(contract, now, session=new).outcome
    assert (outcome.clause, outcome.kept, outcome.owed) == ("3.6", D("1069.20"), D(0))
    moved = Proposal.objects.get(pk=contract.pk)
    assert (moved.session, moved.seats_held, moved.is_cancelled) == (new, 3, False)
    assert (seats_taken(contract), seats_taken(moved)) == (0, 3)
    dues = Due.objects.of(moved).order_by("position").values_list("kind", "amount")
    assert list(dues) == [
        ("deposit", D("1069.20")), ("balance", D("2494.80")), ("balance", D("1069.20")),
    ]  # fmt: skip
    assert list(change_faults()) == []

    for attempt in Attempt.objects.all():
        invoice_payment(attempt_id=attempt.pk, now=now)
    final = invoice_proposal(proposal_id=moved.pk, now=paris(new.ends_on + timedelta(days=1)))
    assert [(tax.nature.value, tax.incl_vat) for tax in final.facts.taxes] == [
        ("training", D("3564.00")), ("indemnity", D("1069.20")),
    ]  # fmt: skip
    assert final.payable == D("3564.00")
    assert said_of_invoices() == []


def test_cgv_2_1_second_postponement_waits_for_a_written_agreement(contract, later, before_start):
    now = before_start(contract, 10)
    postpone(contract, now, session=later())
    other = later(35)
    asked = postpone(Proposal.objects.get(pk=contract.pk), now, request_key="2", session=other)
    assert not asked.is_settled
    outcome = postpone_request(
        request_id=asked.pk, session=other, text="D’accord.", actor="Équipe", now=now
    )
    assert (outcome.due, Proposal.objects.get(pk=contract.pk).session) == (D(0), other)
    assert Due.objects.of(contract).count() == 3


def test_cgv_3_6_open_window_frees_the_seats_until_a_date_is_chosen(contract, later, before_start):
    now = before_start(contract, 3)
    outcome = postpone(contract, now).outcome
    waiting = Proposal.objects.get(pk=contract.pk)
    assert (waiting.seats_held, seats_taken(contract)) == (0, 0)
    assert waiting.asks_staff.startswith("Report : choisir une session")
    assert not [fault for fault in agreement_faults() if "place" in fault]
    assert not Due.objects.owed().filter(kind="balance").exists()

    after = before_start(contract, -10)  # the first session is over
    choose_session(outcome_id=outcome.pk, session=later(60), actor="Équipe", now=after)
    chosen = Proposal.objects.get(pk=contract.pk)
    assert (chosen.seats_held, chosen.asks_staff) == (3, "")
    with pytest.raises(ChangeRefused, match="n’attend plus"):
        close_window(outcome_id=outcome.pk, actor="Équipe", now=after)


def test_cgv_3_6_date_after_the_window_is_refused(contract, later, before_start):
    outcome = postpone(contract, before_start(contract, 3)).outcome
    with pytest.raises(ChangeRefused, match="dernier jour du délai"):
        choose_session(
            outcome_id=outcome.pk, session=later(200), actor="Équipe", now=before_start(contract, 1)
        )


def test_cgv_3_6_missed_window_ends_the_contract_at_the_whole_price(contract, before_start):
    outcome = postpone(contract, before_start(contract, 3)).outcome
    with pytest.raises(ChangeRefused, match="pas manqué"):
        close_window(outcome_id=outcome.pk, actor="Équipe", now=before_start(contract, 1))
    now = paris(outcome.window_until + timedelta(days=1))
    ended = close_window(outcome_id=outcome.pk, actor="Équipe", now=now)
    assert (outcome.due + ended.due, ended.ends) == (D("3564.00"), True)
    assert Proposal.objects.get(pk=contract.pk).is_cancelled
    assert list(change_faults()) == []


def test_cgv_3_6_postponed_after_the_start_owes_the_whole_price(contract, later, before_start):
    now = before_start(contract, 0)
    outcome = postpone(contract, now, session=later()).outcome
    assert (outcome.ends, outcome.due, outcome.owed) == (True, D("3564.00"), D("2494.80"))


def test_full_session_hands_the_postponement_over_to_a_person(contract, later, before_start):
    asked = postpone(contract, before_start(contract, 3), session=later(capacity=2))
    assert not asked.is_settled
    assert Proposal.objects.get(pk=contract.pk).seats_held == 3
    assert not RequestOutcome.objects.exists()


def test_postponement_is_of_the_whole_group_and_to_the_same_course(contract, before_start):
    now = before_start(contract, 3)
    with pytest.raises(ChangeRefused, match="tout le groupe"):
        preview(contract, wanted(Wish.POSTPONE, heads=1), now)
    with pytest.raises(ChangeRefused, match="même formation"):
        preview(contract, wanted(Wish.POSTPONE, session=CourseSessionFactory()), now)


def test_law_3_1_consumer_is_moved_by_a_person_and_pays_nothing_more(
    confirmed_order, later, time_machine
):
    now = paris(confirmed_order.withdrawal_last_day + timedelta(days=2))
    time_machine.move_to(now, tick=False)
    new = later()
    asked = postpone(confirmed_order, now, heads=1, session=new)
    assert Order.objects.get(pk=confirmed_order.pk).charging_stopped_at
    with pytest.raises(ChangeRefused, match="choix d’une session"):
        decide_request(
            request_id=asked.pk, cause=Cause.CLIENT, amount=D(0), text="", actor="É", now=now
        )
    outcome = postpone_request(request_id=asked.pk, session=new, text="", actor="É", now=now)
    moved = Order.objects.get(pk=confirmed_order.pk)
    assert (moved.session, outcome.due, moved.charging_stopped_at) == (new, D(0), None)
    assert sum(due.amount for due in moved.dues.all()) == moved.price_incl_vat
