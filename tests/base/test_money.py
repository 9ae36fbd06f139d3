from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.money import floor_cents, round_cents


@pytest.mark.parametrize(
    ("amount", "rounded"), [("0.005", "0.01"), ("2.675", "2.68"), ("-0.005", "-0.01")]
)
def test_round_cents_takes_half_a_cent_away_from_zero(amount, rounded):
    assert round_cents(Decimal(amount)) == Decimal(rounded)


def test_t06_thirty_percent_of_999_99_never_exceeds_the_ceiling():
    assert floor_cents(Decimal("999.99") * Decimal("0.30")) == Decimal("299.99")


@given(st.decimals(min_value=0, max_value=1_000_000, places=4))
def test_floor_cents_is_the_cent_just_below(amount):
    floored = floor_cents(amount)

    assert floored <= amount < floored + Decimal("0.01")
