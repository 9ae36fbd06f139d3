"""From the signature and the deposit to the contract, once."""

from datetime import timedelta

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

import pytest
from django_tasks import default_task_backend

from base.append_only import Immutable
from base.events import events_of
from courses.models import CourseSession
from mail.models import OutgoingMessage
from shop.models import Agreement, Participant, Proposal, SeriesCounter
from shop.payments.companies import open_dues
from shop.proposals.actions import ProposalRefused, issue_proposal
from shop.proposals.agreement.actions import (
    conclude,
    conclude_without_deposit,
    hold_missing_seats,
    settle_question,
)
from shop.proposals.agreement.integrity import agreement_faults
from shop.proposals.agreement.jobs import PATIENCE, conclude_forgotten, lay_out_forgotten

pytestmark = pytest.mark.django_db


def names_of(proposal):
    return [event.name for event in events_of(proposal).order_by("pk")]


def seats(session):
    return CourseSession.objects.get(pk=session.pk).seats_taken


def now():
    return timezone.now()


def test_cgv_2_2_neither_signature_nor_deposit_is_enough_alone(ask, signed, pay_deposit, session):
    assert conclude(proposal_id=signed.pk, now=now()).definitive_at is None
    unsigned = ask()
    open_dues(proposal=unsigned, now=now())
    pay_deposit(unsigned)
    assert conclude(proposal_id=unsigned.pk, now=now()).definitive_at is None
    assert not Agreement.objects.exists()
    assert seats(session) == 0


def test_signature_and_deposit_conclude_the_contract(signed, pay_deposit, session):
    pay_deposit(signed)
    at = now()

    proposal = conclude(proposal_id=signed.pk, now=at)

    assert (proposal.definitive_at, proposal.seats_held, proposal.asks_staff) == (at, 2, "")
    assert seats(session) == 2
    assert names_of(proposal)[-2:] == ["Contrat définitif", "Convention établie"]
    agreement = Agreement.objects.get()
    assert agreement.number == f"CV-{timezone.localdate(at).year}-0001"
    assert agreement.facts.participants == ("Dominique Essai",)
    assert agreement.facts.proposal == proposal.facts
    assert agreement.facts.deposit_received_on == timezone.localdate(at)
    assert list(agreement_faults()) == []


def test_contract_is_concluded_once(definitive, session):
    first = definitive.definitive_at
    again = conclude(proposal_id=definitive.pk, now=now() + timedelta(hours=1))

    assert again.definitive_at == first
    assert seats(session) == 2
    assert Agreement.objects.count() == 1
    assert names_of(again).count("Contrat définitif") == 1


def test_course_at_the_client_holds_no_seat(ask, proposal, sign, pay_deposit, extended, session):
    intra = ask(session=None)
    offer = extended(proposal, is_intra=True)
    issued = issue_proposal(proposal_id=intra.pk, offer=offer, actor="Équipe", now=now())
    pay_deposit(sign(issued))

    concluded = conclude(proposal_id=intra.pk, now=now())

    assert (concluded.seats_held, concluded.asks_staff) == (0, "")
    assert seats(session) == 0
    assert Agreement.objects.filter(proposal=intra).exists()
    assert list(agreement_faults()) == []


@pytest.mark.parametrize("change", [{"capacity": 1}, {"state": "cancelled"}, {"state": "draft"}])
def test_missing_seats_leave_a_contract_and_a_question(signed, pay_deposit, session, change):
    CourseSession.objects.filter(pk=session.pk).update(**change)
    pay_deposit(signed)

    proposal = conclude(proposal_id=signed.pk, now=now())

    assert proposal.definitive_at
    assert proposal.asks_staff == "places manquantes : proposer une autre session"
    assert (proposal.seats_held, seats(session)) == (0, 0)
    assert not Agreement.objects.exists()
    message = OutgoingMessage.objects.get(template="agreement_seats_missing")
    assert "Nous vous écrivons" in message.text
    assert list(agreement_faults()) == []


def test_seats_found_later_are_held_and_the_agreement_follows(signed, pay_deposit, session):
    CourseSession.objects.filter(pk=session.pk).update(capacity=1)
    pay_deposit(signed)
    conclude(proposal_id=signed.pk, now=now())
    with pytest.raises(ProposalRefused, match="n’a pas 2 place"):
        hold_missing_seats(proposal_id=signed.pk, actor="Équipe", now=now())
    CourseSession.objects.filter(pk=session.pk).update(capacity=2)

    proposal = hold_missing_seats(proposal_id=signed.pk, actor="Équipe", now=now())

    assert (proposal.seats_held, seats(session), proposal.asks_staff) == (2, 2, "")
    assert Agreement.objects.get().proposal == proposal
    with pytest.raises(ProposalRefused, match="Aucune place"):
        hold_missing_seats(proposal_id=signed.pk, actor="Équipe", now=now())
    assert seats(session) == 2


def test_question_is_settled_once_with_a_reason(signed, pay_deposit, session):
    CourseSession.objects.filter(pk=session.pk).update(capacity=0)
    pay_deposit(signed)
    conclude(proposal_id=signed.pk, now=now())

    settled = settle_question(proposal_id=signed.pk, reason="Intra", actor="Équipe", now=now())

    assert settled.asks_staff == ""
    assert names_of(signed)[-1] == "Point classé"
    with pytest.raises(ProposalRefused, match="déjà classé"):
        settle_question(proposal_id=signed.pk, reason="x", actor="Équipe", now=now())


def test_exception_needs_a_signature_and_is_told(ask, signed, pay_deposit):
    act = {"reason": "Bon de commande public", "actor": "Équipe", "now": now()}
    with pytest.raises(ProposalRefused, match="pas signée"):
        conclude_without_deposit(proposal_id=ask().pk, **act)

    proposal = conclude_without_deposit(proposal_id=signed.pk, **act)

    assert (proposal.waiver, proposal.waived_by) == ("Bon de commande public", "Équipe")
    event = events_of(proposal).get(name="Contrat définitif sans acompte")
    assert (event.actor, event.data["reason"]) == ("Équipe", "Bon de commande public")
    assert Agreement.objects.get().facts.deposit_received_on is None
    with pytest.raises(ProposalRefused, match="déjà définitive"):
        conclude_without_deposit(proposal_id=signed.pk, **act)


def test_exception_is_useless_once_the_deposit_is_there(signed, pay_deposit):
    pay_deposit(signed)
    with pytest.raises(ProposalRefused, match="toute seule"):
        conclude_without_deposit(proposal_id=signed.pk, reason="x", actor="Équipe", now=now())


def test_deposit_that_comes_after_the_exception_changes_nothing(signed, pay_deposit):
    conclude_without_deposit(proposal_id=signed.pk, reason="x", actor="Équipe", now=now())
    pay_deposit(signed)
    assert conclude(proposal_id=signed.pk, now=now()).waiver == "x"
    assert Agreement.objects.count() == 1


def test_clock_concludes_what_was_forgotten(signed, pay_deposit):
    conclude_forgotten(now())
    assert not Agreement.objects.exists()
    pay_deposit(signed)
    conclude_forgotten(now())
    conclude_forgotten(now())
    assert Agreement.objects.count() == 1


def queued():
    return [result.task.func.__name__ for result in default_task_backend.results]


def test_file_that_was_forgotten_is_asked_for_again(definitive, run_tasks):
    default_task_backend.clear()
    lay_out_forgotten(now())
    assert queued() == []
    lay_out_forgotten(now() + PATIENCE * 2)
    assert queued() == ["lay_out_agreement"]
    run_tasks()
    default_task_backend.clear()
    lay_out_forgotten(now() + PATIENCE * 2)
    assert queued() == []


def test_numbers_have_no_gap_and_one_is_found(ask, sign, pay_deposit, session):
    CourseSession.objects.filter(pk=session.pk).update(capacity=None)
    proposals = [sign(ask()) for _ in range(3)]
    for proposal in proposals:
        pay_deposit(proposal)
        conclude(proposal_id=proposal.pk, now=now())
    assert [row.sequence for row in Agreement.objects.order_by("pk")] == [1, 2, 3]
    SeriesCounter.objects.filter(series="CV").update(sequence=4)
    late = sign(ask())
    pay_deposit(late)
    conclude(proposal_id=late.pk, now=now())
    (fault,) = agreement_faults()
    assert "le numéro 4 manque" in fault


def test_number_goes_back_with_the_transaction(signed, pay_deposit, session):
    pay_deposit(signed)
    with transaction.atomic():
        conclude(proposal_id=signed.pk, now=now())
        transaction.set_rollback(True)
    assert seats(session) == 0
    conclude(proposal_id=signed.pk, now=now())
    assert Agreement.objects.get().sequence == 1


def test_conclusion_costs(signed, pay_deposit, django_assert_num_queries):
    pay_deposit(signed)
    with django_assert_num_queries(30):
        conclude(proposal_id=signed.pk, now=now())
    with django_assert_num_queries(3):
        conclude(proposal_id=signed.pk, now=now())


def test_contract_is_never_rewritten(definitive):
    agreement = Agreement.objects.get()
    with pytest.raises(Immutable):
        agreement.save()
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE shop_agreement SET number = 'CV-1'")
    person = Participant.objects.get()
    person.last_name = "Autre"
    with pytest.raises(Immutable):
        person.save(update_fields=["last_name"])


def test_unsigned_proposal_cannot_be_definitive(proposal):
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(definitive_at=now())
