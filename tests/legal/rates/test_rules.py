from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legal.rates.published import PUBLISHED_RATES
from legal.rates.rules import (
    HalfYear,
    RateMissing,
    contract_floor,
    default_penalty_rate,
    half_year,
    rates_for,
    wanted_half_years,
)

TABLE = tuple(rates for rates, _, _ in PUBLISHED_RATES)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("day", "penalty", "floor", "individual"),
    [
        (date(2025, 1, 1), "13.15", "11.13", "7.21"),
        (date(2025, 6, 30), "13.15", "11.13", "7.21"),
        (date(2025, 7, 1), "12.15", "8.28", "6.65"),
        (date(2026, 3, 15), "12.15", "7.86", "6.67"),
        (date(2026, 12, 31), "12.40", "8.25", "6.84"),
    ],
)
def test_rates_follow_the_table_of_the_law(day, penalty, floor, individual):
    rates = rates_for(day, TABLE)

    assert default_penalty_rate(rates) == Decimal(penalty)
    assert contract_floor(rates) == Decimal(floor)
    assert rates.legal_individual == Decimal(individual)


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2027, 1, 1)])
def test_rates_of_an_absent_half_year_are_never_extrapolated(day):
    with pytest.raises(RateMissing) as raised:
        rates_for(day, TABLE)

    assert raised.value.half_year == half_year(day)
    assert str(raised.value) == f"Les taux du {half_year(day)} ne sont pas renseignés."


@given(days)
def test_day_is_in_its_half_year(day):
    period = half_year(day)

    assert period.first_day <= day < period.next.first_day


@given(days)
def test_half_years_follow_one_another(day):
    period = half_year(day)

    assert half_year(period.next.first_day - timedelta(days=1)) == period
    assert period < period.next


@pytest.mark.parametrize(
    ("today", "wanted"),
    [
        (date(2026, 12, 16), ()),
        (date(2026, 12, 17), (HalfYear(2027, 1),)),
        (date(2026, 12, 31), (HalfYear(2027, 1),)),
        (date(2027, 1, 1), (HalfYear(2027, 1),)),
        (date(2027, 6, 15), (HalfYear(2027, 1),)),
        (date(2027, 6, 16), (HalfYear(2027, 1), HalfYear(2027, 2))),
    ],
)
def test_half_year_is_asked_for_from_fifteen_days_before(today, wanted):
    assert wanted_half_years(today, [rates.half_year for rates in TABLE]) == wanted


def test_half_year_is_named_in_french():
    assert [str(HalfYear(2026, half)) for half in (1, 2)] == [
        "1er semestre 2026",
        "2e semestre 2026",
    ]
