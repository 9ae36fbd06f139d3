"""Worked examples of law.md M-01 to M-06, then what holds for every day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.civil_dates import PARIS
from shop.complaints.matching import Cited, cited, same_address
from shop.complaints.rules import (
    OUTCOMES,
    Capacity,
    Cause,
    ComplaintState,
    days_after,
    fill,
    kept_until,
    last_mediation_day,
    left_to_fill,
    may_become,
    missing_facts,
    notice_cause,
    state_of,
)

OPEN, ACCEPTED, PARTLY, REJECTED = ComplaintState
TODAY = date(2027, 1, 27)
CONSUMER = {"capacity": Capacity.CONSUMER, "unresolved_from": TODAY, "today": TODAY}


@pytest.mark.parametrize(
    ("complained_at", "last_day"),
    [
        (datetime(2026, 11, 28, 9, tzinfo=UTC), date(2027, 11, 28)),
        (
            datetime(2026, 11, 28, 23, 30, tzinfo=UTC),
            date(2027, 11, 29),
        ),  # already the 29th in Paris
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), date(2027, 7, 1)),  # summer time
        (datetime(2028, 2, 29, 12, tzinfo=UTC), date(2029, 2, 28)),
        (datetime(2027, 2, 28, 12, tzinfo=UTC), date(2028, 2, 28)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2028, 1, 1)),
    ],
)
def test_m03_mediator_is_seized_within_one_year_of_the_complaint(complained_at, last_day):
    assert last_mediation_day(complained_at) == last_day


def test_m03_instant_without_zone_is_refused():
    with pytest.raises(ValueError, match="fuseau"):
        last_mediation_day(datetime(2026, 11, 28, 9))  # noqa: DTZ001  a naive instant is the case, or gets its zone


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(PARIS)))  # noqa: DTZ001  a naive instant is the case, or gets its zone
def test_m03_last_day_is_the_same_date_or_the_eve_and_never_later_than_a_year(complained_at):
    day, last = complained_at.date(), last_mediation_day(complained_at)
    assert (last.year, last.month) == (day.year + 1, day.month)
    assert last.day == (28 if (day.month, day.day) == (2, 29) else day.day)
    assert timedelta(days=365) <= last - day <= timedelta(days=366)


def test_answer_is_promised_in_calendar_days_of_paris():
    assert days_after(datetime(2026, 11, 28, 23, 30, tzinfo=UTC), 30) == date(2026, 12, 29)


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        (REJECTED, Cause.REJECTED),
        (OPEN, Cause.UNRESOLVED),
        (ACCEPTED, None),
        (PARTLY, None),
    ],
)
def test_m02_notice_follows_a_rejection_or_a_silence(state, cause):
    assert notice_cause(state=state, **CONSUMER) == cause


def test_m02_silence_is_not_one_before_its_day():
    tomorrow = TODAY + timedelta(days=1)
    facts = CONSUMER | {"unresolved_from": tomorrow}
    assert notice_cause(state=OPEN, **facts) is None
    assert notice_cause(state=REJECTED, **facts) == Cause.REJECTED


@pytest.mark.parametrize("state", list(ComplaintState))
def test_m04_professionals_are_told_of_no_mediator(state):
    facts = CONSUMER | {"capacity": Capacity.PROFESSIONAL}
    assert notice_cause(state=state, **facts) is None


def test_m05_notice_needs_the_three_facts_of_the_mediator():
    known = {"name": "CNPM", "website": "https://cnpm.example/", "address": "27 avenue, 42400"}
    assert missing_facts(**known) == ()
    assert missing_facts(**known | {"website": " ", "address": ""}) == (
        "le site", "l’adresse postale",
    )  # fmt: skip


def test_every_decision_opens_again_and_none_replaces_another():
    for outcome in OUTCOMES:
        assert may_become(OPEN, outcome)
        assert may_become(outcome, OPEN)
        assert not any(may_become(outcome, other) for other in OUTCOMES)
    assert not may_become(OPEN, OPEN)


@given(st.lists(st.sampled_from([OPEN, ACCEPTED, PARTLY, REJECTED]), max_size=6))
def test_state_is_that_of_the_last_act(states):
    start = datetime(2026, 11, 28, tzinfo=UTC)
    acts = [(start + timedelta(hours=n), state) for n, state in enumerate(states)]
    assert state_of(reversed(acts)) == (states[-1] if states else OPEN)


def test_complaint_is_kept_five_years_from_what_was_said_last():
    """law.md G-02."""
    assert kept_until(date(2028, 2, 29)) == date(2033, 2, 28)
    assert kept_until(date(2026, 11, 28)) == date(2031, 11, 28)


def test_template_is_filled_with_what_is_known():
    filled = fill("Bonjour {nom}, {numero} du {date}. {autre}", {"nom": "Aline", "numero": "R-1"})
    assert filled == "Bonjour Aline, R-1 du {date}. {autre}"
    assert left_to_fill(filled) == ("{date}",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lx 7k3m q2rt", Cited(orders=frozenset({"LX-7K3M-Q2RT"}))),
        ("LX‑7K3M‑Q2RT et pc-2026-0042", Cited(frozenset({"LX-7K3M-Q2RT"}), frozenset({"PC-2026-0042"}))),
        ("PC-2026-0042 v2", Cited(proposals=frozenset({"PC-2026-0042"}))),
        ("facture F 2026 00042", Cited(invoices=frozenset({"F-2026-00042"}))),
        ("AV–2026–00007", Cited(invoices=frozenset({"AV-2026-00007"}))),
        ("REF-2026-00042, PDF-2026-0001", Cited()),
        ("", Cited()),
    ],
)  # fmt: skip
def test_references_are_read_however_they_are_typed(text, expected):
    assert cited(text) == expected


@given(st.text())
def test_any_text_is_read(text):
    assert isinstance(cited(text), Cited)


def test_nobody_owns_the_empty_address():
    assert not same_address("", " ")
    assert same_address("Aline@Exemple.fr ", "aline@exemple.FR")
