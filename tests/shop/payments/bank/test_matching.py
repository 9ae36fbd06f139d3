"""What is owed, read from the rows, for lines that were imported."""

from decimal import Decimal

import pytest

from shop.models import Proposal
from shop.payments.bank.actions import allocate
from shop.payments.bank.matching import certain_matches, find_dues, match
from shop.payments.bank.rules import Certainty
from shop.payments.companies import receive_transfer
from tests.shop.payments.bank.conftest import (
    ACTOR,
    DAY,
    NOW,
    PAYER_ACCOUNT,
    due_of,
    fresh,
    transfer,
)


def told(line):
    (found,) = match([fresh(line)])
    return [(item.certainty, item.sale.reference, item.amount) for item in found]


@pytest.mark.parametrize("text", ["RF76PC20260001", "acompte pc 2026 0001 v2"])
def test_company_reference_is_certain(company, line_of, text):
    assert told(line_of(text)) == [(Certainty.CERTAIN, "PC-2026-0001", Decimal("300.00"))]


def test_consumer_reference_is_certain(order, line_of):
    line = line_of("VIR LX 7K3M Q2RT", "356.40")
    assert told(line) == [(Certainty.CERTAIN, order.reference, Decimal("356.40"))]


def test_name_and_amount_are_probable(company, line_of):
    assert told(line_of("facture")) == [(Certainty.PROBABLE, "PC-2026-0001", Decimal("300.00"))]
    assert told(line_of("facture", payer="AUTRE")) == []


def test_account_of_the_company_is_known_from_its_other_proposal(signed, line_of):
    first, second = signed(), signed("PC-2026-0002", deposit="400.00")
    line = line_of("PC-2026-0001", payer_iban=PAYER_ACCOUNT)
    allocate(line=line, due=due_of(first), amount=Decimal(300), actor=ACTOR, now=NOW)

    other = line_of("facture", "400.00", payer="HOLDING", payer_iban=PAYER_ACCOUNT)

    assert told(other) == [(Certainty.PROBABLE, second.number, Decimal("400.00"))]
    assert "Compte déjà connu" in match([fresh(other)])[0][0].sentence


def test_proposal_that_is_not_signed_owes_nothing(company, line_of):
    company.dues.all().delete()
    Proposal.objects.filter(pk=company.pk).update(state="expired")
    (found,) = match([fresh(line_of("PC-2026-0001"))])
    assert (found[0].claim, "pas signée" in found[0].sentence) == (None, True)


def test_double_is_told(company, line_of):
    for position in (1, 2):
        due = due_of(company, position)
        line = line_of("PC-2026-0001", str(due.amount))
        allocate(line=line, due=due, amount=due.amount, actor=ACTOR, now=NOW)
    (found,) = match([fresh(line_of("PC-2026-0001", bank_reference="B2"))])
    assert (found[0].claim, "double" in found[0].sentence) == (None, True)


def test_hand_noted_transfer_is_found_again(company, line_of):
    receive_transfer(
        due=due_of(company), amount=Decimal(300), received_on=DAY, reference="x", actor=ACTOR,
        now=NOW,
    )  # fmt: skip
    (found,) = match([fresh(line_of("PC-2026-0001"))])
    assert "déjà noté" in found[0].sentence


def test_of_two_lines_alike_one_is_certain(company, imported):
    lines = imported(transfer("PC-2026-0001"), transfer("PC-2026-0001"))
    assert [line for line, _ in certain_matches(lines)] == lines[:1]


def test_many_lines_take_few_queries(signed, order, imported, django_assert_num_queries):
    for place in range(1, 6):
        signed(f"PC-2026-{place:04}")
    lines = imported(*(transfer(f"PC-2026-{n:04} LX-AAAA-BBBB") for n in range(1, 40)))
    with django_assert_num_queries(5):
        match(lines)


@pytest.mark.parametrize(
    ("words", "amounts"),
    [
        ("PC-2026-0001", ["300.00", "700.00"]),
        ("rf76pc20260001", ["300.00", "700.00"]),
        ("atelier 300,00", ["300.00"]),
        ("510869274", ["300.00", "700.00"]),
        ("LX-7K3M-Q2RT 356.40", ["356.40"]),
        ("rien de tel", []),
        ("", []),
    ],
)
def test_dues_are_found_by_hand(company, order, words, amounts):
    assert sorted(str(due.amount) for due in find_dues(words)) == amounts
