"""A company's contract goes to another session, or gives seats back: what was signed keeps its words."""

from datetime import time, timedelta

from django.utils import timezone

import pytest

from base.events import events_of
from courses.models import CourseSession, HalfDay
from courses.sessions.seats import SeatsRefused
from mail.models import OutgoingMessage
from shop.invoices.sold import sold_by
from shop.models import Agreement, Due, Proposal
from shop.payments.models import Attempt
from shop.payments.rules import AttemptState, Channel
from shop.proposals.actions import ProposalRefused
from shop.proposals.agreement.actions import conclude
from shop.proposals.agreement.integrity import agreement_faults
from shop.proposals.agreement.moving import give_seats_back, move_proposal
from shop.proposals.agreement.people import fingerprint, name_participants, people_of
from shop.proposals.agreement.rules import Named
from shop.proposals.integrity import proposal_faults
from tests.factories.courses import CourseSessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(session):
    return session_after(session, capacity=5)


def session_after(session, days=21, **changes):
    first = session.starts_on + timedelta(days=days)
    later = CourseSessionFactory(
        course=session.course, starts_on=first, ends_on=first, **{"capacity": 5} | changes
    )
    HalfDay.objects.create(session=later, date=first, start_time=time(10), end_time=time(17))
    return later


def move(proposal, session):
    return move_proposal(
        proposal_id=proposal.pk, session_id=session.pk, actor="Équipe", reason="Accord au téléphone",
        now=timezone.now(),
    )  # fmt: skip


def taken(*sessions):
    return [CourseSession.objects.get(pk=session.pk).seats_taken for session in sessions]


def faults():
    return [fault for fault in (*agreement_faults(), *proposal_faults()) if "fichier" not in fault]


def test_cgv_2_1_contract_moves_by_an_amendment_and_what_was_signed_stays(
    definitive, session, later
):
    signed, agreed = definitive.facts, Agreement.objects.get().facts

    for _ in range(2):
        moved = move(definitive, later)

    moved = Proposal.objects.get(pk=moved.pk)
    assert (moved.session, moved.starts_on, moved.ends_on) == (
        later,
        later.starts_on,
        later.ends_on,
    )
    assert taken(session, later) == [0, 2]
    assert (moved.facts, Agreement.objects.get().facts) == (signed, agreed)
    assert moved.current.dates == later.dates
    assert moved.current.offer.timetable[0].day == later.starts_on
    assert moved.current.totals == signed.totals
    (event,) = events_of(moved).filter(name="Commande d’entreprise déplacée")
    assert (event.data["before"], event.data["after"]) == (session.dates, later.dates)
    mail = OutgoingMessage.objects.get(template="proposal_moved")
    assert session.dates in mail.text
    assert later.dates in mail.text
    assert faults() == []


def test_balance_and_invoice_follow_the_new_days_and_the_deposit_does_not(definitive, later):
    deposit, balance = Due.objects.of(definitive).order_by("position")
    move(definitive, later)
    after, moved = Due.objects.of(definitive).order_by("position")
    assert (after.due_on, after.amount) == (deposit.due_on, deposit.amount)
    assert (moved.due_on, moved.amount) == (later.ends_on + timedelta(days=1), balance.amount)
    assert timezone.localtime(moved.not_before).hour == 12
    assert sold_by(Proposal.objects.get()).ends_on == later.ends_on


def test_participants_who_know_the_former_days_learn_the_new_ones(definitive, later):
    people = people_of(definitive)
    name_participants(
        proposal_id=definitive.pk, wanted=[Named("Dominique", "Essai", "dom@example.org"), None],
        seen=fingerprint(people), actor="Camille", now=timezone.now(),
    )  # fmt: skip
    move(definitive, later)
    told = OutgoingMessage.objects.get(template="participant_moved")
    assert (told.recipient, later.dates in told.text) == ("dom@example.org", True)


def test_contract_whose_seats_were_missing_takes_them_elsewhere_and_gets_its_agreement(
    signed, pay_deposit, session, later
):
    CourseSession.objects.filter(pk=session.pk).update(seats_taken=3)
    pay_deposit(signed)
    conclude(proposal_id=signed.pk, now=timezone.now())
    assert not Agreement.objects.exists()

    moved = move(signed, later)

    assert (moved.seats_held, moved.asks_staff) == (2, "")
    assert taken(session, later) == [3, 2]
    agreement = Agreement.objects.get()
    assert (agreement.facts.is_moved, agreement.facts.proposal.dates) == (True, later.dates)
    assert faults() == []


def test_contract_without_its_deposit_moves_without_seats(signed, session, later, pay_deposit):
    move(signed, later)
    assert taken(session, later) == [0, 0]
    pay_deposit(signed)
    concluded = conclude(proposal_id=signed.pk, now=timezone.now())
    assert (concluded.seats_held, taken(session, later)) == (2, [0, 2])
    assert faults() == []


@pytest.mark.parametrize("changes", [{"capacity": 1}, {"state": "cancelled"}, {"state": "draft"}])
def test_session_that_cannot_hold_the_group_is_refused_and_nothing_moves(
    definitive, session, changes
):
    other = session_after(session, **changes)
    with pytest.raises(ProposalRefused, match="place"):
        move(definitive, other)
    assert taken(session, other) == [2, 0]
    assert not OutgoingMessage.objects.filter(template="proposal_moved").exists()


def test_another_course_and_a_session_that_is_gone_are_refused(definitive):
    with pytest.raises(ProposalRefused, match="autre formation"):
        move(definitive, CourseSessionFactory())
    with pytest.raises(SeatsRefused):
        move_proposal(
            proposal_id=definitive.pk, session_id=999999, actor="É", reason="x", now=timezone.now()
        )


def test_payment_under_way_keeps_the_contract_where_it_is(definitive, session, later):
    balance = Due.objects.of(definitive).get(kind="balance")
    Attempt.objects.create(
        due=balance, number=1, channel=Channel.CHECKOUT, state=AttemptState.PROCESSING,
        amount=balance.amount, idempotency_key="k",
    )  # fmt: skip
    with pytest.raises(ProposalRefused, match="en cours"):
        move(definitive, later)
    assert taken(session, later) == [2, 0]


def test_unsigned_proposal_does_not_move(proposal, later):
    with pytest.raises(ProposalRefused, match="pas signée"):
        move(proposal, later)


def give_back(proposal, count):
    return give_seats_back(
        proposal_id=proposal.pk, count=count, actor="Équipe", reason="x", now=timezone.now()
    )


def test_seats_given_back_are_free_and_the_rest_stays_held(definitive, session, later):
    give_back(definitive, 1)
    assert taken(session) == [1]
    assert faults() == []
    move(definitive, later)
    assert taken(session, later) == [0, 1]
    assert faults() == []
    last = give_back(definitive, 1)
    assert (last.seats_held, last.seats_wanted) == (0, 0)
    assert not Proposal.objects.held().exists()
    assert taken(later) == [0]


@pytest.mark.parametrize("count", [0, 3])
def test_more_people_than_the_contract_has_are_not_given_back(definitive, session, count):
    with pytest.raises(ProposalRefused):
        give_back(definitive, count)
    assert taken(session) == [2]
