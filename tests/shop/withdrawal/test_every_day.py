"""Properties of the deadlines on every day of ten years and every minute where a date changes."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.withdrawal.rules import (
    distance_last_day,
    start_instant,
    training_contract_last_day,
    withdrawal_period,
)
from tests.base.own_calendar import is_worked

PARIS = ZoneInfo("Europe/Paris")
FIRST_DAY, DAYS = date(2025, 1, 1), 4017  # until the end of 2035
EVERY_DAY = [FIRST_DAY + timedelta(days=number) for number in range(DAYS)]
ZONES = {
    "07000": "Europe/Paris",
    "67000": "Europe/Paris",
    "97110": "America/Guadeloupe",
    "97133": "America/St_Barthelemy",
    "97150": "America/Marigot",
    "97200": "America/Martinique",
    "97300": "America/Cayenne",
    "97400": "Indian/Reunion",
    "97500": "America/Miquelon",
    "97600": "Indian/Mayotte",
    "98600": "Pacific/Wallis",
    "98714": "Pacific/Tahiti",
    "98800": "Pacific/Noumea",
}
instants = st.timedeltas(timedelta(), timedelta(days=3560)).map(
    lambda elapsed: datetime(2025, 1, 1, tzinfo=UTC) + elapsed
)
postcodes = st.sampled_from(sorted(ZONES))
at_any_speed = settings(deadline=None)  # the first example of a year computes its holidays


def last_sunday(year, month):
    end = date(year, month, 31)
    return end - timedelta(days=end.isoweekday() % 7)


def date_in_paris(instant):
    """From the European rule itself: the clocks change at 01:00 UTC of two Sundays."""
    summer, winter = (
        datetime(instant.year, month, last_sunday(instant.year, month).day, 1, tzinfo=UTC)
        for month in (3, 10)
    )
    return (instant + timedelta(hours=2 if summer <= instant < winter else 1)).date()


def expected_last_day(start, postcode="07000"):
    day = start + timedelta(days=14)
    while not is_worked(day, postcode):
        day += timedelta(days=1)
    return day


def period_of(instant, **arguments):
    return withdrawal_period(instant, information_given_at=instant, **arguments)


@pytest.mark.parametrize("postcode", ZONES)
def test_last_day_is_the_first_worked_one_from_the_fourteenth(postcode):
    for start in EVERY_DAY:
        # The only hours that have the same date from Tahiti to Wallis.
        instant = datetime(start.year, start.month, start.day, 11, 30, tzinfo=UTC)
        period = period_of(instant, postcode=postcode)
        assert (period.start, period.last_day) == (start, expected_last_day(start, postcode))


def test_every_period_is_long_enough_and_no_longer_than_needed():
    for start in EVERY_DAY:
        period = period_of(datetime(start.year, start.month, start.day, 12, tzinfo=PARIS))
        fourteenth = start + timedelta(days=14)
        skipped = (period.last_day - fourteenth).days
        assert is_worked(period.last_day)
        assert 0 <= skipped <= 4
        assert not any(is_worked(fourteenth + timedelta(days=n)) for n in range(skipped))
        assert period.first_charge_day == period.last_day + timedelta(days=1)


@pytest.mark.parametrize("moment", [(0, 0, 0, 0), (23, 59, 59, 999_999)], ids=["first", "last"])
def test_first_and_last_instants_of_every_day_belong_to_it(moment):
    for start in EVERY_DAY:
        period = period_of(datetime(start.year, start.month, start.day, *moment, tzinfo=PARIS))
        assert (period.start, period.last_day) == (start, expected_last_day(start))


@pytest.mark.parametrize(
    "day",
    [date(2026, 1, 1), date(2026, 3, 29), date(2026, 3, 30), date(2026, 6, 30), date(2026, 8, 1),
     date(2026, 10, 25), date(2026, 10, 26), date(2026, 12, 12), date(2027, 3, 28),
     date(2027, 10, 31), date(2028, 2, 29), date(2028, 3, 1)],
    ids=str,
)  # fmt: skip
def test_every_minute_around_midnight(day):
    midnight = datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)

    for minute in range(-60, 61):
        period = period_of(midnight + timedelta(minutes=minute))
        start = day if minute >= 0 else day - timedelta(days=1)
        assert (period.start, period.last_day) == (start, expected_last_day(start))


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2027, 3, 28), 23),
     (date(2027, 10, 31), 25)],
    ids=str,
)  # fmt: skip
def test_every_minute_of_the_days_when_the_clocks_change(day, hours):
    midnight = datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)

    starts = [period_of(midnight + timedelta(minutes=n)).start for n in range(-60, 26 * 60)]

    assert starts == [date_in_paris(midnight + timedelta(minutes=n)) for n in range(-60, 26 * 60)]
    assert starts.count(day) == hours * 60


@pytest.mark.parametrize(
    ("started_at", "charged_at"),
    [
        (datetime(2026, 10, 9, 12, tzinfo=PARIS), datetime(2026, 10, 24, 10, tzinfo=UTC)),
        (datetime(2026, 10, 12, 12, tzinfo=PARIS), datetime(2026, 10, 27, 11, tzinfo=UTC)),
        (datetime(2027, 3, 12, 12, tzinfo=PARIS), datetime(2027, 3, 27, 11, tzinfo=UTC)),
        (datetime(2027, 3, 15, 12, tzinfo=PARIS), datetime(2027, 3, 31, 10, tzinfo=UTC)),
    ],
    ids=["before winter", "after winter", "before summer", "after summer"],
)
def test_charge_is_at_noon_on_both_sides_of_a_clock_change(started_at, charged_at):
    assert period_of(started_at, postal_grace_days=0).first_charge_at == charged_at


@at_any_speed
@given(instants, st.integers(-14 * 60, 14 * 60), postcodes)
def test_offset_of_an_instant_does_not_change_the_period(instant, minutes, postcode):
    elsewhere = instant.astimezone(timezone(timedelta(minutes=minutes)))

    assert period_of(elsewhere, postcode=postcode) == period_of(instant, postcode=postcode)


@at_any_speed
@given(instants, postcodes)
def test_period_starts_at_the_later_of_both_dates(instant, postcode):
    local_date = instant.astimezone(ZoneInfo(ZONES[postcode])).date()

    assert period_of(instant, postcode=postcode).start == max(date_in_paris(instant), local_date)


@at_any_speed
@given(instants, postcodes, st.integers(0, 10))
def test_nothing_is_charged_before_the_last_day_is_over_where_the_buyer_is(
    instant, postcode, grace
):
    period = period_of(instant, postcode=postcode, postal_grace_days=grace)

    zone = ZoneInfo(ZONES[postcode])
    end = datetime.combine(period.last_day + timedelta(days=1), datetime.min.time(), zone)
    assert period.first_charge_at >= end
    assert period.first_charge_at.astimezone(PARIS).hour == 12


@at_any_speed
@given(instants, instants, postcodes)
def test_later_contract_never_ends_earlier(one, other, postcode):
    earlier, later = sorted([one, other])

    first, second = (period_of(instant, postcode=postcode) for instant in (earlier, later))

    assert first.last_day <= second.last_day
    assert first.first_charge_at <= second.first_charge_at


@at_any_speed
@given(instants, instants, postcodes)
def test_late_information_never_shortens_a_period(started_at, informed_at, postcode):
    known = period_of(started_at, postcode=postcode)
    late = withdrawal_period(started_at, information_given_at=informed_at, postcode=postcode)
    missing = withdrawal_period(started_at, information_given_at=None, postcode=postcode)

    assert known.last_day <= late.last_day
    assert known.last_day < missing.last_day
    assert 365 <= (missing.last_day - known.last_day).days <= 371


@at_any_speed
@given(instants, st.timedeltas(timedelta(), timedelta(days=40)), postcodes)
def test_ten_days_of_the_training_contract_never_end_later(ordered_at, delay, postcode):
    """T-05: fourteen days from the latest event cover both rules, whatever the order of events."""
    signed_at = ordered_at + delay
    for order, signature in [(ordered_at, signed_at), (signed_at, ordered_at)]:
        started_at = start_instant(
            order_confirmed_at=order, contract_signed_at=signature, confirmation_accepted_at=order
        )
        last_day = period_of(started_at, postcode=postcode).last_day
        assert last_day >= training_contract_last_day(date_in_paris(signature))
        assert last_day >= distance_last_day(date_in_paris(order))


def test_ten_days_end_on_the_first_worked_day_from_the_tenth():
    for start in EVERY_DAY:
        day = start + timedelta(days=10)
        while not is_worked(day):
            day += timedelta(days=1)
        assert training_contract_last_day(start) == day
