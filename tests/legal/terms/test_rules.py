from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legal.terms.rules import (
    Audience,
    Period,
    Scope,
    State,
    conflicts,
    left_without,
    next_number,
    number_key,
    state,
)

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


@st.composite
def periods(draw):
    start = draw(DAYS)
    return Period(start, draw(st.none() | DAYS.filter(lambda day: day >= start)))


@given(periods(), periods())
def test_periods_overlap_when_they_share_a_day(one, other):
    days = [date(2026, 1, 1) + timedelta(n) for n in range(70)]

    shared = any(one.holds(day) and other.holds(day) for day in days)

    assert one.overlaps(other) == shared


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("both", "consumer", True),
        ("both", "company", True),
        ("both", "both", True),
        ("consumer", "consumer", True),
        ("consumer", "company", False),
    ],
)
def test_versions_conflict_only_for_the_same_reader(one, other, expected):
    first = Scope("2026-1", Audience(one), Period(MAY))
    second = Scope("2026-2", Audience(other), Period(JUNE))

    assert conflicts(first, [second]) == (["2026-2"] if expected else [])


def test_version_that_ends_the_day_before_does_not_conflict():
    first = Scope("2026-1", Audience.BOTH, Period(MAY, JUNE - timedelta(1)))

    assert conflicts(first, [Scope("2026-2", Audience.BOTH, Period(JUNE))]) == []


@pytest.mark.parametrize(
    ("closed", "opened", "expected"),
    [
        ("both", "consumer", {Audience.COMPANY}),
        ("both", "both", set()),
        ("consumer", "both", set()),
    ],
)
def test_left_without_names_who_loses_its_terms(closed, opened, expected):
    assert left_without(Audience(closed), Audience(opened)) == expected


@pytest.mark.parametrize(
    ("facts", "today", "expected"),
    [
        ({}, JUNE, State.DRAFT),
        ({"submitted": True}, JUNE, State.SUBMITTED),
        ({"submitted": True, "approved": True}, MAY, State.APPROVED),
        ({"submitted": True, "approved": True}, JUNE - timedelta(1), State.APPROVED),
        ({"submitted": True, "approved": True}, JUNE, State.IN_FORCE),
        ({"submitted": True, "approved": True}, JULY, State.IN_FORCE),
        ({"submitted": True, "approved": True}, JULY + timedelta(1), State.REPLACED),
        ({"submitted": True, "approved": True, "revoked": True}, JUNE, State.REVOKED),
    ],
)
def test_state_follows_from_the_facts(facts, today, expected):
    known = {"submitted": False, "approved": False, "revoked": False} | facts

    assert state(**known, period=Period(JUNE, JULY), today=today) is expected


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        ([], "2026-1"),
        (["2025-7"], "2026-1"),
        (["2026-9", "2026-10", "2026-2"], "2026-11"),
        (["ancienne", "2026-1"], "2026-2"),
    ],
)
def test_next_number_counts_from_one_each_year(existing, expected):
    assert next_number(existing, 2026) == expected


def test_number_key_orders_ten_after_nine():
    assert sorted(["2026-10", "2026-9", "2025-11"], key=number_key) == [
        "2025-11",
        "2026-9",
        "2026-10",
    ]
