"""One change after another of the same contract: no deposit counts twice, no sum is lost (CGV 3.5, 3.6)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from mail.models import OutgoingMessage
from shop.cancelled_sessions.actions import cancel_session
from shop.cancelled_sessions.rules import Cause as LexomCause
from shop.cancelled_sessions.rules import latest_answer_day
from shop.changes.actions import (
    ChangeRefused,
    close_window,
    decide_request,
    postpone_request,
    preview,
    set_aside,
)
from shop.changes.integrity import change_faults
from shop.changes.invoicing import invoice_outcome
from shop.changes.rules import Cause, Wish
from shop.invoices.actions import invoice_payment, invoice_proposal
from shop.invoices.mentions import set_up_mentions
from shop.models import Attempt, Due, RequestOutcome, SessionOffer
from shop.orders.rules import new_token
from shop.payments.companies import receive_transfer
from shop.proposals.actions import issue_proposal
from shop.proposals.agreement.actions import conclude
from tests.factories.contracts import pay_deposit_now, sign_now
from tests.factories.orders import paris
from tests.shop.changes.conftest import ask_now, said_of_invoices, wanted
from tests.shop.invoices.conftest import pay as pay_by_card
from tests.shop.proposals.conftest import extended  # noqa: F401  fixtures are used by their names

D = Decimal
DEPOSIT, PRICE = D("1069.20"), D("3564.00")
pytestmark = pytest.mark.django_db


def fresh(contract):
    return type(contract).objects.get(pk=contract.pk)


def postpone(contract, now, **changes):
    return ask_now(fresh(contract), now, wish=Wish.POSTPONE, request_key="report", **changes)


def cancel(contract, now, **changes):
    return ask_now(fresh(contract), now, request_key=new_token(), **changes)


def pay(contract, kind, now):
    due = Due.objects.of(contract).unpaid().filter(kind=kind).first()
    receive_transfer(
        due=due, amount=due.amount, received_on=now.date(), reference=f"VIR {due.position}",
        actor="Équipe", now=now,
    )  # fmt: skip


def standing(contract):
    """What the client pays in all."""
    dues = Due.objects.of(contract)
    return sum((due.amount for due in dues if due.is_paid or due.stopped_at is None), D(0))


def letter_of(outcome):
    key = f"written-request-{outcome.request_id}-outcome"
    return OutgoingMessage.objects.get(event_key=key).text


def cancelled_by_lexom(session, now):
    return cancel_session(
        session_id=session.pk, cause=LexomCause.TRAINER, told="", alternatives=[],
        last_day=latest_answer_day(now.date(), session.starts_on), actor="Équipe", now=now,
    )  # fmt: skip


# A postponement whose date is still to be chosen


def test_cgv_3_6_missed_window_owes_the_price_once_its_deposit_included(contract, before_start):
    outcome = postpone(contract, before_start(contract, 30)).outcome
    now = paris(outcome.window_until + timedelta(days=1))
    ended = close_window(outcome_id=outcome.pk, actor="Équipe", now=now)
    assert (ended.due, ended.owed) == (PRICE - DEPOSIT, PRICE - DEPOSIT)
    assert standing(contract) == PRICE

    for attempt in Attempt.objects.all():
        invoice_payment(attempt_id=attempt.pk, now=now)
    final = invoice_outcome(outcome_id=ended.pk, now=now)
    assert (final.incl_vat, final.payable) == (PRICE, PRICE - DEPOSIT)
    assert said_of_invoices() == []


def test_cgv_3_5_no_date_was_chosen_so_nothing_began_and_the_deposit_is_enough(
    contract, before_start
):
    outcome = postpone(contract, before_start(contract, 30)).outcome
    now = before_start(contract, -10)  # the first session is over, for the others
    ended = cancel(contract, now).outcome
    assert (ended.due, ended.training, ended.ends) == (D(0), D(0), True)
    assert "ayant commencé" not in ended.explanation
    assert standing(contract) == DEPOSIT
    assert RequestOutcome.objects.get(pk=outcome.pk).window_closed_at == now
    assert list(change_faults()) == []


def test_cgv_3_6_date_chosen_by_a_second_request_is_no_late_postponement(
    contract, later, before_start
):
    opened = postpone(contract, before_start(contract, 30)).outcome
    now, new = before_start(contract, -10), later(40)
    asked = ask_now(fresh(contract), now, wish=Wish.POSTPONE, request_key="date", session=new)
    assert not asked.is_settled
    outcome = postpone_request(request_id=asked.pk, session=new, text="", actor="É", now=now)
    assert (outcome.due, fresh(contract).session) == (D(0), new)
    with pytest.raises(ChangeRefused, match="n’attend plus"):
        close_window(outcome_id=opened.pk, actor="Équipe", now=paris(opened.window_until) + timedelta(days=1))  # fmt: skip


def test_session_that_a_postponed_client_left_is_cancelled_without_it(contract, before_start):
    now = before_start(contract, 30)
    postpone(contract, now)
    cancelled_by_lexom(contract.session, now)
    assert not SessionOffer.objects.exists()
    assert not fresh(contract).is_cancelled


def test_cgv_3_6_training_at_the_client_s_is_postponed_by_a_person(
    ask,
    contract,
    extended,  # noqa: F811  the imported fixture itself
    before_start,
):
    issued = issue_proposal(
        proposal_id=ask(session=None, headcount=3).pk,
        offer=extended(contract, is_intra=True), actor="Équipe", now=contract.asked_at,
    )  # fmt: skip
    pay_deposit_now(sign_now(issued))
    conclude(proposal_id=issued.pk, now=issued.asked_at)
    asked = postpone(issued, before_start(contract, 30))
    assert not asked.is_settled
    assert Due.objects.of(issued).count() == 2


# Some leave, then the others


def test_cgv_3_5_deposit_of_who_left_is_not_owed_by_who_stayed(contract, later, before_start):
    now = before_start(contract, 30)
    cancel(contract, now, heads=1)
    postpone(contract, now, heads=2, session=later())
    last = cancel(contract, now, heads=2).outcome
    assert (last.due, last.kept, last.owed) == (D(0), D(0), D(0))
    assert standing(contract) == DEPOSIT


def test_cgv_3_5_deposit_kept_by_a_postponement_is_not_kept_again(contract, later, before_start):
    now = before_start(contract, 30)
    postpone(contract, now, session=later())
    for _ in range(2):
        pay(contract, "balance", now)
    last = cancel(contract, now).outcome
    assert (last.due, last.refund) == (D(0), PRICE)


def test_what_a_person_leaves_of_the_deposit_pays_for_those_who_stay(contract, before_start):
    now = before_start(contract, 3)
    asked = cancel(contract, now, heads=1, cause=Cause.FORCE_MAJEURE, text="Inondation")
    outcome = decide_request(
        request_id=asked.pk, cause=Cause.FORCE_MAJEURE, amount=D("100.00"), text="Accord.",
        actor="Équipe", now=now,
    )  # fmt: skip
    assert (outcome.due, outcome.kept, outcome.refund) == (D(100), D(100), D(0))
    assert standing(contract) == D("2376.00") + 100
    assert "256,40" in letter_of(outcome)
    final = invoice_proposal(proposal_id=contract.pk, now=before_start(contract, -3))
    assert [tax.incl_vat for tax in final.facts.taxes] == [D("2376.00"), D("100.00")]


def test_cgv_3_5_indemnity_owed_at_once_does_not_wait_for_the_new_date(
    contract, later, before_start
):
    now = before_start(contract, 3)
    cancel(contract, now, heads=1)
    postpone(contract, now, heads=2, session=later())
    indemnity = Due.objects.of(contract).get(kind="indemnity")
    assert (indemnity.due_on, indemnity.not_before) == (now.date(), now)


# Two requests, and what happened meanwhile


def test_request_of_people_who_left_meanwhile_is_set_aside(contract, before_start):
    now = before_start(contract, 3)
    first, second = (
        cancel(contract, now, heads=heads, cause=Cause.FORCE_MAJEURE, text="Inondation")
        for heads in (2, 3)
    )
    decide_request(
        request_id=first.pk, cause=Cause.CLIENT, amount=D(0), text="", actor="Équipe", now=now
    )
    with pytest.raises(ChangeRefused, match="plus que sur 1 participant"):
        decide_request(
            request_id=second.pk, cause=Cause.CLIENT, amount=D(0), text="", actor="É", now=now
        )
    outcome = set_aside(request_id=second.pk, text="Déjà fait.", actor="Équipe", now=now)
    assert not outcome.applied


def test_consumer_is_not_debited_while_another_request_waits(paid_order, before_start):
    now = before_start(paid_order, 10)
    first, second = (
        ask_now(fresh(paid_order), now, heads=1, request_key=key) for key in ("une", "deux")
    )
    set_aside(request_id=first.pk, text="Non.", actor="Équipe", now=now)
    assert fresh(paid_order).charging_stopped_at
    set_aside(request_id=second.pk, text="Non.", actor="Équipe", now=now)
    assert fresh(paid_order).charging_stopped_at is None


def test_law_t_13_client_of_a_session_that_lexom_cancelled_does_not_cancel(contract, before_start):
    now = before_start(contract, 3)
    cancelled_by_lexom(contract.session, now)
    with pytest.raises(ChangeRefused, match="LEXOM a annulé"):
        preview(fresh(contract), wanted(), now)


def test_training_that_is_invoiced_as_given_is_not_cancelled(contract, before_start):
    during = before_start(contract, 0)
    asked = cancel(contract, during, cause=Cause.FORCE_MAJEURE, text="Inondation")
    now = before_start(contract, -3)
    invoice_proposal(proposal_id=contract.pk, now=now)
    with pytest.raises(ChangeRefused, match="facturée comme donnée"):
        preview(fresh(contract), wanted(), now)
    with pytest.raises(ChangeRefused, match="facturée comme donnée"):
        decide_request(
            request_id=asked.pk, cause=Cause.LEXOM, amount=D(0), text="", actor="É", now=now
        )
    assert not fresh(contract).is_cancelled


# Postponements that cost nothing more


def test_law_3_1_postponed_consumer_is_told_of_no_refund(confirmed_order, later, before_start):
    set_up_mentions()
    now, new = before_start(confirmed_order, 3), later()
    pay_by_card(confirmed_order.dues.get(position=1))
    asked = ask_now(confirmed_order, now, heads=1, wish=Wish.POSTPONE, session=new)
    outcome = postpone_request(request_id=asked.pk, session=new, text="", actor="É", now=now)
    assert (outcome.due, outcome.kept, outcome.refund) == (D(0), D(0), D(0))
    assert "Remboursé" not in letter_of(outcome)


def test_cgv_3_6_balance_paid_before_stays_when_the_training_is_postponed(
    contract, later, before_start
):
    now = before_start(contract, 30)
    pay(contract, "balance", now)
    new = later()
    outcome = postpone(contract, now, session=new).outcome
    assert (outcome.kept, outcome.refund) == (DEPOSIT, D(0))
    assert "Remboursé" not in letter_of(outcome)


def test_cgv_2_2_postponing_without_a_deposit_ends_nothing(ask, later, before_start):
    signed = sign_now(ask(headcount=3))
    now = before_start(signed, 30)
    new = later()
    asked = postpone(signed, now, session=new)
    assert not asked.is_settled
    outcome = postpone_request(request_id=asked.pk, session=new, text="", actor="É", now=now)
    assert (outcome.due, outcome.ends, fresh(signed).session) == (D(0), False, new)
