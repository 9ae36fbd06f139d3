from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.invoices.content import taxes_of
from shop.numbering.rules import Place, next_place
from shop.proposals.rules import (
    BuyerKind,
    ProposalState,
    ProposedLine,
    Route,
    expires_at,
    issued_at_once,
    last_valid_day,
    may_be_accepted,
    may_become,
    route_of,
    state_at,
    totals_of,
)

ASKED, ISSUED, SIGNED, SUPERSEDED, EXPIRED, WITHDRAWN = ProposalState
ALLOWED = {
    (ASKED, ISSUED), (ASKED, WITHDRAWN),
    (ISSUED, SIGNED), (ISSUED, SUPERSEDED), (ISSUED, EXPIRED), (ISSUED, WITHDRAWN),
    (EXPIRED, SUPERSEDED), (EXPIRED, SIGNED),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(product(ProposalState, repeat=2)))
def test_states_follow_one_table(before, after):
    assert may_become(before, after) == ((before, after) in ALLOWED)


def test_every_state_has_a_french_name():
    assert len({state.label for state in ProposalState}) == 6


def test_number_has_four_digits_and_begins_again_with_the_year():
    last = Place("PC", 2026, 9, date(2026, 12, 31), digits=4)
    assert last.number == "PC-2026-0009"
    assert next_place(last, date(2026, 12, 31)).number == "PC-2026-0010"
    assert next_place(last, date(2027, 1, 1)).number == "PC-2027-0001"


@pytest.mark.parametrize(
    ("issued_on", "last", "end"),
    [
        (date(2026, 11, 25), date(2026, 12, 25), datetime(2026, 12, 25, 23, tzinfo=UTC)),
        # Summer time begins on 28 March 2027, inside the thirty days.
        (date(2027, 3, 10), date(2027, 4, 9), datetime(2027, 4, 9, 22, tzinfo=UTC)),
        (date(2026, 10, 1), date(2026, 10, 31), datetime(2026, 10, 31, 23, tzinfo=UTC)),
        (date(2028, 1, 31), date(2028, 3, 1), datetime(2028, 3, 1, 23, tzinfo=UTC)),
    ],
)
def test_thirty_days_end_at_midnight_in_paris(issued_on, last, end):
    assert last_valid_day(issued_on) == last
    assert expires_at(last) == end
    assert may_be_accepted(ISSUED, last, end - timedelta(microseconds=1))
    assert not may_be_accepted(ISSUED, last, end)
    assert state_at(ISSUED, last, end) == EXPIRED


@pytest.mark.parametrize("state", [ASKED, SIGNED, SUPERSEDED, EXPIRED, WITHDRAWN])
def test_only_an_issued_proposal_is_accepted_and_expires(state):
    late = datetime(2030, 1, 1, tzinfo=UTC)
    assert state_at(state, date(2026, 12, 25), late) == state
    assert not may_be_accepted(state, date(2031, 12, 25), late)


def line(price="990.00", rate="0.20", **fields):
    numbers = {name: D(value) for name, value in fields.items()}
    return ProposedLine("Formation", D(price), D(rate), unit="participant", **numbers)


def test_vat_is_that_of_each_rate_on_the_total_of_its_lines():
    totals = totals_of([line("0.33"), line("0.33"), line("100", rate="0")])
    assert [(tax.rate, tax.excl_vat, tax.vat) for tax in totals.taxes] == [
        (D("0"), D("100.00"), D("0.00")),
        (D("0.20"), D("0.66"), D("0.13")),
    ]
    assert (totals.excl_vat, totals.vat, totals.incl_vat) == (D("100.66"), D("0.13"), D("100.79"))


def test_discount_is_taken_off_the_line():
    sold = line(quantity="5", discount="0.10")
    assert (sold.gross, sold.rebate, sold.excl_vat) == (D("4950.00"), D("495.00"), D("4455.00"))
    assert sold.details == [
        "5 participant × 990,00\u00a0€ HT",
        "remise de 10 % : \u2212495,00\u00a0€ HT",
    ]


@pytest.mark.parametrize(
    ("incl_vat", "deposit"),
    [("1188.00", "356.40"), ("0.05", "0.02"), ("100.05", "30.02"), ("100.15", "30.05")],
)
def test_deposit_is_thirty_percent_half_up_and_the_balance_the_rest(incl_vat, deposit):
    totals = totals_of([line(incl_vat, rate="0")])
    assert totals.deposit == D(deposit)
    assert totals.deposit + totals.balance == D(incl_vat)


prices = st.decimals("0.01", "20000", places=2)
lines = st.builds(
    ProposedLine,
    description=st.just("Formation"),
    unit_price=prices,
    rate=st.sampled_from([D("0.00"), D("0.20")]),
    quantity=st.integers(1, 40).map(D),
    discount=st.sampled_from([D(0), D("0.05"), D("0.333")]),
)


@given(st.lists(lines, min_size=1, max_size=6))
def test_invoice_of_the_lines_has_the_very_amounts_of_the_proposal(proposed):
    totals = totals_of(proposed)
    assert totals.taxes == taxes_of([item.as_sold for item in proposed])
    assert totals.incl_vat == sum(tax.incl_vat for tax in totals.taxes)
    for amount in (totals.excl_vat, totals.vat, totals.deposit, totals.balance):
        assert amount == amount.quantize(D("0.01")) >= 0


def test_t02_natural_persons_keep_the_protective_contract():
    contracts = {kind for kind in BuyerKind if route_of(kind) == Route.CONTRACT}
    assert contracts == {BuyerKind.INDIVIDUAL, BuyerKind.SOLE_TRADER}


READY = {
    "has_list_price": True, "is_open": True, "seats_left": 3, "group_size_max": 10,
    "participants": 3, "in_france": True, "missing": (),
}  # fmt: skip


def test_public_session_with_a_list_price_needs_nobody():
    assert issued_at_once(**READY)
    assert issued_at_once(**READY | {"seats_left": None, "participants": 10})
    assert issued_at_once(
        **READY | {"seats_left": None, "group_size_max": None, "participants": 40}
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"has_list_price": False}, "le prix est à établir"),
        ({"is_open": False}, "la session n’est plus ouverte"),
        ({"participants": 4}, "il ne reste pas assez de places"),
        ({"seats_left": 0, "participants": 1}, "il ne reste pas assez de places"),
        ({"seats_left": None, "participants": 11}, "le groupe dépasse l’effectif prévu"),
        ({"in_france": False}, "la facturation hors de France est à étudier"),
        ({"missing": ("horaires",)}, "il manque : horaires"),
    ],
)
def test_anything_else_waits_for_somebody(change, reason):
    assert issued_at_once(**READY | change).reasons == (reason,)
