"""From the signature to the last payment (CGV 2.2, 3.2, 3.3): who acts, and by when."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.backoffice.contract_next_action import ContractFacts, contract_next_action
from shop.backoffice.next_action import DueFacts, NextAction, Who

SIGNED = date(2026, 11, 25)
STARTS, ENDS = date(2027, 1, 18), date(2027, 1, 19)
NAME_BY = date(2027, 1, 16)


def due(label="Acompte", on=SIGNED, **facts):
    return DueFacts(label=label, amount=Decimal("712.80"), due_on=on, **facts)


def balance(**facts):
    return due("Solde", ENDS + timedelta(days=1), **facts)


def funded(**facts):
    return due("Part de l’OPCO", date(2027, 2, 19), **facts)


def contract(**facts):
    return ContractFacts(**{"starts_on": STARTS, "ends_on": ENDS, "name_by": NAME_BY} | facts)


def definitive(**facts):
    return contract(
        is_definitive=True, **{"deposits": (due(is_open=False),), "balances": (balance(),)} | facts
    )


def told(facts, today):
    action = contract_next_action(facts, today)
    return action.who, action.on, action.text


@pytest.mark.parametrize(
    ("days", "who", "word"),
    [
        (0, Who.CUSTOMER, "attendu du client"),
        (7, Who.CUSTOMER, "attendu du client"),
        (8, Who.STAFF, "en retard"),
    ],
)
def test_deposit_is_awaited_a_week_then_chased(days, who, word):
    found = told(contract(deposits=(due(),)), SIGNED + timedelta(days=days))
    assert found[:2] == (who, SIGNED + timedelta(days=7))
    assert word in found[2]
    assert "712,80" in found[2]


def test_deposit_is_awaited_no_longer_than_the_eve_of_the_training():
    late = contract(deposits=(due(on=STARTS - timedelta(days=3)),))
    eve = STARTS - timedelta(days=1)
    assert told(late, eve)[:2] == (Who.CUSTOMER, eve)
    assert told(late, STARTS)[:2] == (Who.STAFF, eve)


def test_parts_of_a_deposit_are_told_together():
    parts = (due(is_open=False), due(), due())
    assert "1\u202f425,60\u00a0€" in told(contract(deposits=parts), SIGNED)[2]


def test_deposit_received_or_given_up_before_the_contract_is_definitive():
    paid = contract(deposits=(due(is_open=False),))
    assert told(paid, SIGNED)[0] == Who.SITE
    given_up = contract(deposits=(due(is_open=False),), deposit_given_up=True)
    assert told(given_up, SIGNED)[0] == Who.STAFF


def test_questions_to_staff_come_first():
    missing = definitive(asks_staff="places manquantes", is_seated=False, unnamed=2)
    assert told(missing, SIGNED) == (Who.STAFF, STARTS, "Places manquantes")
    answer_by = SIGNED + timedelta(days=4)
    asked = balance(asks_staff="Paiement contesté", answer_by=answer_by)
    found = told(definitive(balances=(asked,)), SIGNED)
    assert found == (Who.STAFF, answer_by, "Solde : Paiement contesté")


def test_seats_that_were_settled_otherwise_ask_for_nothing():
    assert told(definitive(is_seated=False, unnamed=2), SIGNED)[0] == Who.NOBODY


def test_agreement_leaves_or_is_sent_again():
    assert told(definitive(agreement_sent=False), SIGNED)[0] == Who.SITE
    assert told(definitive(agreement_failed=True), SIGNED)[0] == Who.STAFF


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (SIGNED, (Who.CUSTOMER, NAME_BY, "2 participants à nommer")),
        (NAME_BY, (Who.CUSTOMER, NAME_BY, "2 participants à nommer")),
        (date(2027, 1, 17), (Who.STAFF, STARTS, "2 participants sans nom : joindre le client")),
        (STARTS, (Who.STAFF, STARTS, "2 participants sans nom : joindre le client")),
        (ENDS, (Who.SITE, ENDS, "Formation en cours")),
    ],
)
def test_people_are_named_by_their_date(today, expected):
    assert told(definitive(unnamed=2), today) == expected


def test_one_person_is_told_in_the_singular():
    assert told(definitive(unnamed=1), SIGNED)[2] == "1 participant à nommer"


def test_deposit_that_nobody_waited_for_remains_owed():
    waived = definitive(deposits=(due(),), unnamed=1)
    assert told(waived, SIGNED)[1] == SIGNED + timedelta(days=7)
    assert told(waived, SIGNED + timedelta(days=8))[0] == Who.STAFF


@pytest.mark.parametrize(
    ("today", "who", "on", "word"),
    [
        (SIGNED, Who.SITE, STARTS, "Formation"),
        (STARTS, Who.SITE, ENDS, "Formation en cours"),
        (ENDS, Who.SITE, ENDS, "Formation en cours"),
        (date(2027, 1, 20), Who.CUSTOMER, date(2027, 1, 27), "Solde de 712,80"),
        (date(2027, 1, 27), Who.CUSTOMER, date(2027, 1, 27), "Solde de 712,80"),
        (date(2027, 1, 28), Who.STAFF, date(2027, 1, 27), "relancer"),
    ],
)
def test_training_then_balance(today, who, on, word):
    found = told(definitive(), today)
    assert (found[0], found[1], word in found[2].replace("\u00a0", " ")) == (who, on, True)


def test_fund_pays_after_the_client_then_everything_is_done():
    after = ENDS + timedelta(days=5)
    owed = definitive(balances=(balance(is_open=False),), funded=(funded(),))
    assert told(owed, after)[:2] == (Who.FUND, date(2027, 2, 19))
    paid = definitive(balances=(balance(is_open=False),), funded=(funded(is_open=False),))
    assert told(paid, after) == (Who.NOBODY, None, "Terminée et réglée")


DAYS = st.dates(date(2026, 11, 1), date(2027, 4, 1))
DUES = st.lists(
    st.builds(due, on=DAYS, is_open=st.booleans(), asks_staff=st.sampled_from(["", "Joindre"])),
    max_size=2,
).map(tuple)


@given(
    st.builds(
        contract,
        is_definitive=st.booleans(), is_seated=st.booleans(), unnamed=st.integers(0, 3),
        agreement_sent=st.booleans(), agreement_failed=st.booleans(), deposits=DUES, balances=DUES,
        funded=DUES,
    ),
    DAYS,
)  # fmt: skip
def test_something_is_always_told_and_money_owed_after_the_training_is_never_forgotten(
    facts, today
):
    action = contract_next_action(facts, today)
    assert action.text
    owed = [item for item in (*facts.balances, *facts.funded) if item.is_open]
    if owed and facts.is_definitive and facts.is_seated and today > facts.ends_on:
        assert action.who != Who.NOBODY


def test_what_has_no_day_is_pressing_when_it_is_for_staff():
    staff, site = NextAction(Who.STAFF, "Composer"), NextAction(Who.SITE, "Mise en page")
    dated = NextAction(Who.CUSTOMER, "Signer", SIGNED + timedelta(days=1))
    assert sorted([site, dated, staff], key=lambda a: a.pressing(SIGNED)) == [staff, dated, site]
    late = NextAction(Who.CUSTOMER, "Signer", SIGNED - timedelta(days=1))
    assert [action.is_overdue(SIGNED) for action in (staff, dated, late)] == [False, False, True]
