"""Worked examples of the chain, the totals and the periods (law.md I-11)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.invoices.ledger.rules import (
    GENESIS,
    EntryFacts,
    EntryKind,
    Link,
    Movement,
    Period,
    PeriodKind,
    Totals,
    canonical,
    entry_faults,
    finished_periods,
    movement,
    period_of,
)

AT = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)
FACTS = EntryFacts(
    number=1, kind="payment", amount=Decimal("356.40"), vat_rate=Decimal("0.200"),
    order_reference="LX-1", due_position=1, channel="off_session", reference="ch_1",
    attempt_id=7, refund_id=None, dispute_id="", moved_on=date(2026, 12, 1), at=AT,
)  # fmt: skip
DAY, MONTH, YEAR = PeriodKind


def test_hash_is_that_of_the_previous_one_followed_by_the_canonical_content():
    text = (
        '{"amount":"356.40","at":"2026-12-01T11:00:00.000000+00:00","attempt_id":7,'
        '"channel":"off_session","dispute_id":"","due_position":1,"kind":"payment",'
        '"moved_on":"2026-12-01","number":1,"order_reference":"LX-1","reference":"ch_1",'
        '"refund_id":null,"vat_rate":"0.200"}'
    )

    assert FACTS.digest(GENESIS) == sha256((GENESIS + text).encode()).hexdigest()


def test_same_content_has_one_hash_however_it_is_written():
    written = replace(FACTS, amount=Decimal("356.4"), vat_rate=Decimal("0.2"))

    assert written.digest(GENESIS) == FACTS.digest(GENESIS)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2}, {"kind": "refund"}, {"amount": Decimal("356.41")}, {"refund_id": 1},
        {"vat_rate": Decimal(0)}, {"order_reference": "LX-2"}, {"due_position": 2},
        {"channel": "transfer"}, {"reference": "ch_2"}, {"attempt_id": 8}, {"dispute_id": "dp_1"},
        {"moved_on": date(2026, 12, 2)}, {"at": AT + timedelta(microseconds=1)},
    ],
)  # fmt: skip
def test_every_fact_is_in_the_hash(change):
    assert replace(FACTS, **change).digest(GENESIS) != FACTS.digest(GENESIS)


def test_canonical_text_keeps_accents_and_sorts_its_keys():
    assert canonical({"b": Decimal("1.50"), "a": "été"}) == '{"a":"été","b":"1.50"}'


@pytest.mark.parametrize(
    ("kind", "amount", "expected"),
    [
        ("payment", "10.00", ("10.00", "0.00")),
        ("refund", "-4.00", ("0.00", "4.00")),
        ("refund_returned", "4.00", ("0.00", "-4.00")),
        ("dispute_lost", "-10.00", ("0.00", "10.00")),
        ("dispute_won", "10.00", ("0.00", "-10.00")),
    ],
)
def test_what_came_back_lessens_what_went_back(kind, amount, expected):
    assert movement(kind, Decimal(amount)) == Movement(*map(Decimal, expected))


def test_totals_by_rate():
    totals = Totals.of(
        [
            (Decimal("0.2"), Movement(payments=Decimal("10.00"))),
            (Decimal("0.200"), Movement(refunds=Decimal("4.00"))),
            (Decimal(0), Movement(payments=Decimal("1.00"))),
        ]
    )

    assert totals.to_json() == {
        "0.000": {"payments": "1.00", "refunds": "0.00"},
        "0.200": {"payments": "10.00", "refunds": "4.00"},
    }
    assert totals.all_rates.net == Decimal("7.00")
    assert totals.since(totals).to_json() == {}


@pytest.mark.parametrize(
    ("kind", "starts_on", "ends_on"),
    [
        (DAY, date(2028, 2, 29), date(2028, 2, 29)),
        (MONTH, date(2028, 2, 1), date(2028, 2, 29)),
        (YEAR, date(2028, 1, 1), date(2028, 12, 31)),
    ],
)
def test_period_of_a_leap_day(kind, starts_on, ends_on):
    assert period_of(kind, date(2028, 2, 29)) == Period(kind, starts_on, ends_on)


def test_nothing_is_finished_on_the_first_day():
    assert finished_periods(date(2026, 12, 31), {}, date(2026, 12, 31)) == []


def test_new_year_closes_the_day_then_its_month_then_its_year():
    periods = finished_periods(date(2026, 12, 31), {}, date(2027, 1, 2))

    assert [(period.kind, period.starts_on) for period in periods] == [
        (DAY, date(2026, 12, 31)),
        (MONTH, date(2026, 12, 1)),
        (YEAR, date(2026, 1, 1)),
        (DAY, date(2027, 1, 1)),
    ]


def test_missed_days_are_all_closed_and_none_twice():
    opened, closed = date(2026, 11, 25), {DAY: period_of(DAY, date(2026, 11, 27))}

    periods = finished_periods(opened, closed, date(2026, 12, 2))

    assert [(period.kind, period.ends_on.day) for period in periods] == [
        (DAY, 28), (DAY, 29), (DAY, 30), (MONTH, 30), (DAY, 1),
    ]  # fmt: skip


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.lists(st.integers(0, 400), max_size=5))
def test_days_months_and_years_have_no_hole_however_the_job_runs(opened, steps):
    today, last, seen = opened, {}, {kind: [] for kind in PeriodKind}
    for step in steps:
        today += timedelta(days=step)
        for period in finished_periods(opened, last, today):
            last[period.kind] = period
            seen[period.kind].append(period)

    for kind, periods in seen.items():
        following = period_of(kind, opened)
        for period in periods:
            assert period == following
            following = period.following
        assert following.ends_on >= today


def chain(amounts):
    links, previous = [], GENESIS
    for number, amount in enumerate(amounts, 1):
        kind = EntryKind.PAYMENT if amount > 0 else EntryKind.REFUND
        facts = replace(FACTS, number=number, amount=Decimal(amount), kind=kind.value)
        links.append(Link(facts, previous, facts.digest(previous)))
        previous = links[-1].sha256
    return links


def faults(links):
    return list(entry_faults(links, {}, set()))


def test_whole_chain_has_no_fault_and_leaves_its_marks():
    marks = {}

    assert list(entry_faults(chain([10, -4, 3]), marks, {2})) == []
    assert marks[2].totals.all_rates == Movement(Decimal(10), Decimal(4))
    assert marks[-1].totals.all_rates.net == Decimal(9)


def test_chain_tells_each_kind_of_tampering():
    one, two, three = chain([10, -4, 3])
    changed = replace(two, facts=replace(two.facts, amount=Decimal(-5)))

    assert faults([one, changed, three]) == ["L’écriture 2 ne correspond pas à son empreinte."]
    assert faults([one, three]) == [
        "L’écriture 2 manque.",
        "L’écriture 3 ne suit pas celle qui la précède.",
    ]
    assert "L’écriture 1 manque." in faults([two, three])
    rewritten = replace(changed, sha256=changed.facts.digest(changed.previous))
    assert faults([one, rewritten, three]) == ["L’écriture 3 ne suit pas celle qui la précède."]


def test_entry_dated_before_the_one_it_follows_is_told():
    one, two = chain([10, 20])
    early = replace(two.facts, at=AT - timedelta(days=1))

    assert faults([one, Link(early, one.sha256, early.digest(one.sha256))]) == [
        "L’écriture 2 est datée d’avant la précédente."
    ]
