"""Interest, reminders and what follows: law.md L-02 to L-07 and the clauses of the CGV."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legal.rates.published import PUBLISHED_RATES
from legal.rates.rules import HalfYear, RateMissing, RateRule, Rates, penalty_rate
from shop.collection.rules import (
    LEVELS,
    Debt,
    Hold,
    NoticeFacts,
    Payment,
    Situation,
    StepKind,
    consumer_interest,
    interest,
    next_step,
    recovery_fee,
    resolution_from,
)

TABLE = tuple(rates for rates, _, _ in PUBLISHED_RATES)
DUE = date(2026, 6, 15)
PAID = date(2026, 8, 20)
L05 = Debt(Decimal(3000), DUE, (Payment(PAID, Decimal(3000)),))
DAY = timedelta(days=1)


def bears(debt, until=PAID, rule=RateRule.STATUTORY, **changes):
    return interest([debt], until=until, table=TABLE, rule=rule, **changes)


def test_l_05_worked_example():
    found = bears(L05)

    assert [(s.first, s.last, s.days, s.rate, s.interest) for s in found.segments] == [
        (date(2026, 6, 16), date(2026, 6, 30), 15, Decimal("12.15"), Decimal("14.98")),
        (date(2026, 7, 1), PAID, 51, Decimal("12.40"), Decimal("51.98")),
    ]
    assert found.amount == Decimal("66.96")


@pytest.mark.parametrize(
    ("rule", "amount"),
    [(RateRule.STATUTORY, "66.96"), (RateRule.LITERAL, "65.91"), (RateRule.LOWER, "65.91")],
)
def test_l_06_the_rule_decides_the_rate(rule, amount):
    assert bears(L05, rule=rule).amount == Decimal(amount)


def test_cgv_3_4_lower_rate_follows_the_half_year_when_the_ecb_falls():
    """In 2025 the rate of 1 January, 3,15 %, was the higher one after 1 July."""
    day = date(2025, 8, 1)
    rates = {rule: penalty_rate(day, TABLE, rule) for rule in RateRule}

    assert rates == {
        RateRule.LITERAL: Decimal("13.15"), RateRule.STATUTORY: Decimal("12.15"),
        RateRule.LOWER: Decimal("12.15"),
    }  # fmt: skip


@pytest.mark.parametrize("rule", list(RateRule))
def test_cgv_3_4_rate_is_never_below_three_times_the_legal_one(rule):
    high = (Rates(HalfYear(2026, 1), Decimal("0.50"), Decimal("4.00"), Decimal("8.00")),)

    assert penalty_rate(date(2026, 3, 1), high, rule) == Decimal("12.00")


def test_l_04_missing_half_year_is_never_guessed():
    with pytest.raises(RateMissing, match="1er semestre 2027"):
        bears(Debt(Decimal(100), date(2026, 12, 1)), until=date(2027, 1, 1))
    with pytest.raises(RateMissing):
        consumer_interest(
            [Debt(Decimal(100), date(2026, 12, 1))],
            notice=date(2026, 12, 15), until=date(2027, 1, 5), table=TABLE,
        )  # fmt: skip


def test_l_06_literal_rate_needs_the_first_half_of_the_year():
    second = tuple(rates for rates in TABLE if rates.half_year == HalfYear(2026, 2))
    late = Debt(Decimal(100), date(2026, 7, 10))

    assert interest([late], until=PAID, table=second, rule=RateRule.STATUTORY).amount > 0
    with pytest.raises(RateMissing, match="1er semestre 2026"):
        interest([late], until=PAID, table=second, rule=RateRule.LOWER)


def test_l_02_day_to_pay_bears_nothing_and_the_next_one_does():
    open_debt = Debt(Decimal(36500), DUE)

    assert bears(open_debt, until=DUE).segments == ()
    assert [s.days for s in bears(open_debt, until=DUE + DAY).segments] == [1]
    assert bears(open_debt, until=DUE + DAY).amount == Decimal("12.15")


def test_l_05_partial_payment_bears_interest_until_its_day_included():
    partly = Debt(Decimal(3000), DUE, (Payment(date(2026, 6, 20), Decimal(1000)),))

    found = bears(partly, until=date(2026, 6, 30))

    assert [(s.first.day, s.last.day, s.amount) for s in found.segments] == [
        (16, 20, Decimal(3000)), (21, 30, Decimal(2000)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "counted"), [(DUE + DAY, [1]), (date(2026, 6, 30), [15]), (date(2026, 7, 1), [15, 1])]
)
def test_l_05_day_of_the_payment_counts_even_where_a_period_begins(day, counted):
    whole = Debt(Decimal(3000), DUE, (Payment(day, Decimal(3000)),))

    assert [segment.days for segment in bears(whole).segments] == counted
    assert [segment.days for segment in bears(whole, since=day).segments] == [1]


def test_l_05_payment_in_time_leaves_nothing_to_bear():
    in_time = Debt(Decimal(3000), DUE, (Payment(DUE, Decimal(3000)),))

    assert bears(in_time).amount == 0


def test_l_05_leap_year_counts_365_days():
    leap = (
        Rates(HalfYear(2028, 1), Decimal(2), Decimal(2), Decimal(6)),
        Rates(HalfYear(2028, 2), Decimal(2), Decimal(2), Decimal(6)),
    )
    year = Debt(Decimal(100), date(2027, 12, 31))

    found = interest([year], until=date(2028, 12, 31), table=leap, rule=RateRule.STATUTORY)

    assert found.amount == Decimal("12.03")  # 366 days of 12 % over 365


def test_two_dues_late_for_the_same_days_make_one_line():
    found = interest(
        [Debt(Decimal(900), DUE), Debt(Decimal(2100), DUE)],
        until=date(2026, 6, 30), table=TABLE, rule=RateRule.STATUTORY,
    )  # fmt: skip

    assert [segment.amount for segment in found.segments] == [Decimal(3000)]


@pytest.mark.parametrize(
    ("is_professional", "is_first", "fee"),
    [(True, True, 40), (True, False, 0), (False, True, 0), (False, False, 0)],
)
def test_l_03_forty_euros_once_and_never_of_a_consumer(is_professional, is_first, fee):
    assert recovery_fee(is_professional=is_professional, is_first=is_first) == fee


def test_l_07_consumer_owes_legal_interest_from_the_notice_only():
    late = Debt(Decimal(1000), DUE)

    assert consumer_interest([late], notice=None, until=PAID, table=TABLE).amount == 0
    found = consumer_interest([late], notice=date(2026, 8, 10), until=PAID, table=TABLE)
    assert [(s.first, s.days, s.rate) for s in found.segments] == [
        (date(2026, 8, 11), 10, Decimal("2.75"))
    ]


amounts = st.decimals("0.01", "99999.99", places=2)
days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
rules = st.sampled_from(list(RateRule))


@st.composite
def debts(draw):
    """Some of it paid, on any days."""
    amount, due_on = draw(amounts), draw(days)
    left, payments = amount, []
    for _ in range(draw(st.integers(0, 3))):
        part = min(draw(amounts), left)
        if part > 0:
            payments.append(Payment(draw(days), part))
            left -= part
    return Debt(amount, due_on, tuple(payments))


def exact(found):
    return sum((segment.exact for segment in found.segments), Decimal(0))


@given(debts(), days, days, rules)
def test_interest_grows_with_days(debt, one, other, rule):
    first, last = sorted((one, other))

    assert exact(bears(debt, first, rule)) <= exact(bears(debt, last, rule))


@given(debts(), amounts, days, rules)
def test_interest_grows_with_the_amount(debt, more, until, rule):
    larger = Debt(debt.amount + more, debt.due_on, debt.payments)

    assert exact(bears(debt, until, rule)) <= exact(bears(larger, until, rule))


@given(debts(), days, days, rules)
def test_period_cut_at_any_day_bears_the_same(debt, one, other, rule):
    """What is computed up to a day, then from the next one, is neither more nor less."""
    cut, until = sorted((one, other))
    parts = (bears(debt, cut, rule), bears(debt, until, rule, since=cut + DAY))

    whole = bears(debt, until, rule)
    assert abs(sum(map(exact, parts)) - exact(whole)) < Decimal("1e-18")
    assert abs(sum(part.amount for part in parts) - whole.amount) <= Decimal("0.01")


@given(debts(), days)
def test_l_06_default_is_never_above_the_statutory_computation(debt, until):
    assert exact(bears(debt, until, RateRule.LOWER)) <= exact(bears(debt, until))


@given(debts(), days, days)
def test_l_07_consumer_is_never_charged_above_the_legal_rate(debt, notice, until):
    found = consumer_interest([debt], notice=notice, until=until, table=TABLE)
    legal = {rates.half_year: rates.legal for rates in TABLE}

    assert all(segment.first > notice for segment in found.segments)
    assert all(segment.rate in legal.values() for segment in found.segments)
    assert exact(found) <= exact(bears(debt, until, RateRule.LOWER))


@given(debts(), days, rules)
def test_segments_never_overlap_on_one_debt_nor_cross_a_half_year(debt, until, rule):
    segments = bears(debt, until, rule).segments

    for before, after in pairwise(segments):
        assert before.last < after.first
    for segment in segments:
        assert (segment.first.year, segment.first.month > 6) == (
            segment.last.year, segment.last.month > 6,
        )  # fmt: skip
        assert debt.due_on < segment.first <= segment.last <= until


COMPANY = Situation(due_on=DUE, is_professional=True)


def step(**changes):
    fields = {"due_on": DUE, "is_professional": True} | changes
    return next_step(Situation(**fields))


def test_each_level_leaves_once_on_its_day():
    sent = []
    for level in LEVELS:
        following = step(reminded=tuple(sent))
        assert (following.kind, following.level) == (StepKind.REMIND, level)
        assert following.on == DUE + timedelta(days=level.days)
        sent.append(following.on)

    last = step(reminded=tuple(sent))
    assert (last.kind, last.on) == (StepKind.PREPARE_NOTICE, DUE + timedelta(days=22))


def test_clock_that_stood_still_keeps_the_levels_apart():
    late = DUE + timedelta(days=60)

    assert step(reminded=(late,)).on == late + timedelta(days=7)
    assert step(reminded=(late,) * 3).on == late + timedelta(days=7)


@pytest.mark.parametrize("hold", list(Hold))
def test_nothing_leaves_while_it_is_held(hold):
    assert step(hold=hold).kind == StepKind.HELD
    assert not step(hold=hold).waits_for_staff(PAID)


def test_paid_invoice_waits_only_for_its_penalties():
    assert step(is_paid=True, penalty_left=True).kind == StepKind.BILL_PENALTY
    assert step(is_paid=True).kind == StepKind.NOTHING
    assert step(is_paid=True, penalty_left=True, is_professional=False).kind == StepKind.NOTHING


def test_l_07_nothing_is_automatic_for_a_consumer():
    for reminded in ((), (DUE,), (DUE,) * 3):
        following = step(is_professional=False, reminded=reminded)
        assert following.kind == StepKind.NOTHING
        assert not following.waits_for_staff(PAID)


def test_cgv_4_7_eight_whole_days_pass_after_the_notice():
    delivered = date(2026, 7, 10)
    following = step(notice=NoticeFacts(date(2026, 7, 8), delivered))

    assert (following.kind, following.on) == (StepKind.DECIDE, date(2026, 7, 19))
    assert resolution_from(delivered) == date(2026, 7, 19)
    assert not following.waits_for_staff(date(2026, 7, 18))
    assert following.waits_for_staff(date(2026, 7, 19))


def test_notice_goes_from_its_letter_to_its_answer():
    posted = date(2026, 7, 8)

    assert step(notice=NoticeFacts()).kind == StepKind.POST_NOTICE
    assert step(notice=NoticeFacts(posted)).kind == StepKind.NOTE_DELIVERY
    answered = step(notice=NoticeFacts(posted, posted, answered=True))
    assert (answered.kind, answered.on) == (StepKind.DECIDE, None)


def test_resolved_contract_still_owes():
    assert step(resolved=True).kind == StepKind.POST_RESOLUTION
    assert step(resolved=True, resolution_posted=True).kind == StepKind.NOTHING
