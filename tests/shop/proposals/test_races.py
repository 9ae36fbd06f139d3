"""Two clicks at the same instant, and several companies at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

import pytest

from shop.models import Proposal
from shop.orders.rules import new_token
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
