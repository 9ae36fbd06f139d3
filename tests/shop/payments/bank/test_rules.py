"""Which line pays what: certain, probable, unknown, and the sentence that staff read."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.payments.bank.rules import (
    Candidate,
    Certainty,
    Claim,
    LineState,
    Received,
    Sale,
    Sales,
    alike,
    assign,
    candidates,
    certain,
    line_state,
)

DEPOSIT = Claim(1, "acompte", Decimal("356.40"))
BALANCE = Claim(2, "solde", Decimal("831.60"))
PROPOSAL = Sale("PC-2026-0001", ("Atelier d’essai",), (DEPOSIT, BALANCE))
OTHER = Sale(
    "PC-2026-0002", ("Menuiserie de l’exemple",), (Claim(3, "acompte", Decimal("356.40")),)
)
ORDER = Sale(
    "LX-7K3M-Q2RT", ("Camille Exemple",), (Claim(4, "acompte", Decimal("356.40")),),
    is_consumer=True, payable_from=date(2026, 12, 1),
)  # fmt: skip
DAY = date(2026, 11, 25)
IBAN = "FR1420041010050500013M02606"


def line(text="", amount="356.40", **facts):
    return Received(Decimal(amount), facts.pop("on", DAY), text, **facts)


def told(found):
    return [(item.certainty, item.claim, item.amount) for item in found]


@pytest.mark.parametrize("text", ["RF76 PC20 2600 01", "acompte PC-2026-0001"])
def test_reference_with_the_amount_owed_is_certain(text):
    found = candidates(line(text), Sales([PROPOSAL, OTHER, ORDER]))
    assert told(found) == [(Certainty.CERTAIN, DEPOSIT, DEPOSIT.amount)]


def test_smaller_amount_leaves_the_rest_owed():
    found = candidates(line("PC-2026-0001", "300.00"), Sales([PROPOSAL]))
    assert told(found) == [(Certainty.PROBABLE, DEPOSIT, Decimal("300.00"))]
    assert "il restera 56,40" in found[0].sentence


def test_larger_amount_pays_what_is_owed_and_no_more():
    found = candidates(line("PC-2026-0001", "400.00"), Sales([PROPOSAL]))
    assert told(found) == [(Certainty.PROBABLE, DEPOSIT, DEPOSIT.amount)]
    assert "43,60" in found[0].sentence


def test_amount_of_a_later_instalment_is_probable():
    found = candidates(line("PC-2026-0001", "831.60"), Sales([PROPOSAL]))
    assert told(found) == [(Certainty.PROBABLE, BALANCE, BALANCE.amount)]


def test_second_transfer_of_a_paid_sale_is_a_double():
    paid = Sale("PC-2026-0001", PROPOSAL.names, ())
    found = candidates(line("PC-2026-0001"), Sales([paid]))
    assert told(found) == [(Certainty.PROBABLE, None, Decimal(0))]
    assert "double" in found[0].sentence


def test_two_references_are_for_a_person_to_share():
    found = candidates(line("PC-2026-0001 et PC-2026-0002"), Sales([PROPOSAL, OTHER]))
    assert {item.certainty for item in found} == {Certainty.PROBABLE}
    assert [item.sale for item in found] == [PROPOSAL, OTHER]


def test_reference_that_we_do_not_know_makes_the_other_less_sure():
    found = candidates(line("PC-2026-0001 et PC-2026-0999"), Sales([PROPOSAL]))
    assert told(found) == [(Certainty.PROBABLE, DEPOSIT, DEPOSIT.amount)]


@pytest.mark.parametrize("text", ["PC-2026-0001", ""])
def test_transfer_that_somebody_noted_is_no_double(text):
    noted = Sale("PC-2026-0001", PROPOSAL.names, (BALANCE,), noted=(DEPOSIT,))
    found = candidates(line(text, payer="ATELIER D ESSAI"), Sales([noted]))
    assert told(found) == [(Certainty.PROBABLE, DEPOSIT, DEPOSIT.amount)]
    assert "déjà noté" in found[0].sentence


@pytest.mark.parametrize("facts", [{"currency": "CHF"}, {"is_reversal": True}])
def test_other_money_and_reversals_are_never_certain(facts):
    assert certain(candidates(line("PC-2026-0001", **facts), Sales([PROPOSAL]))) is None
    assert candidates(line(payer="ATELIER D ESSAI", **facts), Sales([PROPOSAL])) == []


@pytest.mark.parametrize(
    ("payer", "iban"), [("ATELIER D ESSAI SARL", ""), ("Quelqu’un", IBAN), ("", IBAN)]
)
def test_exact_amount_of_a_known_payer_is_probable(payer, iban):
    known = Sale("PC-2026-0001", PROPOSAL.names, PROPOSAL.claims, ibans=frozenset({IBAN}))
    found = candidates(line(payer=payer, payer_iban=iban), Sales([known, OTHER]))
    assert told(found) == [(Certainty.PROBABLE, DEPOSIT, DEPOSIT.amount)]


@pytest.mark.parametrize(
    "received",
    [line(payer="AUTRE SOCIETE"), line(payer="ATELIER D ESSAI", amount="356.41"), line()],
)
def test_nothing_else_leads_anywhere(received):
    assert candidates(received, Sales([PROPOSAL, OTHER, ORDER])) == []


def test_t06_consumer_pays_nothing_before_the_first_day():
    early = candidates(line("LX-7K3M-Q2RT"), Sales([ORDER]))
    assert told(early) == [(Certainty.PROBABLE, None, Decimal(0))]
    assert "1er décembre 2026" in early[0].sentence
    assert candidates(line(payer="CAMILLE EXEMPLE"), Sales([ORDER])) == []

    then = candidates(line("LX-7K3M-Q2RT", on=date(2026, 12, 1)), Sales([ORDER]))
    assert told(then) == [(Certainty.CERTAIN, ORDER.claims[0], Decimal("356.40"))]


def test_t06_consumer_whose_period_has_not_begun_pays_nothing():
    sale = Sale(ORDER.reference, ORDER.names, ORDER.claims, is_consumer=True)
    assert candidates(line("LX-7K3M-Q2RT", on=date(2027, 1, 1)), Sales([sale]))[0].claim is None


@pytest.mark.parametrize("amount", ["300.00", "400.00"])
def test_consumer_pays_each_instalment_exactly(amount):
    found = candidates(line("LX-7K3M-Q2RT", amount, on=date(2026, 12, 1)), Sales([ORDER]))
    assert told(found) == [(Certainty.PROBABLE, None, Decimal(0))]


def test_two_lines_alike_do_not_both_pay_the_deposit():
    first, second = assign([line("PC-2026-0001")] * 2, Sales([PROPOSAL]))
    assert told(first) == [(Certainty.CERTAIN, DEPOSIT, DEPOSIT.amount)]
    assert told(second) == [(Certainty.PROBABLE, BALANCE, Decimal("356.40"))]


@pytest.mark.parametrize(
    ("payer", "name", "same"),
    [
        ("ATELIER D ESSAI", "Atelier d’essai", True),
        ("SARL ATELIER DESSAI", "Atelier d’essai", False),
        ("VIR SEPA ATELIER ESSAI LYON", "Atelier d’essai", True),
        ("Société Générale", "Société de l’Exemple", False),
        ("SAS ABC", "ABC", False),
        ("Mme Exemple Camille", "Camille Exemple", True),
        ("Camille Autre", "Camille Exemple", False),
        ("", "Atelier", False),
    ],
)
def test_names_alike(payer, name, same):
    assert alike(payer, name) is same


@pytest.mark.parametrize(
    ("allocated", "returned", "aside", "state"),
    [
        ("0", "0", False, LineState.TO_MATCH),
        ("60", "0", False, LineState.WAITING),
        ("0", "60", False, LineState.WAITING),
        ("100", "0", False, LineState.MATCHED),
        ("60", "40", False, LineState.RETURNED),
        ("0", "100", False, LineState.RETURNED),
        ("60", "0", True, LineState.SET_ASIDE),
    ],
)
def test_state_of_a_line_is_computed(allocated, returned, aside, state):
    found = line_state(
        amount=Decimal(100), allocated=Decimal(allocated), returned=Decimal(returned),
        is_set_aside=aside,
    )  # fmt: skip
    assert found == state


@given(
    amount=st.decimals("0.01", "2000", places=2),
    text=st.sampled_from(["", "PC-2026-0001", "LX-7K3M-Q2RT", "PC-2026-0001 PC-2026-0002"]),
    payer=st.sampled_from(["", "ATELIER D ESSAI", "CAMILLE EXEMPLE"]),
    day=st.dates(date(2026, 11, 1), date(2026, 12, 31)),
)
def test_no_candidate_pays_more_than_is_owed_or_received(amount, text, payer, day):
    for found in candidates(
        line(text, amount, payer=payer, on=day), Sales([PROPOSAL, OTHER, ORDER])
    ):
        assert isinstance(found, Candidate)
        if found.claim is None:
            assert found.amount == 0
        else:
            assert 0 < found.amount <= min(amount, found.claim.amount)
