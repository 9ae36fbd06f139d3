from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.payments.rules import (
    FINAL_STATES,
    LATER,
    LIVE_STATES,
    MOST_TRIES,
    NEVER_AGAIN,
    NEW_DETAILS,
    PARIS,
    TOMORROW,
    AttemptState,
    ChargeTooEarly,
    Decision,
    FollowUp,
    Gap,
    GapKind,
    after_refusal,
    card_expiry,
    contact_at,
    from_cents,
    gaps,
    may_become,
    new_card_at,
    outlives,
    refuse_before,
    to_cents,
    weeks_to_compare,
)

NOON = datetime(2026, 12, 9, 11, tzinfo=UTC)
KNOWN = sorted(NEVER_AGAIN | NEW_DETAILS | LATER | TOMORROW | {"authentication_required"})


def retry(days):
    return Decision(FollowUp.RETRY, timedelta(days=days))


NEW_CARD = Decision(FollowUp.NEEDS_CARD)


@pytest.mark.parametrize(
    ("reason", "decisions"),
    [
        ("insufficient_funds", [retry(3), retry(5), retry(7), NEW_CARD]),
        ("processing_error", [retry(1), retry(5), retry(7), NEW_CARD]),
        ("generic_decline", [retry(3), NEW_CARD, NEW_CARD, NEW_CARD]),
        ("a_code_of_next_year", [retry(3), NEW_CARD, NEW_CARD, NEW_CARD]),
        ("stolen_card", [NEW_CARD] * 4),
        ("expired_card", [NEW_CARD] * 4),
        ("authentication_required", [Decision(FollowUp.NEEDS_CUSTOMER)] * 4),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refusal_is_followed_by_what_the_table_says(reason, decisions):
    assert [after_refusal(tries=n, decline_code=reason) for n in range(1, 5)] == decisions


def test_advice_of_the_bank_wins_over_its_reason():
    assert (
        after_refusal(tries=1, decline_code="insufficient_funds", advice_code="do_not_try_again")
        == NEW_CARD
    )
    assert (
        after_refusal(tries=1, decline_code="generic_decline", advice_code="confirm_card_data")
        == NEW_CARD
    )


def test_error_code_counts_when_there_is_no_decline_code():
    assert after_refusal(tries=1, code="expired_card") == NEW_CARD
    assert after_refusal(tries=1, code="authentication_required", decline_code="x") == Decision(
        FollowUp.NEEDS_CUSTOMER
    )


@given(st.integers(1, 20), st.sampled_from(KNOWN) | st.text(max_size=30), st.text(max_size=20))
def test_tries_always_end(tries, reason, advice):
    decision = after_refusal(tries=tries, decline_code=reason, advice_code=advice)

    assert (decision.follow_up == FollowUp.RETRY) == (decision.retry_in is not None)
    if tries >= MOST_TRIES:
        assert decision.follow_up != FollowUp.RETRY


@pytest.mark.parametrize("state", list(AttemptState))
def test_nothing_replaces_a_success(state):
    assert not may_become(AttemptState.SUCCEEDED, state)
    assert may_become(state, AttemptState.SUCCEEDED) == (state != AttemptState.SUCCEEDED)


def test_every_state_is_live_or_final():
    assert {*LIVE_STATES, *FINAL_STATES} == set(AttemptState)


@given(st.integers(0, 10**9))
def test_cents_come_back(cents):
    assert to_cents(from_cents(cents)) == cents


@pytest.mark.parametrize("amount", ["19.999", "0.001"])
def test_fraction_of_a_cent_is_refused(amount):
    with pytest.raises(ValueError, match="centime"):
        to_cents(Decimal(amount))


@pytest.mark.parametrize("not_before", [None, NOON + timedelta(microseconds=1)], ids=str)
def test_money_is_not_asked_before_its_instant(not_before):
    with pytest.raises(ChargeTooEarly):
        refuse_before(not_before, NOON)


def test_money_is_asked_at_its_instant():
    refuse_before(NOON, NOON)


ASKED = datetime(2026, 12, 1, 12, tzinfo=PARIS)


@pytest.mark.parametrize(("sent", "day"), [(0, 5), (1, 12), (2, 19)])
def test_reminders_leave_after_4_and_11_days_and_staff_take_over_after_18(sent, day):
    """L-07."""
    at = contact_at(ASKED, sent=sent, latest_at=None)

    assert at == datetime(2026, 12, day, 10, tzinfo=PARIS)


def test_third_reminder_does_not_exist():
    with pytest.raises(IndexError):
        contact_at(ASKED, sent=3, latest_at=None)


def test_late_reminder_pushes_the_next_one_a_week_back():
    late = datetime(2026, 12, 20, 18, tzinfo=PARIS)

    at = contact_at(ASKED, sent=1, latest_at=late)

    assert at == datetime(2026, 12, 27, 10, tzinfo=PARIS)


def test_request_after_midnight_in_paris_counts_from_the_new_day():
    at = contact_at(datetime(2026, 11, 30, 23, 30, tzinfo=UTC), sent=0, latest_at=None)

    assert at == datetime(2026, 12, 5, 10, tzinfo=PARIS)


def test_reminder_stays_at_ten_over_a_change_of_clocks():
    at = contact_at(datetime(2027, 3, 26, 12, tzinfo=PARIS), sent=0, latest_at=None)

    assert at.astimezone(UTC) == datetime(2027, 3, 30, 8, tzinfo=UTC)


@given(st.integers(0, 4 * 366 * 24 * 60))
def test_no_two_contacts_fall_within_a_week(minutes):
    asked_at = NOON + timedelta(minutes=minutes)
    first = contact_at(asked_at, sent=0, latest_at=None)
    second = contact_at(asked_at, sent=1, latest_at=first)
    third = contact_at(asked_at, sent=2, latest_at=second)

    assert asked_at + timedelta(days=3) < first
    days = [moment.astimezone(PARIS).date() for moment in (first, second, third)]
    assert [b - a for a, b in pairwise(days)] == [timedelta(days=7)] * 2


def test_card_ends_on_the_last_day_of_its_month():
    assert [card_expiry(2, 2028), card_expiry(12, 2026)] == [date(2028, 2, 29), date(2026, 12, 31)]


@pytest.mark.parametrize(
    ("debit", "lasts"),
    [(date(2026, 11, 30), True), (date(2026, 12, 1), False), (date(2027, 1, 5), False)],
)
def test_card_is_not_counted_on_from_the_month_of_its_expiry(debit, lasts):
    assert outlives(date(2026, 12, 31), debit) is lasts


@pytest.mark.parametrize(
    ("debit", "asked_on"),
    [
        (date(2027, 1, 15), date(2026, 12, 17)),  # two weeks before the expiry
        (date(2026, 12, 20), date(2026, 12, 17)),  # its announcement leaves on the 18th
        (date(2026, 12, 15), date(2026, 12, 12)),  # the day before its announcement
    ],
)
def test_new_card_is_asked_two_weeks_before_and_before_the_announcement(debit, asked_on):
    at = new_card_at(date(2026, 12, 31), debit, 2)

    assert at == datetime(asked_on.year, asked_on.month, asked_on.day, 10, tzinfo=PARIS)


def test_gap_is_what_one_side_alone_knows_or_knows_otherwise():
    here = {"a": Decimal(1), "b": Decimal(2), "d": Decimal(4)}
    there = {"a": Decimal(1), "c": Decimal(3), "d": Decimal(5)}

    assert gaps(here, there) == [
        Gap("b", GapKind.MISSING, Decimal(2), None),
        Gap("c", GapKind.EXTRA, None, Decimal(3)),
        Gap("d", GapKind.AMOUNT, Decimal(4), Decimal(5)),
    ]
    assert gaps(here, here) == []


@pytest.mark.parametrize(
    ("latest", "today", "mondays"),
    [
        (None, date(2026, 12, 7), [date(2026, 11, 23)]),  # a Monday: Sunday is too fresh
        (None, date(2026, 12, 8), [date(2026, 11, 30)]),
        (date(2026, 11, 23), date(2026, 12, 7), []),
        (date(2026, 11, 23), date(2026, 12, 13), [date(2026, 11, 30)]),
        (date(2026, 11, 9), date(2026, 12, 8), [date(2026, 11, d) for d in (16, 23, 30)]),
        (date(2026, 12, 28), date(2026, 12, 8), []),  # a clock that went back
    ],
)
def test_whole_weeks_are_compared_once_each(latest, today, mondays):
    assert weeks_to_compare(latest, today) == mondays
