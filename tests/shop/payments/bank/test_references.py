"""References of transfers: written for companies, found again in what banks make of them."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import iso11649

from shop.payments.bank.references import creditor_reference, references_in, spaced_reference

NUMBERS = st.builds(
    "PC-{}-{:04}".format, st.integers(2020, 2099), st.integers(min_value=1, max_value=99_999)
)
GAPS = st.sampled_from(["", " ", "-", "  ", "\n", "/", "."])


def test_reference_is_that_of_the_standard():
    assert creditor_reference("PC-2026-0001") == "RF76PC20260001"
    assert spaced_reference("PC-2026-0001") == "RF76 PC20 2600 01"


@given(number=NUMBERS)
def test_every_reference_is_valid_for_iso_11649(number):
    assert iso11649.is_valid(creditor_reference(number))
    assert len(creditor_reference(number)) <= 25


@pytest.mark.parametrize(
    "text",
    [
        "RF76PC20260001",
        "rf76 pc20 2600 01",
        "VIR SEPA ATELIER RF76PC20260001 ACOMPTE",
        "REF:PC-2026-0001",
        "acompte pc 2026 0001",
        "PC20260001",
        "PC 2026-0001 version 2",
        "Proposition PC–2026–0001",
        "NPY ATELIER /INV/PC-2026-\n0001",
        "PC-2026-0001 1200,00 EUR",
        "PC-2026-0001 du 25/11/2026",
        "RF76 PC20 2600 01 25 11 2026",
        "PC-2026-0001 PC-2026-0001",
    ],
)
def test_number_is_found_however_it_is_written(text):
    assert references_in(text) == ("PC-2026-0001",)


@pytest.mark.parametrize(
    "text",
    ["", "loyer novembre", "PC-2026", "PC-1926-0001", "PC-2026-001", "2026-0001", "FC-2026-0001"],
)
def test_other_texts_quote_nothing(text):
    assert references_in(text) == ()


@pytest.mark.parametrize("text", ["RF77PC20260001", "RF76PC20260010", "RF76 PC20 2700 01"])
def test_wrong_check_digits_give_nothing(text):
    assert references_in(text) == ()


@given(number=NUMBERS, position=st.integers(2, 12), digit=st.sampled_from("0123456789"))
def test_one_wrong_digit_never_leads_to_another_proposal(number, position, digit):
    right = creditor_reference(number)
    assume(position < len(right) and right[position].isdigit() and right[position] != digit)
    assert references_in(right[:position] + digit + right[position + 1 :]) == ()


@given(number=NUMBERS, gap=GAPS, before=st.sampled_from(["", "VIR ", "REF "]), lower=st.booleans())
def test_reference_survives_what_banks_do_to_it(number, gap, before, lower):
    assume(gap == "" or len(number) == len("PC-2026-0001"))  # where does a longer one end?
    text = before + gap.join(creditor_reference(number))
    assert references_in(text.lower() if lower else text) == (number,)


@pytest.mark.parametrize("text", ["LX-7K3M-Q2RT", "lx7k3mq2rt", "VIR LX 7K3M Q2RT CAMILLE"])
def test_reference_of_an_order_is_found(text):
    assert references_in(text) == ("LX-7K3M-Q2RT",)


def test_several_references_are_all_found():
    text = "PC-2026-0001 PC-2026-0002 et LX-7K3M-Q2RT"
    assert references_in(text) == ("PC-2026-0001", "PC-2026-0002", "LX-7K3M-Q2RT")


@given(text=st.text(max_size=300))
def test_no_text_breaks_the_search(text):
    assert isinstance(references_in(text), tuple)
