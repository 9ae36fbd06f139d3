from datetime import UTC, datetime, timedelta
from decimal import Decimal

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
    TOMORROW,
    AttemptState,
    ChargeTooEarly,
    Decision,
    FollowUp,
    after_refusal,
    from_cents,
    may_become,
    refuse_before,
    to_cents,
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
