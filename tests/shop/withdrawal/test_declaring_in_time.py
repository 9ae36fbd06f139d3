"""When a declaration is in time, when the money is due back, how instants are told."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.withdrawal.rules import (
    PARIS,
    decide_by,
    refund_due_by,
    sent_in_time,
)
from shop.withdrawal.wording import paris_day, paris_moment

LAST_DAY = date(2026, 12, 7)


@pytest.mark.parametrize(
    ("sent_at", "postcode", "expected"),
    [
        ("2026-12-07T23:59:59+01:00", "69002", True),
        ("2026-12-08T00:00:00+01:00", "69002", False),
        ("2026-12-08T00:00:00+01:00", "", False),
        ("2026-12-08T00:00:00+01:00", "97400", False),  # Réunion: its day ended earlier
        ("2026-12-07T23:59:59+01:00", "97400", True),  # but the day of Paris is enough
        ("2026-12-08T04:59:59+01:00", "97200", True),
        ("2026-12-08T05:00:00+01:00", "97200", False),
        ("2026-12-08T03:59:59+01:00", "97300", True),
        ("2026-12-08T03:59:59+01:00", "97500", True),
        ("2026-12-08T10:59:59+01:00", "98713", True),
        ("2026-12-08T11:00:00+01:00", "98713", False),
    ],
)
def test_last_hour_of_the_last_day(sent_at, postcode, expected):
    """W-02, W-08."""
    assert sent_in_time(datetime.fromisoformat(sent_at), LAST_DAY, postcode) is expected


def test_period_that_has_not_begun_is_never_over():
    assert sent_in_time(datetime(2099, 1, 1, tzinfo=UTC), None)


def test_instant_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="fuseau"):
        sent_in_time(datetime(2026, 12, 7), LAST_DAY)  # noqa: DTZ001  the fault


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001  local times
def test_day_of_paris_is_always_enough(local):
    sent_at = local.replace(tzinfo=PARIS)
    for postcode in ("69002", "97400", "97200", "98713", "98800"):
        assert sent_in_time(sent_at, sent_at.date(), postcode)


@pytest.mark.parametrize(
    ("informed_at", "expected"),
    [
        ("2026-12-07T23:59:59+01:00", date(2026, 12, 21)),
        ("2026-12-11T09:00:00+01:00", date(2026, 12, 25)),  # a holiday changes nothing
        ("2027-03-27T23:30:00+01:00", date(2027, 4, 10)),  # nor does the summer time
    ],
)
def test_refund_is_due_fourteen_days_after_the_day_we_are_informed(informed_at, expected):
    """W-09."""
    assert refund_due_by(datetime.fromisoformat(informed_at)) == expected


def test_staff_have_two_working_days():
    christmas_eve = datetime(2026, 12, 24, 10, tzinfo=UTC)  # a Thursday
    assert decide_by(christmas_eve) == date(2026, 12, 29)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-11-23T13:05:07.999+00:00", "le 23/11/2026 à 14:05:07, heure de Paris"),
        ("2026-07-01T22:00:00+00:00", "le 02/07/2026 à 00:00:00, heure de Paris"),
    ],
)
def test_moment_is_told_to_the_second_in_paris_time(instant, expected):
    """F-06."""
    assert paris_moment(datetime.fromisoformat(instant)) == expected


def test_postmark_is_told_as_a_day():
    assert paris_day(datetime(2026, 12, 7, 23, 30, tzinfo=UTC)) == "le 08/12/2026"
