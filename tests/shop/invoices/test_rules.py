from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.invoices.content import InvoiceKind, Nature, Tax, taxes_of
from shop.invoices.rules import (
    NotInvoiceable,
    amount_paid,
    is_performed,
    left_of,
    series_of,
    share_to_credit,
)

DAY = date(2026, 12, 30)


def test_credit_notes_have_a_series_of_their_own():
    assert series_of(InvoiceKind.DEPOSIT) == series_of(InvoiceKind.FINAL) == "F"
    assert series_of(InvoiceKind.CREDIT) == "AV"


def test_amount_that_was_paid_decides():
    invoiced = amount_paid(D("356.40"), D("0.20"), description="Acompte")
    assert invoiced.taxes == (Tax(Nature.TRAINING, D("0.20"), D("297.00"), D("59.40")),)
    # 0.03 modulo 6 cents: no amount without tax gives it, the VAT takes the cent.
    (tax,) = amount_paid(D("100.05"), D("0.20"), description="Acompte").taxes
    assert (tax.excl_vat, tax.vat) == (D("83.38"), D("16.67"))


def test_training_is_no_deposit_any_more_the_day_after_its_last_one():
    assert not is_performed(DAY, DAY)
    assert is_performed(DAY, date(2026, 12, 31))


def test_credit_of_the_whole_repeats_the_cents_of_the_original():
    odd = Tax(Nature.TRAINING, D("0.20"), D("83.37"), D("16.68"))
    assert share_to_credit((odd,), D("100.05")).taxes == (odd,)


def test_credit_takes_the_training_first():
    training = Tax(Nature.TRAINING, D("0.20"), D("100.00"), D("20.00"))
    indemnity = Tax(Nature.INDEMNITY, D("0.00"), D("50.00"), D("0.00"))
    credited = share_to_credit((indemnity, training), D("130.00"))
    assert credited.taxes == (
        training,
        Tax(Nature.INDEMNITY, D("0.00"), D("10.00"), D("0.00")),
    )
    with pytest.raises(NotInvoiceable):
        share_to_credit((indemnity, training), D("170.01"))


def test_next_credit_goes_on_where_the_last_one_stopped():
    training = Tax(Nature.TRAINING, D("0.20"), D("100.00"), D("20.00"))
    indemnity = Tax(Nature.INDEMNITY, D("0.00"), D("50.00"), D("0.00"))
    first = share_to_credit((training, indemnity), D("70.00"))
    left = left_of((training, indemnity), first.taxes)
    assert share_to_credit(left, D("70.00")).taxes == (
        Tax(Nature.TRAINING, D("0.20"), D("41.67"), D("8.33")),
        Tax(Nature.INDEMNITY, D("0.00"), D("20.00"), D("0.00")),
    )


cents = st.decimals(D("0.02"), D("500.00"), places=2)


@given(st.lists(cents, min_size=1, max_size=8), st.sampled_from([D("0.20"), D("0.055"), D("0")]))
def test_credit_notes_that_take_the_whole_leave_neither_base_nor_tax(parts, rate):
    left = amount_paid(sum(parts), rate, description="Acompte").taxes
    for part in parts:
        credited = share_to_credit(left, part)
        (tax,) = credited.taxes
        (right,) = taxes_of(credited.lines)
        assert tax.incl_vat == part
        assert tax.excl_vat > 0
        assert abs(tax.vat - right.vat) <= (D("0.01") if rate else 0)
        left = left_of(left, credited.taxes)
    assert left == (Tax(Nature.TRAINING, rate, D("0.00"), D("0.00")),)
