"""What a cancellation or a postponement costs: each clause by its number, then any contract."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.civil_dates import months_after
from shop.changes.policy import (
    CGV_POLICY,
    Kept,
    Tier,
    company_rows,
    consumer_rows,
    from_json,
    to_json,
)
from shop.changes.quoting import decided, missed_window, quote
from shop.changes.rules import (
    Cause,
    Commitment,
    Profile,
    Request,
    Wish,
    consumer_cap,
    last_new_start,
    split,
    training_given,
)

D = Decimal
PARIS = ZoneInfo("Europe/Paris")
START = date(2027, 3, 15)
HOURS = {START: D(7), START + timedelta(days=1): D(7)}
COMPANY = Commitment(
    profile=Profile.COMPANY, price=D("1188.00"), deposit=D("356.40"), paid=D("356.40"),
    ordered_on=date(2026, 12, 1), starts_on=START, hours=HOURS, heads=3,
)  # fmt: skip
CONSUMER = replace(COMPANY, profile=Profile.CONSUMER, heads=1)


def noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=PARIS)


def before(days, *, contract=COMPANY, sent=None, **changes):
    at = noon(START - timedelta(days=days))
    facts = {"wish": Wish.CANCEL, "heads": contract.left} | changes
    return quote(CGV_POLICY, contract, Request(sent_at=sent or at, received_at=at, **facts))


def postpone(days, **changes):
    return before(days, wish=Wish.POSTPONE, **changes)


# CGV 2.2, 3.5 to 3.7


def test_cgv_2_2_without_its_deposit_a_contract_owes_nothing():
    found = before(3, contract=replace(COMPANY, paid=D(0), is_definitive=False))
    assert (found.clause, found.due, found.owed) == ("2.2", D(0), D(0))


@pytest.mark.parametrize(("days", "due", "owed"), [
    (40, "356.40", "0.00"), (16, "356.40", "0.00"), (15, "356.40", "0.00"),
    (14, "1188.00", "831.60"), (1, "1188.00", "831.60"), (0, "1188.00", "831.60"),
])  # fmt: skip
def test_cgv_3_5_fifteen_days_keep_the_deposit_and_fewer_the_whole_price(days, due, owed):
    found = before(days)
    assert (found.clause, found.due, found.owed) == ("3.5", D(due), D(owed))
    assert found.is_automatic
    assert found.refund == D(0)


def test_cgv_3_5_days_run_from_receipt_and_change_at_midnight_in_paris():
    last = datetime(2027, 2, 28, 22, 59, 59, tzinfo=UTC)  # 23:59:59 in Paris: fifteen days
    for at, due in ((last, "356.40"), (last + timedelta(seconds=1), "1188.00")):
        request = Request(wish=Wish.CANCEL, sent_at=noon(date(2027, 1, 5)), received_at=at, heads=3)
        assert quote(CGV_POLICY, COMPANY, request).due == D(due)


def test_cgv_3_5_only_the_deposit_that_was_paid_is_kept():
    found = before(20, contract=replace(COMPANY, paid=D("100.00")))
    assert (found.due, found.owed) == (D("100.00"), D(0))


def test_cgv_3_5_what_was_paid_beyond_the_deposit_comes_back():
    found = before(20, contract=replace(COMPANY, paid=D("1188.00")))
    assert (found.kept, found.refund) == (D("356.40"), D("831.60"))


def test_cgv_3_5_absent_trainer_or_unavailable_place_gives_everything_back():
    found = before(1, cause=Cause.LEXOM)
    assert (found.clause, found.due, found.refund) == ("3.5", D(0), D("356.40"))


def test_cgv_3_5_after_the_start_what_was_taught_is_training_and_the_rest_an_indemnity():
    found = before(-1)
    assert (found.due, found.training, found.indemnity) == (D("1188.00"), D("594.00"), D("594.00"))


@pytest.mark.parametrize("wish", list(Wish))
def test_cgv_3_5_and_3_6_absence_of_some_is_no_cause_in_intra(wish):
    intra = replace(COMPANY, is_intra=True)
    for facts in ({"heads": 1}, {"cause": Cause.ABSENCE}):
        found = before(30, contract=intra, wish=wish, **facts)
        assert not found.is_receivable
        assert found.clause == {Wish.CANCEL: "3.5", Wish.POSTPONE: "3.6"}[wish]
    assert before(30, contract=intra).is_receivable


def test_cgv_3_6_postponed_before_the_start_keeps_the_deposit_even_in_force_majeure():
    for cause in (Cause.CLIENT, Cause.FORCE_MAJEURE):
        found = postpone(3, cause=cause, new_start=date(2027, 6, 1))
        assert (found.clause, found.indemnity) == ("3.6", D("356.40"))
        assert found.is_automatic


def test_cgv_3_6_postponed_during_the_training_owes_the_whole_price():
    found = postpone(0, new_start=date(2027, 5, 3))
    assert (found.clause, found.due, found.owed) == ("3.6", D("1188.00"), D("831.60"))


@pytest.mark.parametrize(("day", "due"), [("2027-06-01", "356.40"), ("2027-06-02", "1188.00")])
def test_cgv_3_6_new_date_is_within_six_months_of_the_order(day, due):
    assert postpone(30, new_start=date.fromisoformat(day)).due == D(due)


@pytest.mark.parametrize(("ordered", "last"), [
    ("2026-08-31", "2027-02-28"), ("2027-08-31", "2028-02-29"), ("2026-12-01", "2027-06-01"),
    ("2026-03-31", "2026-09-30"),
])  # fmt: skip
def test_cgv_3_6_six_months_end_with_a_shorter_month(ordered, last):
    assert last_new_start(CGV_POLICY, date.fromisoformat(ordered)) == date.fromisoformat(last)


def test_cgv_3_6_missed_window_owes_the_whole_price():
    found = missed_window(CGV_POLICY, COMPANY, noon(date(2027, 6, 2)))
    assert (found.clause, found.due, found.owed) == ("3.6", D("1188.00"), D("831.60"))
    with pytest.raises(ValueError, match="pas manqué"):
        missed_window(CGV_POLICY, COMPANY, noon(date(2027, 6, 1)))
    with pytest.raises(ValueError, match="pas manqué"):
        missed_window(CGV_POLICY, CONSUMER, noon(date(2027, 6, 2)))


def test_cgv_2_1_second_postponement_needs_a_written_agreement():
    found = postpone(30, contract=replace(COMPANY, postponed=1), new_start=date(2027, 5, 3))
    assert (found.due, found.is_automatic) == (D(0), False)
    assert "article 2.1" in found.explanation


def test_cgv_3_7_absence_never_reduces_the_price_of_a_company():
    found = before(0, heads=1, cause=Cause.ABSENCE)
    assert (found.clause, found.due, found.is_receivable) == ("3.7", D("396.00"), False)
    assert found.training == found.due


def test_cgv_4_5_force_majeure_of_a_company_is_looked_at_by_a_person():
    found = before(3, cause=Cause.FORCE_MAJEURE)
    assert (found.due, found.is_automatic) == (D("1188.00"), False)


def test_cgv_3_5_one_of_three_touches_its_share_only():
    found = before(20, heads=1)
    assert (found.due, found.paid, found.owed) == (D("118.80"), D("118.80"), D(0))
    late = before(3, heads=1)
    assert (late.due, late.paid, late.owed) == (D("396.00"), D("118.80"), D("277.20"))


# Law.md 3.1, T-06 to T-08, T-13: natural persons


def test_law_3_1_consumer_never_owes_the_whole_price():
    for days in (20, 14, 0):
        found = before(days, contract=CONSUMER)
        assert (found.due, found.owed, found.is_automatic) == (D("356.40"), D(0), False)


def test_law_t_06_consumer_who_paid_nothing_owes_nothing_before_the_start():
    assert before(3, contract=replace(CONSUMER, paid=D(0))).due == D(0)


def test_law_3_1_consumer_owes_the_hours_that_were_given_when_they_exceed_the_deposit():
    found = before(-1, contract=CONSUMER)
    assert (found.due, found.training, found.owed) == (D("594.00"), D("594.00"), D("237.60"))


@pytest.mark.parametrize("cause", [Cause.FORCE_MAJEURE, Cause.LEGITIMATE])
def test_law_t_07_t_08_only_delivered_hours_are_paid(cause):
    assert before(3, contract=CONSUMER, cause=cause).due == D(0)
    found = before(-1, contract=CONSUMER, cause=cause)
    assert (found.due, found.indemnity) == (D("594.00"), D(0))
    assert before(-1, contract=CONSUMER, cause=cause, delivered=D(7) / 2).due == D("297.00")


def test_law_t_13_lexom_gives_back_what_it_does_not_deliver():
    found = before(1, contract=CONSUMER, cause=Cause.LEXOM)
    assert (found.due, found.refund) == (D(0), D("356.40"))


@pytest.mark.parametrize("cause", [Cause.CLIENT, Cause.FORCE_MAJEURE])
def test_law_3_1_postponement_costs_a_consumer_nothing_more_than_the_price(cause):
    found = postpone(3, contract=CONSUMER, cause=cause)
    assert (found.clause, found.due, found.is_automatic) == ("3.6", D(0), False)


def test_law_3_1_day_of_sending_counts_when_it_is_better_for_a_consumer():
    sent = noon(START - timedelta(days=2))
    assert before(-1, contract=CONSUMER, sent=sent).training == D(0)
    assert before(-1, sent=sent).training == D("594.00")


def test_decision_of_staff_stays_under_the_ceiling():
    quoted = before(20, contract=CONSUMER)
    found = decided(quoted, D("100.00"), "Geste.")
    assert (found.kept, found.refund, found.explanation) == (D("100.00"), D("256.40"), "Geste.")
    with pytest.raises(ValueError, match="plafond"):
        decided(quoted, D("356.41"))


# Data


def test_policy_comes_back_from_json_as_it_was():
    assert from_json(to_json(CGV_POLICY)) == CGV_POLICY


def test_policy_of_other_terms_has_its_own_figures():
    other = replace(
        CGV_POLICY,
        tiers=(Tier(30, Kept.DEPOSIT, "8.1"), Tier(0, Kept.WHOLE, "8.2")),
        postponement_months=3,
    )
    request = Request(wish=Wish.CANCEL, sent_at=noon(START), received_at=noon(START - timedelta(days=29)), heads=3)  # fmt: skip
    assert (quote(other, COMPANY, request).clause, quote(other, COMPANY, request).due) == ("8.2", D("1188.00"))  # fmt: skip
    assert last_new_start(other, date(2026, 11, 30)) == date(2027, 2, 28)


def test_table_before_buying_tells_the_figures_and_their_articles():
    rows = [(row.when, row.clause) for row in company_rows(CGV_POLICY)]
    assert rows[:2] == [
        ("Annuler 15 jours ou plus avant le début", "3.5"),
        ("Annuler moins de 15 jours avant le début, ou après", "3.5"),
    ]
    assert {row.clause for row in consumer_rows(CGV_POLICY)} == {"", "3.5", "3.6"}


def test_more_people_than_are_left_is_refused():
    with pytest.raises(ValueError, match="2 personne"):
        before(20, contract=replace(COMPANY, gone=2), heads=2)


# Properties

# Contracts are drawn field by field: on a busy machine, the first ones take their time.
patient = settings(suppress_health_check=[HealthCheck.too_slow])
cents = st.integers(0, 1_000_000).map(lambda value: D(value).scaleb(-2))


@st.composite
def contracts(draw, profile):
    price = draw(cents.map(lambda value: value + 10))  # some cents for each of nine people
    deposit = (price * D("0.3")).quantize(D("0.01"), rounding="ROUND_DOWN")
    paid = draw(
        st.sampled_from([D(0), deposit, price]) | cents.map(lambda value: min(value, price))
    )
    days = draw(st.integers(1, 5))
    hours = {START + timedelta(days=n): D(draw(st.integers(1, 8))) for n in range(days)}
    heads = draw(st.integers(1, 9)) if profile == Profile.COMPANY else 1
    forfeited = draw(st.sampled_from([D(0), deposit])) if profile == Profile.COMPANY else D(0)
    return Commitment(
        profile=profile, price=price, deposit=deposit, paid=paid, starts_on=START, hours=hours,
        ordered_on=START - timedelta(days=draw(st.integers(0, 300))), heads=heads,
        gone=draw(st.integers(0, heads - 1)), is_intra=draw(st.booleans()),
        postponed=draw(st.integers(0, 2)), forfeited=forfeited,
        is_awaited=profile == Profile.COMPANY and draw(st.booleans()),
    )  # fmt: skip


@st.composite
def requests(draw, contract):
    received = noon(START) + timedelta(hours=draw(st.integers(-24 * 60, 24 * 8)))
    return Request(
        wish=draw(st.sampled_from(Wish)), cause=draw(st.sampled_from(Cause)),
        sent_at=received - timedelta(hours=draw(st.integers(0, 400))), received_at=received,
        heads=draw(st.integers(1, contract.left)),
        new_start=draw(st.none() | st.integers(-50, 300).map(lambda n: START + timedelta(days=n))),
    )  # fmt: skip


@patient
@given(st.data())
def test_no_consumer_is_ever_charged_above_the_cap(data):
    contract = data.draw(contracts(Profile.CONSUMER))
    request = data.draw(requests(contract))
    found = quote(CGV_POLICY, contract, request)
    cap = consumer_cap(contract, request)
    assert found.due <= cap
    assert cap == max(min(contract.paid, contract.deposit), training_given(contract, request))
    assert not found.is_automatic or request.cause == Cause.LEXOM
    if request.cause in (Cause.FORCE_MAJEURE, Cause.LEGITIMATE, Cause.LEXOM):
        assert found.indemnity == D(0)


@patient
@given(st.data(), st.sampled_from(Profile))
def test_amounts_add_up_and_none_is_negative(data, profile):
    contract = data.draw(contracts(profile))
    found = quote(CGV_POLICY, contract, data.draw(requests(contract)))
    assert sum(found.shares, D(0)) == found.due
    assert found.kept + found.owed == found.due
    assert found.kept + found.refund + found.carried == found.paid or found.keeps_contract
    assert not (found.refund and (found.keeps_contract or found.others_stay))
    assert found.training + found.indemnity == found.due
    assert min(found.kept, found.owed, found.refund, found.training, found.indemnity) >= 0


@patient
@given(st.data())
def test_people_who_leave_one_by_one_owe_the_whole_together(data):
    """At the same distance from the start, and of a contract that only its deposit has paid."""
    contract = data.draw(contracts(Profile.COMPANY))
    contract = replace(contract, gone=0, is_intra=False, paid=contract.deposit, forfeited=D(0))
    days = data.draw(st.integers(1, 60))
    together = before(days, contract=contract)
    alone, kept = [], D(0)
    for gone in range(contract.heads):
        alone.append(before(days, contract=replace(contract, gone=gone, consumed=kept), heads=1))
        kept += alone[-1].kept
    assert sum((one.due for one in alone), D(0)) == together.due
    assert sum((one.owed for one in alone), D(0)) == together.owed
    assert sum((one.refund for one in alone), D(0)) == together.refund == D(0)


@given(cents, st.integers(1, 50))
def test_split_gives_the_whole_back(amount, parts):
    shares = split(amount, parts)
    assert (len(shares), sum(shares, D(0))) == (parts, amount)
    assert max(shares) - min(shares) < D("0.01") * parts


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 30))
def test_months_after_never_skips_a_month(day, months):
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day
