from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from base.workdays import CALENDAR_VERSION
from shop.withdrawal.rules import (
    RULE_VERSION,
    WithdrawalPeriod,
    earliest_session_start,
    start_instant,
    withdrawal_period,
)

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 23, 12, tzinfo=PARIS)


def period_of(started_at, **arguments):
    return withdrawal_period(started_at, **{"information_given_at": started_at, **arguments})


def start_of(order, signature, confirmation):
    return start_instant(
        order_confirmed_at=order,
        contract_signed_at=signature,
        confirmation_accepted_at=confirmation,
    )


@pytest.mark.parametrize(
    "events", list(permutations([NOON, NOON + timedelta(days=1), NOON + timedelta(days=2)]))
)
def test_period_starts_at_the_latest_event(events):
    assert start_of(*events) == NOON + timedelta(days=2)


@pytest.mark.parametrize("missing", [0, 1, 2], ids=["order", "signature", "confirmation"])
def test_period_has_not_started_while_an_event_is_missing(missing):
    events = [NOON, NOON, NOON]
    events[missing] = None

    assert start_of(*events) is None


def test_confirmation_sent_after_midnight_starts_the_next_day():
    order = datetime(2026, 11, 23, 23, 59, 50, tzinfo=PARIS)
    confirmation = datetime(2026, 11, 24, 0, 0, 5, tzinfo=PARIS)

    period = period_of(start_of(order, order, confirmation))

    assert period.start == date(2026, 11, 24)


def test_latest_event_is_found_in_the_repeated_hour_of_october():
    first = datetime(2026, 10, 25, 2, 50, tzinfo=PARIS)
    second = datetime(2026, 10, 25, 2, 10, tzinfo=PARIS, fold=1)

    assert start_of(first, second, first) == datetime(2026, 10, 25, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("place", [0, 1, 2], ids=["order", "signature", "confirmation"])
def test_event_without_time_zone_is_refused(place):
    events = [NOON, NOON, NOON]
    events[place] = NOON.replace(tzinfo=None)

    with pytest.raises(ValueError, match=r"^Instant sans fuseau horaire\.$"):
        start_of(*events)


@pytest.mark.parametrize("name", ["started_at", "information_given_at"])
def test_period_refuses_an_instant_without_time_zone(name):
    arguments = {"started_at": NOON, "information_given_at": NOON}
    arguments[name] = NOON.replace(tzinfo=None)

    with pytest.raises(ValueError, match=r"^Instant sans fuseau horaire\.$"):
        withdrawal_period(**arguments)


def test_period_is_a_whole_value():
    assert period_of(NOON) == WithdrawalPeriod(
        start=date(2026, 11, 23),
        last_day=date(2026, 12, 7),
        first_charge_day=date(2026, 12, 8),
        first_charge_at=datetime(2026, 12, 11, 12, tzinfo=PARIS),
        rule_version=RULE_VERSION,
        calendar_version=CALENDAR_VERSION,
    )


@pytest.mark.parametrize(
    ("grace", "charged_at"),
    [
        (0, datetime(2026, 12, 29, 11, tzinfo=UTC)),
        (1, datetime(2026, 12, 30, 11, tzinfo=UTC)),
        (2, datetime(2026, 12, 31, 11, tzinfo=UTC)),
        (3, datetime(2027, 1, 4, 11, tzinfo=UTC)),
    ],
)
def test_postal_grace_delays_the_charge_by_working_days_and_not_the_legal_days(grace, charged_at):
    period = period_of(datetime(2026, 12, 11, 9, tzinfo=PARIS), postal_grace_days=grace)

    assert (period.last_day, period.first_charge_day) == (date(2026, 12, 28), date(2026, 12, 29))
    assert period.first_charge_at == charged_at


def test_postal_grace_counts_the_holidays_of_the_buyer():
    started_at = datetime(2028, 12, 8, 9, tzinfo=PARIS)

    here = period_of(started_at, postal_grace_days=1)
    alsace = period_of(started_at, postal_grace_days=1, postcode="67000")

    assert here.first_charge_at == datetime(2028, 12, 26, 12, tzinfo=PARIS)
    assert alsace.first_charge_at == datetime(2028, 12, 27, 12, tzinfo=PARIS)


def test_charge_is_at_noon_of_paris_in_summer_too():
    period = period_of(datetime(2026, 6, 19, 9, tzinfo=PARIS), postal_grace_days=0)

    assert period.first_charge_at == datetime(2026, 7, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("postcode", "start"),
    [
        ("07000", date(2026, 11, 23)),
        ("97200", date(2026, 11, 23)),
        ("98714", date(2026, 11, 23)),
        ("97600", date(2026, 11, 24)),
        ("97400", date(2026, 11, 24)),
        ("98800", date(2026, 11, 24)),
        ("98600", date(2026, 11, 24)),
    ],
    ids=["ardeche", "martinique", "tahiti", "mayotte", "reunion", "noumea", "wallis"],
)
def test_period_starts_at_the_later_of_the_dates_of_paris_and_of_the_buyer(postcode, start):
    period = period_of(datetime(2026, 11, 23, 22, 30, tzinfo=PARIS), postcode=postcode)

    assert period.start == start


@pytest.mark.parametrize(
    ("postcode", "paris_time"),
    [("97600", (22, 0)), ("97400", (21, 0)), ("98800", (14, 0)), ("98600", (13, 0))],
    ids=["mayotte", "reunion", "noumea", "wallis"],
)
def test_midnight_of_the_buyer_changes_the_start(postcode, paris_time):
    midnight = datetime(2026, 11, 23, *paris_time, tzinfo=PARIS)

    before = period_of(midnight - timedelta(microseconds=1), postcode=postcode)
    after = period_of(midnight, postcode=postcode)

    assert (before.start, after.start) == (date(2026, 11, 23), date(2026, 11, 24))


@pytest.mark.parametrize(
    ("started_on", "postcode", "last_day"),
    [
        (date(2026, 5, 8), "97200", date(2026, 5, 26)),
        (date(2026, 5, 13), "97110", date(2026, 5, 28)),
        (date(2026, 5, 14), "97150", date(2026, 5, 29)),
        (date(2026, 5, 13), "97150", date(2026, 5, 27)),
        (date(2026, 5, 27), "97300", date(2026, 6, 11)),
        (date(2026, 9, 25), "97133", date(2026, 10, 12)),
        (date(2027, 12, 6), "97400", date(2027, 12, 21)),
        (date(2026, 4, 13), "97600", date(2026, 4, 28)),
        (date(2026, 9, 10), "98800", date(2026, 9, 25)),
    ],
)
def test_local_holiday_moves_the_last_day(started_on, postcode, last_day):
    started_at = datetime(started_on.year, started_on.month, started_on.day, 8, tzinfo=PARIS)

    period = period_of(started_at, postcode=postcode)

    assert period.last_day == last_day


@pytest.mark.parametrize(
    ("informed_at", "last_day"),
    [
        (datetime(2026, 1, 1, tzinfo=PARIS), date(2027, 1, 18)),
        (datetime(2027, 1, 4, 23, 59, tzinfo=PARIS), date(2027, 1, 18)),
        (datetime(2027, 1, 5, tzinfo=PARIS), date(2027, 1, 19)),
        (datetime(2027, 1, 18, 23, 59, tzinfo=PARIS), date(2027, 2, 1)),
        (datetime(2027, 3, 13, 12, tzinfo=PARIS), date(2027, 3, 30)),
        (datetime(2028, 1, 18, 23, 59, tzinfo=PARIS), date(2028, 2, 1)),
    ],
    ids=["before", "same day", "next day", "last initial day", "extension", "last extended day"],
)
def test_late_information_leaves_fourteen_days(informed_at, last_day):
    started_at = datetime(2027, 1, 4, 10, tzinfo=PARIS)

    period = withdrawal_period(started_at, information_given_at=informed_at, postal_grace_days=0)

    assert period.start == date(2027, 1, 4)
    assert (period.last_day, period.first_charge_day) == (last_day, last_day + timedelta(days=1))
    assert period.first_charge_at.date() == period.first_charge_day


def test_information_given_after_the_extension_changes_nothing_and_allows_no_charge():
    started_at = datetime(2027, 1, 4, 10, tzinfo=PARIS)

    period = withdrawal_period(started_at, information_given_at=datetime(2028, 1, 19, tzinfo=PARIS))

    assert period == withdrawal_period(started_at, information_given_at=None)
    assert period.first_charge_at is None


@pytest.mark.parametrize(
    ("started_at", "last_day"),
    [
        (datetime(2028, 2, 15, 9, tzinfo=PARIS), date(2029, 2, 28)),
        (datetime(2027, 2, 15, 9, tzinfo=PARIS), date(2028, 3, 1)),
        (datetime(2027, 1, 1, 9, tzinfo=PARIS), date(2028, 1, 17)),
        (datetime(2026, 12, 1, 9, tzinfo=PARIS), date(2027, 12, 15)),
        (datetime(2027, 4, 22, 9, tzinfo=PARIS), date(2028, 5, 9)),
    ],
    ids=[
        "29 february",
        "1 march before a leap day",
        "saturday",
        "year end",
        "holiday after a week-end",
    ],
)
def test_extension_ends_twelve_months_after_the_initial_last_day(started_at, last_day):
    period = withdrawal_period(started_at, information_given_at=None)

    assert (period.last_day, period.first_charge_day) == (last_day, last_day + timedelta(days=1))


def test_extension_that_ends_on_a_local_holiday_moves_for_its_buyer():
    started_at = datetime(2027, 12, 10, 9, tzinfo=PARIS)

    here = withdrawal_period(started_at, information_given_at=None)
    alsace = withdrawal_period(started_at, information_given_at=None, postcode="67000")

    assert (here.last_day, alsace.last_day) == (date(2028, 12, 26), date(2028, 12, 27))


def test_information_is_dated_where_the_buyer_is():
    started_at = datetime(2027, 1, 4, 10, tzinfo=PARIS)
    informed_at = datetime(2027, 3, 1, 22, 30, tzinfo=PARIS)

    here = withdrawal_period(started_at, information_given_at=informed_at)
    reunion = withdrawal_period(started_at, information_given_at=informed_at, postcode="97400")

    assert (here.last_day, reunion.last_day) == (date(2027, 3, 15), date(2027, 3, 16))


@pytest.mark.parametrize(
    ("arguments", "start"),
    [({}, date(2026, 12, 9)), ({"safety_days": 0}, date(2026, 12, 8)),
     ({"safety_days": 5}, date(2026, 12, 13))],
    ids=["default", "none", "five"],
)  # fmt: skip
def test_session_can_be_booked_from_the_safety_days_on(arguments, start):
    assert earliest_session_start(period_of(NOON), **arguments) == start


def test_period_beyond_the_known_holidays_is_refused():
    with pytest.raises(ValueError, match="Jours fériés connus"):
        period_of(datetime(2101, 1, 10, tzinfo=timezone(timedelta(hours=1))))
