"""LEXOM cancels: nobody is charged meanwhile, each answers once, silence gives the money back."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

import pytest

from base.events import events_of
from courses.sessions.seats import SessionClosed, SessionFull, take_seats
from courses.sessions.waiting.models import WaitingEntry
from mail.models import OutgoingMessage
from shop.cancelled_sessions.actions import (
    CancellationRefused,
    answer_offer,
    close_unanswered,
)
from shop.cancelled_sessions.following import follow, follow_all
from shop.cancelled_sessions.integrity import cancellation_faults
from shop.cancelled_sessions.rules import CONSUMER_ANSWER_DAYS, Choice, OfferState
from shop.invoices.actions import credit_payment, invoice_payment
from shop.invoices.jobs import orders_to_invoice, payments_to_credit
from shop.models import Due, Order, Proposal, Refund, SessionCancellation, SessionOffer
from shop.orders.actions import OrderRefused, end_order
from shop.orders.moving import move_order
from shop.orders.rules import OrderState
from shop.payments.refund_rows import legal_day
from shop.payments.transfers import kept_transfers, record_transfer_back
from shop.proposals.actions import ProposalRefused
from shop.proposals.agreement.actions import conclude, conclude_without_deposit
from shop.proposals.agreement.integrity import agreement_faults
from shop.proposals.agreement.jobs import conclude_forgotten
from tests.factories.contracts import pay_deposit_now, sign_now
from tests.one_day import TODAY
from tests.shop.cancelled_sessions.conftest import fresh, offer_of, taken
from tests.shop.proposals.agreement.test_moving import session_after

pytestmark = pytest.mark.django_db
DEPOSIT = Decimal("356.40")


def answer(contract, choice=Choice.REFUND, session=None, now=None):
    return answer_offer(
        offer_id=offer_of(contract).pk, choice=choice, session_id=session and session.pk,
        answered_by="Camille (lien)", now=now or timezone.now(),
    )  # fmt: skip


def mails(template):
    return OutgoingMessage.objects.filter(template=template)


def faults():
    return list(cancellation_faults())


def after_the_last_day(contract):
    return timezone.now() + timedelta(days=(offer_of(contract).last_day - today()).days + 1)


def today():
    return timezone.localdate()


def test_session_closes_at_once_and_each_contract_is_offered_a_choice(
    cancel, consumer, company, other, big
):
    first = cancel(other)

    assert cancel(other) == first
    big.refresh_from_db()
    assert big.is_cancelled
    with pytest.raises(SessionClosed):
        take_seats(session_id=big.pk)
    assert [offer.contract for offer in SessionOffer.objects.all()] == [consumer, company]
    assert offer_of(consumer).last_day == today() + timedelta(days=CONSUMER_ANSWER_DAYS)
    assert offer_of(company).last_day == today() + timedelta(days=14)
    written = mails("session_cancelled_choice")
    assert {mail.recipient for mail in written} == {consumer.email, company.email}
    assert all(other.dates in mail.text and "formateur est absent" in mail.text for mail in written)
    for subject in (big, consumer, company):
        assert events_of(subject).filter(name="Session annulée par LEXOM").count() == 1
    assert faults() == []


def test_nothing_is_asked_for_while_a_client_chooses(cancel, consumer, company, other):
    later = timezone.now() + timedelta(days=90)
    assert Due.objects.payable(later).of(consumer).exists()
    cancel(other)
    assert not Due.objects.payable(later).exists()
    answer(consumer, Choice.MOVE, other)
    assert Due.objects.payable(later).of(consumer).exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"last_day": TODAY - timedelta(days=1)}, "quatorze jours"),
        ({"last_day": TODAY + timedelta(days=15)}, "quatorze jours"),
        ({"alternatives": [999999]}, "plus ouverte"),
    ],
)
def test_impossible_cancellation_is_refused_and_nothing_changes(cancel, consumer, changes, told):
    with pytest.raises(CancellationRefused, match=told):
        cancel(**changes)
    assert not SessionCancellation.objects.exists()
    assert not OutgoingMessage.objects.exists()


def test_session_that_has_begun_or_is_a_draft_is_not_cancelled(cancel, big):
    with pytest.raises(CancellationRefused, match="a commencé"):
        cancel(now=timezone.now() + timedelta(days=(big.starts_on - today()).days + 1))
    type(big).objects.filter(pk=big.pk).update(state="draft")
    with pytest.raises(CancellationRefused, match="rien à annuler"):
        cancel()


def test_law_t_13_consumer_who_refuses_the_new_date_is_refunded_in_full(
    cancel, consumer, other, big, pay
):
    attempt = pay(consumer)
    invoice_payment(attempt_id=attempt.pk, now=timezone.now())
    cancel(other)

    for _ in range(2):
        offer = answer(consumer)

    order = fresh(consumer)
    assert (order.state, taken(big, other)) == (OrderState.CANCELLED, [0, 0])
    refund = Refund.objects.get()
    assert (refund.amount, refund.due_by) == (DEPOSIT, today() + timedelta(days=14))
    assert (offer.state, offer.refund_due_by) == (OfferState.REFUNDED, refund.due_by)
    assert not order.dues.unpaid().exists()
    credit = credit_payment(attempt_id=attempt.pk, now=timezone.now())
    assert (credit.incl_vat, credit.corrects.payment) == (DEPOSIT, attempt)
    mail = mails("session_cancelled_refund").get()
    assert "356,40" in mail.text
    assert "sur la carte" in mail.text
    assert faults() == []


def test_transfer_of_a_consumer_waits_for_a_person_until_the_legal_day(
    cancel, consumer, other, pay
):
    attempt = pay(consumer, channel="transfer")
    cancel(other)
    answer(consumer)
    assert list(kept_transfers()) == [attempt]
    assert legal_day(fresh(consumer)) == today() + timedelta(days=14)
    assert "par virement" in mails("session_cancelled_refund").get().text
    assert faults() == []
    record_transfer_back(
        attempt=attempt, sent_on=today(), reference="V1", actor="Compta", now=timezone.now()
    )
    assert not kept_transfers().exists()
    assert faults() == []


def test_cgv_3_5_company_has_its_deposit_back_and_owes_nothing_more(
    cancel, company, other, big, run_tasks
):
    cancel(other)
    answer(company)
    run_tasks()

    proposal = fresh(company)
    assert (proposal.seats_held, proposal.seats_given_back, taken(big)) == (0, 3, [0])
    assert (proposal.state, proposal.end_reason) == ("signed", "session annulée par LEXOM")
    assert not proposal.dues.unpaid().exists()
    kept = kept_transfers().get()
    assert kept.amount == proposal.deposit
    assert legal_day(proposal) == today() + timedelta(days=14)
    record_transfer_back(
        attempt=kept, sent_on=today(), reference="V2", actor="Compta", now=timezone.now()
    )
    assert list(payments_to_credit(timezone.now() + timedelta(hours=1))) == [kept.pk]
    credit = credit_payment(attempt_id=kept.pk, now=timezone.now())
    assert credit.incl_vat == proposal.deposit
    assert faults() == []
    assert [fault for fault in agreement_faults() if "fichier" not in fault] == []


def test_ended_contract_is_never_concluded_nor_invoiced_again(cancel, ask, big, other):
    signed = sign_now(ask(session=big, headcount=2))
    cancel(other)
    pay_deposit_now(signed)
    assert conclude(proposal_id=signed.pk, now=timezone.now()).definitive_at is None
    with pytest.raises(ProposalRefused):
        conclude_without_deposit(
            proposal_id=signed.pk, reason="x", actor="Équipe", now=timezone.now()
        )
    answer(signed)
    conclude_forgotten(timezone.now())
    proposal = fresh(signed)
    assert (proposal.definitive_at, proposal.seats_held) == (None, 0)
    assert kept_transfers().get().amount == proposal.deposit
    assert faults() == []


def test_deposit_that_came_meanwhile_concludes_on_the_session_that_was_chosen(
    cancel, ask, big, other, run_tasks
):
    signed = sign_now(ask(session=big, headcount=2))
    cancel(other)
    pay_deposit_now(signed)
    answer(signed, Choice.MOVE, other)
    run_tasks()
    assert fresh(signed).definitive_at
    assert taken(big, other) == [0, 2]


def test_move_takes_seats_there_and_gives_them_back_here(cancel, consumer, company, other, big):
    cancel(other)
    for _ in range(2):
        answer(consumer, Choice.MOVE, other)
        answer(company, Choice.MOVE, other)
    assert taken(big, other) == [0, 4]
    assert [offer.chosen for offer in SessionOffer.objects.all()] == [other, other]
    assert mails("order_moved").count() == mails("proposal_moved").count() == 1
    assert fresh(company).seats_held == 3
    assert faults() == []


def test_seats_gone_meanwhile_are_told_and_the_other_answers_remain(
    cancel, consumer, company, other, big
):
    third = session_after(big, 35)
    cancel(other, third)
    take_seats(session_id=other.pk, count=6)
    with pytest.raises(SessionFull):
        answer(consumer, Choice.MOVE, other)
    with pytest.raises(ProposalRefused, match="n’a pas 3 place"):
        answer(company, Choice.MOVE, other)
    assert offer_of(consumer).is_open
    answer(consumer, Choice.MOVE, third)
    answer(company)
    assert taken(big, other, third) == [0, 6, 1]


def test_second_and_different_answer_is_refused(cancel, consumer, other):
    cancel(other)
    answer(consumer, Choice.MOVE, other)
    with pytest.raises(CancellationRefused, match="déjà enregistrée"):
        answer(consumer)
    assert fresh(consumer).is_active


def test_session_that_was_not_proposed_is_refused(cancel, consumer, other, big):
    cancel(other)
    with pytest.raises(CancellationRefused, match="pas une de celles"):
        answer(consumer, Choice.MOVE, session_after(big, 49))


def test_silence_is_reminded_then_refunded_and_never_moved(cancel, consumer, company, other, pay):
    pay(consumer)
    cancellation = cancel(other)
    follow(cancellation.pk, timezone.now() + timedelta(days=6))
    assert not mails("session_cancelled_reminder").exists()
    for _ in range(2):
        follow_all(timezone.now() + timedelta(days=7))
    assert mails("session_cancelled_reminder").get().recipient == consumer.email
    late = after_the_last_day(consumer)
    with pytest.raises(CancellationRefused, match="délai"):
        answer(consumer, Choice.MOVE, other, now=late)

    for _ in range(2):
        follow_all(late)

    offer = offer_of(consumer)
    assert (offer.state, offer.answered_by) == (OfferState.REFUNDED, "LEXOM")
    assert offer.refund_due_by == today() + timedelta(days=14)
    assert offer_of(company).is_open
    follow_all(after_the_last_day(company))
    assert offer_of(company).state == OfferState.REFUNDED
    assert Refund.objects.count() == 1
    assert mails("session_cancelled_refund").count() == 2
    assert taken(other) == [0]
    assert faults() == []


def test_without_another_session_everybody_is_refunded_at_once(
    cancel, consumer, company, run_tasks
):
    cancel()
    assert not mails("session_cancelled_choice").exists()
    run_tasks()
    assert {offer.state for offer in SessionOffer.objects.all()} == {OfferState.REFUNDED}
    assert mails("session_cancelled_refund").count() == 2


def test_unsigned_proposal_is_withdrawn_and_its_client_told_why(
    cancel,
    ask,
    big,
    other,
    run_tasks,
):
    issued = ask(session=big)
    from shop.proposals.laying_out import lay_out

    lay_out(issued.pk)
    cancel(other)
    run_tasks()
    assert fresh(issued).state == "withdrawn"
    assert "est annulée" in mails("proposal_withdrawn").get().text


def test_contract_signed_while_the_session_was_cancelled_is_offered_a_choice_too(
    cancel,
    ask,
    big,
    other,
):
    issued = ask(session=big)
    cancellation = cancel(other)
    signed = sign_now(issued)
    follow(cancellation.pk, timezone.now())
    assert fresh(signed).state == "signed"
    assert offer_of(signed).is_open
    assert faults() == []


def test_waiting_list_is_told(cancel, other, big, run_tasks):
    entry = WaitingEntry.objects.create(
        session=big, name="A", email="a@example.org", joined_at=timezone.now()
    )
    cancel(other)
    run_tasks()
    entry.refresh_from_db()
    assert entry.state == "closed"
    assert "est annulée" in mails("waiting_closed").get().text


def test_order_that_ended_or_moved_otherwise_settles_the_offer(cancel, enrol, other, big):
    withdrawn, moved = enrol(), enrol()
    cancellation = cancel(other)
    end_order(
        order=withdrawn, state=OrderState.WITHDRAWN, actor="x", reason="x", now=timezone.now()
    )
    move_order(order=moved, session_id=other.pk, actor="Équipe", reason="x", now=timezone.now())
    assert answer(withdrawn).state == OfferState.SETTLED
    follow(cancellation.pk, after_the_last_day(moved))
    assert offer_of(moved).state == OfferState.SETTLED
    assert fresh(moved).is_active
    assert taken(big, other) == [0, 1]
    assert faults() == []


def test_unconfirmed_order_cannot_move_and_may_still_be_refunded(cancel, order_now, big, other):
    order = order_now(session=big)
    cancel(other)
    with pytest.raises(OrderRefused, match="confirmation"):
        answer(order, Choice.MOVE, other)
    answer(order)
    assert fresh(order).state == OrderState.CANCELLED


def test_trainee_and_participants_are_told_not_to_come(cancel, enrol, other):
    order = enrol(trainee_email="eleve@example.org")
    cancel(other)
    assert mails("session_cancelled_attendee").get().recipient == "eleve@example.org"
    assert order.trainee_email == "eleve@example.org"


def test_order_that_nobody_offered_anything_is_a_fault(cancel, consumer, other, company):
    cancel(other)
    SessionCancellation.objects.all()
    assert faults() == []
    Order.objects.filter(pk=consumer.pk).update(state="active")
    answer(consumer)
    Order.objects.filter(pk=consumer.pk).update(state="active", ended_at=None)
    assert any("n’est pas terminé" in fault for fault in faults())


def test_closing_before_the_last_day_does_nothing(cancel, consumer, other):
    cancel(other)
    offer = close_unanswered(offer_id=offer_of(consumer).pk, now=timezone.now())
    assert offer.is_open


def test_training_that_does_not_take_place_is_never_invoiced(cancel, consumer, company, other):
    cancel(other)
    later = timezone.now() + timedelta(days=60)
    assert not orders_to_invoice(later).filter(pk=consumer.pk).exists()
    assert Proposal.objects.held().filter(pk=company.pk).exists()
