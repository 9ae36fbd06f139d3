"""The worked examples of law.md section 14, by number, and the check vectors for other years."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from shop.withdrawal.rules import (
    distance_last_day,
    start_instant,
    training_contract_last_day,
    withdrawal_period,
)

PARIS = ZoneInfo("Europe/Paris")

EXAMPLES = [
    ("1", "2026-03-20 10:00", "2026-04-03", "2026-04-04"),
    ("2", "2026-03-21", "2026-04-07", "2026-04-08"),
    ("3", "2026-04-17", "2026-05-04", "2026-05-05"),
    ("4", "2026-04-24", "2026-05-11", "2026-05-12"),
    ("5", "2026-04-30", "2026-05-15", "2026-05-16"),
    ("6", "2026-05-09", "2026-05-26", "2026-05-27"),
    ("7", "2026-05-11", "2026-05-26", "2026-05-27"),
    ("8", "2026-06-19", "2026-07-03", "2026-07-04"),
    ("9", "2026-06-29 23:59:59", "2026-07-13", "2026-07-14"),
    ("10", "2026-06-30 00:00:01", "2026-07-15", "2026-07-16"),
    ("11", "2026-07-31 21:59:59Z", "2026-08-14", "2026-08-15"),
    ("12", "2026-07-31 22:30Z", "2026-08-17", "2026-08-18"),
    ("13", "2026-10-11", "2026-10-26", "2026-10-27"),
    ("14a", "2026-10-25 02:30+02:00", "2026-11-09", "2026-11-10"),
    ("14b", "2026-10-25 02:30+01:00", "2026-11-09", "2026-11-10"),
    ("15", "2026-10-18", "2026-11-02", "2026-11-03"),
    ("16", "2026-10-28", "2026-11-12", "2026-11-13"),
    ("17", "2026-11-23 23:59:59", "2026-12-07", "2026-12-08"),
    ("18", "2026-11-24 00:00:01", "2026-12-08", "2026-12-09"),
    ("19", "2026-11-23 23:30Z", "2026-12-08", "2026-12-09"),
    ("20", "2026-12-11", "2026-12-28", "2026-12-29"),
    ("21", "2026-12-12 01:30+04:00", "2026-12-28", "2026-12-29"),
    ("22", "2026-12-11 23:30-04:00", "2026-12-28", "2026-12-29"),
    ("23", "2026-12-18", "2027-01-04", "2027-01-05"),
    ("24", "2027-02-15", "2027-03-01", "2027-03-02"),
    ("25", "2027-03-14", "2027-03-30", "2027-03-31"),
    ("26", "2027-03-28 03:00+02:00", "2027-04-12", "2027-04-13"),
    ("27", "2027-04-17", "2027-05-03", "2027-05-04"),
    ("28", "2027-04-22", "2027-05-07", "2027-05-08"),
    ("29", "2027-04-24", "2027-05-10", "2027-05-11"),
    ("30", "2027-05-03", "2027-05-18", "2027-05-19"),
    ("31", "2027-06-30", "2027-07-15", "2027-07-16"),
    ("32", "2027-12-11", "2027-12-27", "2027-12-28"),
    ("33", "2028-02-15", "2028-02-29", "2028-03-01"),
    ("34", "2028-02-29", "2028-03-14", "2028-03-15"),
    ("35", "2028-04-02", "2028-04-18", "2028-04-19"),
    ("36", "2028-12-11", "2028-12-26", "2028-12-27"),
]
LOCAL_EXAMPLES = [
    ("1-67", "2026-03-20 10:00", "67000", "2026-04-07", "2026-04-08"),
    ("21-974", "2026-12-12 01:30+04:00", "97400", "2026-12-28", "2026-12-29"),
    ("22-972", "2026-12-11 23:30-04:00", "97200", "2026-12-28", "2026-12-29"),
    ("32-68", "2027-12-11", "68100", "2027-12-27", "2027-12-28"),
    ("36-57", "2028-12-11", "57000", "2028-12-27", "2028-12-28"),
]
OTHER_VECTORS = [
    ("2026-01-03", "2026-01-19", "2026-01-20"),
    ("2026-01-04", "2026-01-19", "2026-01-20"),
    ("2026-03-22", "2026-04-07", "2026-04-08"),
    ("2027-03-13", "2027-03-30", "2027-03-31"),
]


def instant(text):
    """Of Paris unless the text has an offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=PARIS)


def days_of(text, postcode=""):
    period = withdrawal_period(instant(text), information_given_at=instant(text), postcode=postcode)
    return period.last_day.isoformat(), period.first_charge_day.isoformat()


@pytest.mark.parametrize(
    ("concluded", "last_day", "first_charge_day"),
    [example[1:] for example in EXAMPLES],
    ids=[example[0] for example in EXAMPLES],
)
def test_worked_example(concluded, last_day, first_charge_day):
    assert days_of(concluded) == (last_day, first_charge_day)


@pytest.mark.parametrize(
    ("concluded", "postcode", "last_day", "first_charge_day"),
    [example[1:] for example in LOCAL_EXAMPLES],
    ids=[example[0] for example in LOCAL_EXAMPLES],
)
def test_worked_example_with_local_holidays(concluded, postcode, last_day, first_charge_day):
    assert days_of(concluded, postcode) == (last_day, first_charge_day)


@pytest.mark.parametrize(("concluded", "last_day", "first_charge_day"), OTHER_VECTORS)
def test_other_check_vector(concluded, last_day, first_charge_day):
    assert days_of(concluded) == (last_day, first_charge_day)


def test_worked_example_37_counts_from_the_signature_that_comes_after_the_order():
    order, signature = instant("2026-12-04 09:00"), instant("2026-12-10 18:00")

    start = start_instant(
        order_confirmed_at=order, contract_signed_at=signature, confirmation_accepted_at=order
    )
    period = withdrawal_period(start, information_given_at=order)

    assert (period.last_day, period.first_charge_day) == (date(2026, 12, 24), date(2026, 12, 25))


def test_worked_example_37_is_later_than_the_strict_minimum():
    fourteen_from_order = distance_last_day(date(2026, 12, 4))
    ten_from_signature = training_contract_last_day(date(2026, 12, 10))

    assert (fourteen_from_order, ten_from_signature) == (date(2026, 12, 18), date(2026, 12, 21))


def test_worked_example_38_adds_twelve_months_when_the_information_is_missing():
    period = withdrawal_period(instant("2027-01-04 10:00"), information_given_at=None)

    assert (period.last_day, period.first_charge_day) == (date(2028, 1, 18), date(2028, 1, 19))
    assert period.first_charge_at is None


def test_worked_example_38_counts_from_the_information_given_late():
    period = withdrawal_period(
        instant("2027-01-04 10:00"), information_given_at=instant("2027-03-01 10:00")
    )

    assert (period.last_day, period.first_charge_day) == (date(2027, 3, 15), date(2027, 3, 16))
