"""Two clicks at the same instant, and several companies at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from django.utils import timezone

import pytest

from shop.models import Proposal
from shop.orders.rules import new_token
from shop.proposals.actions import ProposalRefused, issue_proposal, open_second_session
from shop.proposals.integrity import proposal_faults

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
AT_ONCE = 4


def at_once(act):
    ready = Barrier(AT_ONCE)

    def run(place):
        ready.wait(timeout=20)
        try:
            return act(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_one_request_sent_twice_at_once_is_one_proposal(ask):
    key = new_token()
    answers = at_once(lambda place: ask(request_key=key))
    assert {answer.pk for answer in answers} == {Proposal.objects.get().pk}


def test_companies_that_ask_at_once_leave_no_gap(ask):
    answers = at_once(lambda place: ask(company_name=f"Société d’essai {place}"))
    assert sorted(answer.sequence for answer in answers) == [1, 2, 3, 4]
    assert [fault for fault in proposal_faults() if "fichier" not in fault] == []


def test_two_members_of_staff_issue_one_proposal(ask, extended):
    model, waiting = ask(), ask(session=None)
    offer = extended(model, is_intra=True)

    def issue(place):
        try:
            return issue_proposal(
                proposal_id=waiting.pk, offer=offer, actor=f"Équipe {place}", now=timezone.now()
            )
        except ProposalRefused as refusal:
            return str(refusal)

    answers = at_once(issue)
    assert (
        sorted(answers, key=str)[:3]
        == ["Cette proposition est déjà émise : rien n’a été changé."] * 3
    )
    assert Proposal.objects.numbered().count() == 2


def test_second_session_opened_twice_at_once_is_one_request(ask):
    first = ask(headcount=14)

    def split(place):
        try:
            return open_second_session(
                proposal_id=first.pk, keep=10, leaving=4, actor="Équipe", now=timezone.now()
            )
        except ProposalRefused as refusal:
            return str(refusal)

    at_once(split)
    assert Proposal.objects.filter(split_from=first).count() == 1
