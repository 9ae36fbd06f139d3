"""T-06: nothing before the end of the period, at most 30 %, then by instalments."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.pricing.rules import (
    DueKind,
    PlannedDue,
    company_deposit,
    consumer_deposit,
    consumer_schedule,
    split_tax,
)

CENT = Decimal("0.01")
DAY_1, DAY_2 = date(2027, 1, 18), date(2027, 1, 19)
CHARGE = date(2026, 12, 9)
TWO_DAYS = {DAY_1: Decimal(7), DAY_2: Decimal(7)}

amounts = st.integers(0, 2_000_000).map(lambda cents: Decimal(cents) * CENT)
timetables = st.dictionaries(
    st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    st.sampled_from([Decimal("3.5"), Decimal(4), Decimal(7)]),
    min_size=1,
    max_size=12,
)


def test_two_days_are_paid_30_35_35():
    assert consumer_schedule(
        Decimal("1188.00"), hours_by_day=TWO_DAYS, first_charge_day=CHARGE
    ) == (
        PlannedDue(DueKind.DEPOSIT, 1, Decimal("356.40"), CHARGE),
        PlannedDue(DueKind.BALANCE, 2, Decimal("415.80"), date(2027, 1, 19)),
        PlannedDue(DueKind.BALANCE, 3, Decimal("415.80"), date(2027, 1, 20)),
    )


def test_one_day_is_paid_30_70():
    dues = consumer_schedule(
        Decimal("594.00"), hours_by_day={DAY_1: Decimal(7)}, first_charge_day=CHARGE
    )

    assert [due.amount for due in dues] == [Decimal("178.20"), Decimal("415.80")]


def test_half_a_cent_is_never_rounded_up_for_a_consumer():
    assert consumer_deposit(Decimal("0.05")) == Decimal("0.01")
    assert company_deposit(Decimal("0.05")) == Decimal("0.02")


def test_early_start_moves_no_money_earlier():
    late = DAY_2 + timedelta(days=10)
    dues = consumer_schedule(Decimal(1000), hours_by_day=TWO_DAYS, first_charge_day=late)

    assert {due.due_on for due in dues} == {late}


def test_free_course_owes_nothing():
    assert consumer_schedule(Decimal(0), hours_by_day=TWO_DAYS, first_charge_day=CHARGE) == ()


@pytest.mark.parametrize("hours", [{}, {DAY_1: Decimal(0)}], ids=["no day", "no hour"])
def test_schedule_without_taught_hours_is_refused(hours):
    with pytest.raises(ValueError, match="heures de formation"):
        consumer_schedule(Decimal(100), hours_by_day=hours, first_charge_day=CHARGE)


@given(amounts, timetables, st.dates(date(2026, 1, 1), date(2031, 1, 1)))
def test_instalments_sum_to_the_price(price, hours_by_day, charge_day):
    dues = consumer_schedule(price, hours_by_day=hours_by_day, first_charge_day=charge_day)

    assert sum((due.amount for due in dues), Decimal()) == price
    assert all(due.amount > 0 and due.due_on >= charge_day for due in dues)
    assert [due.due_on for due in dues] == sorted(due.due_on for due in dues)


@given(amounts, timetables, st.dates(date(2026, 1, 1), date(2031, 1, 1)))
def test_balance_never_runs_ahead_of_the_delivered_hours(price, hours_by_day, charge_day):
    dues = consumer_schedule(price, hours_by_day=hours_by_day, first_charge_day=charge_day)
    balance = price - consumer_deposit(price)
    total = sum(hours_by_day.values())

    for due in dues:
        asked = sum(
            item.amount
            for item in dues
            if item.kind == DueKind.BALANCE and item.due_on <= due.due_on
        )
        taught = sum(hours for day, hours in hours_by_day.items() if day < due.due_on)
        assert asked <= balance * taught / total


def test_deposit_is_at_most_30_percent_for_every_cent_up_to_5000_euros():
    for cents in range(100, 500_001):
        deposit = int(consumer_deposit(Decimal(cents) * CENT) / CENT)
        assert deposit * 10 <= cents * 3 < (deposit + 1) * 10


@given(amounts, st.sampled_from([Decimal("0.20"), Decimal("0.00")]))
def test_tax_is_what_remains_of_the_amount_paid(amount, rate):
    split = split_tax(amount, rate)

    assert split.excl_vat + split.vat == amount
    assert abs(split.excl_vat * rate - split.vat) <= CENT
