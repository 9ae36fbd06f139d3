from datetime import date, timedelta

import pytest

from shop.backoffice.contract_next_action import ContractFacts
from shop.backoffice.next_action import Who
from shop.backoffice.proposal_next_action import ProposalFacts, proposal_next_action
from shop.proposals.rules import ProposalState as State

TODAY = date(2026, 11, 25)


def found(state=State.ISSUED, days_left=30, **facts):
    until = TODAY + timedelta(days=days_left)
    given = ProposalFacts(state=state, asked_on=TODAY, valid_until=until, **facts)
    return proposal_next_action(given, TODAY)


def test_request_waits_for_staff():
    action = found(State.ASKED, is_filed=False)
    assert (action.who, action.text) == (Who.STAFF, "Composer la proposition, puis l’émettre")
    assert action.on == date(2026, 11, 27)  # two working days


@pytest.mark.parametrize(
    ("facts", "who", "word"),
    [
        ({}, Who.CUSTOMER, "signer"),
        ({"days_left": 8}, Who.CUSTOMER, "signer"),
        ({"days_left": 7}, Who.STAFF, "Relancer"),
        ({"days_left": 0}, Who.STAFF, "Relancer"),
        ({"is_filed": False}, Who.SITE, "Mise en page"),
        ({"letter_failed": True}, Who.STAFF, "non remis"),
        ({"letter_failed": True, "days_left": 3}, Who.STAFF, "non remis"),
    ],
)
def test_issued_proposal(facts, who, word):
    action = found(**facts)
    assert (action.who, word in action.text) == (who, True)


def test_last_day_is_told_with_what_depends_on_it():
    assert found(days_left=5).on == TODAY + timedelta(days=5)


@pytest.mark.parametrize(("days_left", "who"), [(-1, Who.STAFF), (-7, Who.STAFF), (-8, Who.NOBODY)])
def test_expiry_asks_for_a_decision_during_a_week(days_left, who):
    assert found(State.EXPIRED, days_left).who == who


@pytest.mark.parametrize("state", [State.SUPERSEDED, State.WITHDRAWN])
def test_what_is_over_asks_for_nothing(state):
    assert found(state).who == Who.NOBODY


def test_signed_proposal_is_told_by_its_contract():
    contract = ContractFacts(
        starts_on=TODAY, ends_on=TODAY, name_by=TODAY, asks_staff="places manquantes"
    )
    assert found(State.SIGNED, contract=contract).text == "Places manquantes"
