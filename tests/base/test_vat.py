from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.vat import EXEMPT_RATE, STANDARD_RATE, Price, VatCategory, VatPosition, VatRegime

amounts = st.decimals(min_value=0, max_value=100_000, places=2)


def test_list_price_of_the_flagship_course_with_standard_vat():
    price = Price(Decimal("990.00"), STANDARD_RATE)

    assert (price.incl_vat, price.vat) == (Decimal("1188.00"), Decimal("198.00"))


@given(amounts, st.sampled_from([STANDARD_RATE, EXEMPT_RATE]))
def test_price_parts_always_sum_to_the_price_paid(excl_vat, rate):
    price = Price(excl_vat, rate)

    assert price.excl_vat + price.vat == price.incl_vat
    assert abs(price.vat - excl_vat * rate) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("category", "on", "rate"),
    [
        (VatCategory.TRAINING, date(2026, 12, 31), STANDARD_RATE),
        (VatCategory.TRAINING, date(2027, 1, 1), EXEMPT_RATE),
        (VatCategory.OTHER, date(2027, 1, 1), STANDARD_RATE),
    ],
)
def test_p03_exemption_starts_on_its_day_and_only_for_training(category, on, rate):
    position = VatPosition(VatRegime.EXEMPT_TRAINING, exempt_from=date(2027, 1, 1))

    assert position.rate(category, on) == rate


def test_p05_company_without_attestation_is_taxed():
    assert VatPosition().rate(VatCategory.TRAINING, date(2030, 1, 1)) == STANDARD_RATE


def test_p03_exemption_without_a_date_is_not_applied():
    position = VatPosition(VatRegime.EXEMPT_TRAINING, exempt_from=None)

    assert position.rate(VatCategory.TRAINING, date(2030, 1, 1)) == STANDARD_RATE
