"""The signature and the payment at once, two groups for the last seats, two people at one list."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from django.utils import timezone

import pytest

from courses.models import CourseSession
from shop.models import Agreement, Participant, Proposal
from shop.proposals.actions import ProposalRefused
from shop.proposals.agreement.actions import conclude, conclude_without_deposit
from shop.proposals.agreement.integrity import agreement_faults
from shop.proposals.agreement.moving import move_proposal
from shop.proposals.agreement.people import fingerprint, name_participants, people_of
from shop.proposals.agreement.rules import Named
from tests.shop.proposals.agreement.test_moving import session_after

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(*acts):
    ready = Barrier(len(acts))

    def run(act):
        ready.wait(timeout=20)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def concluding(proposal):
    return lambda: conclude(proposal_id=proposal.pk, now=timezone.now())


def faults():
    return [fault for fault in agreement_faults() if "fichier" not in fault]


def test_signature_and_payment_at_once_make_one_contract(signed, pay_deposit, session):
    pay_deposit(signed)
    at_once(*[concluding(signed)] * 4)
    assert Agreement.objects.count() == 1
    assert CourseSession.objects.get(pk=session.pk).seats_taken == 2
    assert faults() == []


def test_exception_and_payment_at_once_make_one_contract(signed, pay_deposit, session):
    pay_deposit(signed)

    def waive():
        try:
            conclude_without_deposit(
                proposal_id=signed.pk, reason="x", actor="Équipe", now=timezone.now()
            )
        except ProposalRefused:
            return

    at_once(concluding(signed), waive)
    assert Agreement.objects.count() == 1
    assert CourseSession.objects.get(pk=session.pk).seats_taken == 2


def test_two_groups_for_three_seats_leave_one_without(ask, sign, pay_deposit, session):
    proposals = [sign(ask()) for _ in range(2)]
    for proposal in proposals:
        pay_deposit(proposal)

    at_once(*[concluding(proposal) for proposal in proposals])

    assert CourseSession.objects.get(pk=session.pk).seats_taken == 2
    held = Proposal.objects.order_by("seats_held").values_list("seats_held", "asks_staff")
    assert [bool(asks) for _, asks in held] == [True, False]
    assert [row.sequence for row in Agreement.objects.all()] == [1]
    assert faults() == []


def test_contracts_concluded_at_once_leave_no_gap(ask, sign, pay_deposit, session):
    CourseSession.objects.filter(pk=session.pk).update(capacity=None)
    proposals = [sign(ask()) for _ in range(4)]
    for proposal in proposals:
        pay_deposit(proposal)
    at_once(*[concluding(proposal) for proposal in proposals])
    assert sorted(row.sequence for row in Agreement.objects.all()) == [1, 2, 3, 4]
    assert faults() == []


def test_two_people_at_one_list_are_not_mixed(signed):
    seen = fingerprint(people_of(signed))

    def naming(last_name):
        def act():
            try:
                name_participants(
                    proposal_id=signed.pk, wanted=[Named("Alix", last_name)], seen=seen,
                    actor="Client", now=timezone.now(),
                )  # fmt: skip
            except ProposalRefused:
                return "refused"

        return act

    answers = at_once(naming("Un"), naming("Deux"))
    assert answers.count("refused") == 1
    assert Participant.objects.attending().count() == 1


def test_crossed_moves_and_a_last_seat_keep_the_capacity(ask, sign, pay_deposit, session):
    """Two groups of two want the same session of three seats; one comes from each side."""
    other, third = session_after(session, 14), session_after(session, 28, capacity=3)
    groups = [sign(ask(session=start)) for start in (session, other)]
    for group in groups:
        pay_deposit(group)
        conclude(proposal_id=group.pk, now=timezone.now())

    def moving(group):
        def move():
            try:
                move_proposal(
                    proposal_id=group.pk, session_id=third.pk, actor="Équipe", reason="x",
                    now=timezone.now(),
                )  # fmt: skip
            except ProposalRefused:
                return

        return move

    at_once(*[moving(group) for group in groups])

    seats = [CourseSession.objects.get(pk=item.pk).seats_taken for item in (session, other, third)]
    assert (seats[2], sorted(seats[:2])) == (2, [0, 2])
    assert faults() == []


def test_two_clicks_on_a_move_take_the_seats_once(ask, sign, pay_deposit, session):
    other, group = session_after(session), sign(ask())
    pay_deposit(group)
    conclude(proposal_id=group.pk, now=timezone.now())
    at_once(
        *[
            lambda: move_proposal(
                proposal_id=group.pk, session_id=other.pk, actor="É", reason="x", now=timezone.now()
            )
        ]
        * 3
    )
    seats = [CourseSession.objects.get(pk=item.pk).seats_taken for item in (session, other)]
    assert seats == [0, 2]
