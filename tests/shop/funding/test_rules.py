"""What a fund leaves to the client, and its last day to pay (CGV 3.3)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.funding.rules import FundingState, last_day_to_pay, shares_of
from shop.pricing.rules import DueKind

BALANCE = Decimal("1663.20")
amounts = st.decimals("0.01", "99999.99", places=2)


@pytest.mark.parametrize(
    ("end", "last"),
    [
        (date(2026, 11, 25), date(2026, 12, 25)),
        (date(2026, 12, 15), date(2027, 1, 15)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 30), date(2028, 2, 29)),
        (date(2026, 3, 31), date(2026, 4, 30)),
    ],
)
def test_cgv_3_3_fund_has_one_month_that_last_day_included(end, last):
    assert last_day_to_pay(end) == last


@given(st.dates(date(2026, 1, 1), date(2100, 1, 1)))
def test_month_of_the_fund_ends_in_the_next_month(end):
    last = last_day_to_pay(end)

    assert (last.year * 12 + last.month) - (end.year * 12 + end.month) == 1
    assert 28 <= (last - end).days <= 31


def shares(granted, *, state=FundingState.GRANTED, subrogated=True):
    return shares_of(
        BALANCE, state=state, granted=granted and Decimal(granted), subrogated=subrogated
    )


def test_fund_pays_what_it_granted_and_the_client_the_rest():
    assert list(shares("800")) == [
        (DueKind.BALANCE, Decimal("863.20")),
        (DueKind.FUNDED, Decimal(800)),
    ]


def test_fund_pays_no_more_than_the_deposit_leaves_owed():
    assert list(shares("2376")) == [(DueKind.FUNDED, BALANCE)]


@pytest.mark.parametrize(
    "changes",
    [
        {"subrogated": False},
        {"state": FundingState.REQUESTED},
        {"state": FundingState.REFUSED},
    ],
)
def test_cgv_3_3_client_pays_everything_that_no_fund_pays_us(changes):
    assert list(shares("800", **changes)) == [(DueKind.BALANCE, BALANCE)]


@given(amounts, amounts, st.booleans(), st.sampled_from(FundingState))
def test_shares_add_up_to_the_balance(balance, granted, subrogated, state):
    found = shares_of(balance, state=state, granted=granted, subrogated=subrogated)

    assert found.client + found.fund == balance
    assert min(found.client, found.fund) >= 0
    assert all(amount > 0 for _, amount in found)
