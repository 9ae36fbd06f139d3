from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.workdays import is_working_day
from courses.sessions.waiting.rules import (
    LIVE,
    PARIS,
    SHORTEST_OFFER,
    WaitingState,
    closing_day,
    may_become,
    midnight,
    offer_until,
    state_after_leaving,
    who_fits,
)

NOON = datetime(2027, 3, 1, 12, tzinfo=PARIS)


@pytest.mark.parametrize("state", [state for state in WaitingState if state not in LIVE])
def test_ended_entry_stays_as_it_is(state):
    assert [other for other in WaitingState if may_become(state, other)] == []


def test_every_end_can_be_reached():
    reached = {other for state in LIVE for other in WaitingState if may_become(state, other)}

    assert reached == set(WaitingState) - {WaitingState.WAITING}


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (WaitingState.WAITING, WaitingState.LEFT),
        (WaitingState.OFFERED, WaitingState.DECLINED),
    ],
)
def test_leaving_with_an_offer_is_declining(state, after):
    assert state_after_leaving(state) == after
    assert may_become(state, after)


@pytest.mark.parametrize(
    ("starts_on", "closing"),
    [
        (date(2027, 3, 4), date(2027, 3, 1)),  # Thursday: Monday
        (date(2027, 3, 1), date(2027, 2, 24)),  # Monday: Wednesday of the week before
        (date(2027, 5, 20), date(2027, 5, 14)),  # Thursday after Whit Monday: Friday
    ],
)
def test_list_closes_three_working_days_before(starts_on, closing):
    assert closing_day(starts_on) == closing


@given(st.dates(date(2026, 1, 1), date(2060, 1, 1)))
def test_closing_day_leaves_three_working_days(starts_on):
    closing = closing_day(starts_on)
    days = [closing + timedelta(days=n) for n in range((starts_on - closing).days)]

    assert sum(is_working_day(day) for day in days) == 3
    assert is_working_day(closing)


def test_offer_lasts_two_days():
    assert offer_until(NOON, NOON + timedelta(days=30)) == NOON + timedelta(hours=48)


def test_offer_is_shortened_by_the_closing():
    assert offer_until(NOON, midnight(date(2027, 3, 2))) == midnight(date(2027, 3, 2))


def test_no_offer_without_time_to_answer():
    assert offer_until(NOON, NOON + timedelta(hours=3, minutes=59)) is None


@given(
    st.timedeltas(timedelta(0), timedelta(days=9)), st.timedeltas(timedelta(0), timedelta(days=9))
)
def test_offer_never_runs_past_the_closing(before, lasting):
    until = offer_until(NOON, NOON + before, lasting=lasting)

    assert until is None or SHORTEST_OFFER <= until - NOON <= min(before, lasting)


@pytest.mark.parametrize(
    ("groups", "free", "served"),
    [
        ([1, 1, 1], 2, [0, 1]),
        ([3, 1, 1], 2, [1, 2]),  # the group is passed over
        ([3, 1, 1], 3, [0]),  # and comes first when there is room
        ([2, 3, 1], 3, [0, 2]),
        ([5, 10], None, [0, 1]),
        ([1], 0, []),
    ],
)
def test_seats_go_by_order_of_arrival(groups, free, served):
    assert who_fits(groups, free) == served


@given(st.lists(st.integers(1, 10)), st.integers(0, 40))
def test_seats_are_never_promised_twice_nor_left_over(groups, free):
    served = who_fits(groups, free)
    given_away = sum(groups[position] for position in served)
    passed_over = [groups[n] for n in range(len(groups)) if n not in served]

    assert given_away <= free
    assert all(group > free - given_away for group in passed_over)


@given(st.lists(st.integers(1, 10)), st.integers(0, 40))
def test_nobody_overtakes_a_group_of_the_same_size_or_smaller(groups, free):
    served = who_fits(groups, free)

    for position in served:
        earlier = [n for n in range(position) if groups[n] <= groups[position]]
        assert set(earlier) <= set(served)
