"""Days, months and years that are over are closed, and no entry falls into them (law.md I-11)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from base.civil_dates import PARIS
from shop.invoices.ledger.closing import close_finished_periods
from shop.invoices.ledger.integrity import ledger_faults
from shop.invoices.ledger.rules import GENESIS
from shop.models import LedgerClosing, LedgerEntry, LedgerHead
from tests.shop.invoices.ledger.conftest import DEPOSIT, NOW, pay, send_back

pytestmark = pytest.mark.django_db


def closed():
    rows = LedgerClosing.objects.order_by("number")
    return list(rows.values_list("period", "starts_on", "first_entry", "last_entry"))


def midnight(day):
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)


def test_first_run_opens_the_ledger_and_closes_nothing():
    close_finished_periods(NOW)

    assert closed() == []
    assert LedgerHead.objects.get().opened_on == date(2026, 12, 1)


def test_day_without_entry_is_closed_at_zero():
    close_finished_periods(NOW)

    close_finished_periods(NOW + timedelta(days=1))

    closing = LedgerClosing.objects.get()
    assert closed() == [("day", date(2026, 12, 1), 1, 0)]
    assert (closing.payments, closing.by_rate, closing.entry_sha256) == (0, {}, GENESIS)


def test_closing_holds_the_totals_of_the_day_and_since_the_beginning(new_order):
    full = new_order().dues.get(position=1)
    exempt = new_order(vat_rate=Decimal(0), price_incl_vat=Decimal("100.00"))
    send_back(pay(full))
    pay(exempt.dues.get(position=1), NOW + timedelta(days=1))

    close_finished_periods(NOW + timedelta(days=2))

    first, second = LedgerClosing.objects.order_by("number")
    assert (first.first_entry, first.last_entry) == (1, 2)
    assert first.by_rate == {"0.200": {"payments": "356.40", "refunds": "356.40"}}
    assert (first.movement.net, first.cumulative.net) == (0, 0)
    assert (second.first_entry, second.last_entry) == (3, 3)
    assert second.by_rate == {"0.000": {"payments": "30.00", "refunds": "0.00"}}
    assert (second.payments, second.cumulative_payments) == (Decimal("30.00"), Decimal("386.40"))
    assert second.previous == first.sha256
    assert second.entry_sha256 == LedgerEntry.objects.get(number=3).sha256
    assert list(ledger_faults()) == []


def test_missed_months_are_closed_in_order_and_a_second_run_adds_nothing(deposit):
    pay(deposit)

    close_finished_periods(datetime(2027, 2, 2, 12, tzinfo=PARIS))
    found = closed()
    close_finished_periods(datetime(2027, 2, 2, 13, tzinfo=PARIS))

    assert closed() == found
    assert [row[:2] for row in found if row[0] != "day"] == [
        ("month", date(2026, 12, 1)),
        ("year", date(2026, 1, 1)),
        ("month", date(2027, 1, 1)),
    ]
    assert sum(row[0] == "day" for row in found) == 31 + 31 + 1
    year = LedgerClosing.objects.get(period="year")
    assert (year.payments, year.first_entry, year.last_entry) == (DEPOSIT, 1, 1)
    assert LedgerClosing.objects.order_by("number").last().cumulative_payments == DEPOSIT
    assert list(ledger_faults()) == []


def test_payment_begun_before_midnight_and_written_after_the_closing_is_of_the_next_day(new_order):
    pay(new_order().dues.get(position=1))
    close_finished_periods(midnight(date(2026, 12, 2)))

    pay(
        new_order().dues.get(position=1),
        NOW + timedelta(hours=11, minutes=59),
        received_on=date(2026, 12, 1),
    )

    late = LedgerEntry.objects.get(number=2)
    assert (late.at, late.moved_on) == (midnight(date(2026, 12, 2)), date(2026, 12, 1))
    close_finished_periods(midnight(date(2026, 12, 3)))
    assert closed() == [("day", date(2026, 12, 1), 1, 1), ("day", date(2026, 12, 2), 2, 2)]
    assert list(ledger_faults()) == []


@pytest.mark.parametrize(
    ("now", "days"),
    [
        (datetime(2027, 3, 28, 22, 30, tzinfo=UTC), 1),  # half past midnight of the 29th in Paris
        (datetime(2027, 3, 28, 21, 30, tzinfo=UTC), 0),
    ],
)
def test_day_ends_at_midnight_in_paris_the_day_the_clocks_change_too(now, days):
    close_finished_periods(datetime(2027, 3, 28, 0, 30, tzinfo=PARIS))

    close_finished_periods(now)

    assert LedgerClosing.objects.count() == days


def test_a_clock_that_goes_back_closes_nothing_again(deposit):
    pay(deposit)
    close_finished_periods(NOW + timedelta(days=3))
    found = closed()

    close_finished_periods(NOW - timedelta(days=3))

    assert closed() == found
