from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.workdays import is_teaching_day
from courses.sessions.rules import plan_half_days, seats_left


def test_two_day_course_has_four_half_days_at_usual_hours():
    planned = plan_half_days(date(2026, 11, 23), Decimal("2.0"))

    assert [(slot.date.day, slot.start_time, slot.end_time) for slot in planned] == [
        (23, time(9, 0), time(12, 30)),
        (23, time(13, 30), time(17, 0)),
        (24, time(9, 0), time(12, 30)),
        (24, time(13, 30), time(17, 0)),
    ]


def test_half_day_course_is_one_morning():
    planned = plan_half_days(date(2026, 11, 23), Decimal("0.5"))

    assert [(slot.date, slot.start_time) for slot in planned] == [(date(2026, 11, 23), time(9, 0))]


def test_course_across_a_week_end_and_a_holiday_skips_them():
    planned = plan_half_days(date(2026, 12, 24), Decimal("2.0"))

    assert sorted({slot.date for slot in planned}) == [date(2026, 12, 24), date(2026, 12, 28)]


@given(
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.integers(1, 20).map(lambda halves: Decimal(halves) / 2),
)
def test_planned_half_days_match_the_duration_on_teaching_days_in_order(starts_on, duration):
    planned = plan_half_days(starts_on, duration)

    assert len(planned) == duration * 2
    assert all(is_teaching_day(slot.date) for slot in planned)
    assert [(s.date, s.start_time) for s in planned] == sorted(
        {(s.date, s.start_time) for s in planned}
    )


@pytest.mark.parametrize(
    ("capacity", "taken", "left"), [(10, 7, 3), (10, 10, 0), (0, 0, 0), (None, 40, None)]
)
def test_i3_unlimited_capacity_is_not_zero(capacity, taken, left):
    assert seats_left(capacity, taken) == left
