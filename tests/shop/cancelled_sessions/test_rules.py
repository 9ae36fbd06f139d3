from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.cancelled_sessions.rules import (
    CONSUMER_ANSWER_DAYS,
    REFUND_DAYS,
    answers_until,
    last_day_of,
    latest_answer_day,
    refund_due_by,
)
from tests.factories.orders import paris

DAY = date(2026, 11, 28)
DAYS = st.dates(date(2026, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("starts_on", "latest"),
    [
        (date(2027, 1, 20), date(2026, 12, 12)),
        (date(2026, 12, 12), date(2026, 12, 12)),
        (date(2026, 12, 2), date(2026, 12, 2)),
        (DAY, DAY),
    ],
)
def test_clients_answer_within_fourteen_days_and_never_after_the_first_day(starts_on, latest):
    assert latest_answer_day(DAY, starts_on) == latest


def test_law_t_13_consumer_answers_early_enough_to_be_refunded_in_time():
    consumer = last_day_of(date(2026, 12, 12), cancelled_on=DAY, is_consumer=True)
    company = last_day_of(date(2026, 12, 12), cancelled_on=DAY, is_consumer=False)
    assert (consumer, company) == (date(2026, 12, 8), date(2026, 12, 12))
    assert refund_due_by(
        cancelled_on=DAY, answered_on=consumer + timedelta(days=1), is_consumer=True
    ) == date(2026, 12, 12)


def test_cgv_3_5_company_has_its_deposit_back_fourteen_days_after_its_answer():
    answered = date(2026, 12, 10)
    due = refund_due_by(cancelled_on=DAY, answered_on=answered, is_consumer=False)
    assert due == date(2026, 12, 24)


def test_last_day_ends_at_midnight_in_paris():
    assert answers_until(date(2026, 12, 8)) == paris(date(2026, 12, 9)).replace(hour=0)


@given(DAYS, st.integers(0, 200), st.integers(0, 14))
def test_money_of_a_silent_consumer_leaves_before_the_fourteenth_day(cancelled, ahead, chosen):
    latest = latest_answer_day(cancelled, cancelled + timedelta(days=ahead))
    wanted = min(cancelled + timedelta(days=chosen), latest)
    last = last_day_of(wanted, cancelled_on=cancelled, is_consumer=True)
    sent_on = last + timedelta(days=1)
    due = refund_due_by(cancelled_on=cancelled, answered_on=sent_on, is_consumer=True)
    assert cancelled <= last <= cancelled + timedelta(days=CONSUMER_ANSWER_DAYS)
    assert last <= cancelled + timedelta(days=ahead)
    assert due - cancelled == timedelta(days=REFUND_DAYS)
    assert due - sent_on >= timedelta(days=3)
