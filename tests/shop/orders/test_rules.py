from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.orders.rules import (
    ALPHABET,
    OrderState,
    begins_early,
    canonical_reference,
    may_become,
    new_reference,
    new_token,
    sellable_to_consumer,
)
from shop.withdrawal.rules import withdrawal_period

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
PERIOD = withdrawal_period(NOW, information_given_at=NOW)  # last day Tue 08/12, charge Wed 09/12


def sellable(starts_on=date(2027, 1, 18), **facts):
    usual = {
        "safety_days": 1,
        "allow_early_start": False,
        "is_open": True,
        "is_full": False,
        "missing": (),
    }
    return sellable_to_consumer(starts_on=starts_on, period=PERIOD, **usual | facts)


@pytest.mark.parametrize(
    ("starts_on", "allowed"), [(date(2026, 12, 9), False), (date(2026, 12, 10), True)], ids=str
)
def test_session_is_sold_from_the_day_after_the_first_charge_day(starts_on, allowed):
    assert bool(sellable(starts_on)) == allowed


def test_early_start_is_sold_when_the_company_allows_it():
    assert sellable(date(2026, 12, 1), allow_early_start=True)
    assert begins_early(date(2026, 12, 8), PERIOD)
    assert not begins_early(date(2026, 12, 9), PERIOD)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_full": True}, "complète"),
        ({"is_open": False}, "plus ouverte"),
        ({"missing": ("effectif",)}, "pas encore proposée"),
    ],
    ids=["full", "closed", "incomplete"],
)
def test_refusal_says_why(facts, reason):
    refused = sellable(**facts)

    assert not refused
    assert reason in refused.reason


def test_withdrawal_sent_in_time_wins_over_every_other_end():
    assert all(
        may_become(state, OrderState.WITHDRAWN) for state in OrderState if state != "withdrawn"
    )
    assert not any(may_become(OrderState.WITHDRAWN, state) for state in OrderState)


@given(st.data())
def test_reference_is_found_again_however_it_is_typed(data):
    reference = new_reference()
    typed = reference.lower() if data.draw(st.booleans()) else reference
    typed = typed.replace("-", data.draw(st.sampled_from(["", " ", "-", ".", " - "])))
    typed = typed[2:] if data.draw(st.booleans()) else typed

    assert canonical_reference(f"  {typed} ") == reference


@given(st.text(max_size=40))
def test_any_text_may_be_typed_as_a_reference(text):
    assert canonical_reference(canonical_reference(text)) == canonical_reference(text)


def test_references_and_tokens_differ():
    assert len({new_reference() for _ in range(1000)}) == 1000
    assert len(new_token()) == 43
    assert set("01OILU") & set(ALPHABET) == set()
    assert timedelta(days=14) == PERIOD.last_day - PERIOD.start
