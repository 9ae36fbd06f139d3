"""The figures of conversion, from requests made of dates."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.backoffice.conversion import (
    EXPORT_HEADINGS,
    Delay,
    Ending,
    Journey,
    Rate,
    by_course,
    by_format,
    delay_of,
    delays_of,
    endings_of,
    export_rows,
    figures_of,
    lines_of,
)

DAY = date(2026, 11, 2)


def journey(course="Tableur", is_intra=False, steps=(), ending=None, amount="1000.00"):
    """``steps`` are the days from the request to the issue, the signature, the deposit, the contract."""
    names = ("issued_on", "signed_on", "deposit_on", "definitive_on")
    days = {name: DAY + timedelta(days=count) for name, count in zip(names, steps, strict=False)}
    return Journey(
        course=course,
        is_intra=is_intra,
        asked_on=DAY,
        ending=ending,
        amount=Decimal(amount) if steps else None,
        **days,
    )


COHORT = [
    journey(),
    journey(ending=Ending.WITHDRAWN),
    journey(steps=(0,)),
    journey(steps=(2,), ending=Ending.EXPIRED, amount="500.00"),
    journey(steps=(0, 4)),
    journey(steps=(3, 8, 10)),
    journey("Vente", is_intra=True, steps=(1, 11, 12, 12), amount="2376.00"),
    journey("Vente", steps=(1, 3, 5, 5), amount="100.50"),
]


def test_worked_example():
    figures = figures_of(COHORT)
    assert figures.asked == 8
    assert (figures.issued.count, figures.issued.amount) == (6, Decimal("5976.50"))
    assert (figures.signed.count, figures.signed.amount) == (4, Decimal("4476.50"))
    assert (figures.deposit.count, figures.definitive.count) == (3, 2)
    assert figures.definitive.amount == Decimal("2476.50")
    assert (figures.expired.count, figures.withdrawn.count, figures.under_way) == (1, 1, 2)


def test_worked_example_as_shown():
    lines = {line.label: line for line in lines_of(figures_of(COHORT))}
    assert list(lines) == ["Demandées", "Émises", "Signées", "Acompte reçu", "Définitives"]
    assert (lines["Demandées"].rate, lines["Demandées"].amount) == ("–", "–")
    assert lines["Émises"].rate == "75\u00a0% (6 sur 8 demandées)"
    assert lines["Signées"].rate == "67\u00a0% (4 sur 6 émises)"
    assert lines["Définitives"].rate == "50\u00a0% (2 sur 4 signées)"
    assert lines["Définitives"].amount == "2\u202f476,50\u00a0€"
    endings = [(line.label, line.count, line.rate) for line in endings_of(figures_of(COHORT))]
    assert endings == [
        ("Expirées", 1, "17\u00a0% (1 sur 6 émises)"),
        ("Retirées", 1, "13\u00a0% (1 sur 8 demandées)"),
        ("Encore ouvertes", 2, "–"),
    ]


def test_delays_of_the_worked_example():
    assert [text for _, text in delays_of(figures_of(COHORT))] == [
        "1\u00a0jour (sur 6 propositions)",
        "4,5\u00a0jours (sur 4 propositions)",
        "1,5\u00a0jour (sur 2 propositions)",
    ]


def test_nothing_asked_tells_nothing():
    figures = figures_of([])
    assert {line.rate for line in lines_of(figures)} == {"–"}
    assert {line.amount for line in lines_of(figures)} == {"–"}
    assert {text for _, text in delays_of(figures)} == {"–"}
    assert (by_course([]), by_format([])) == ([], [])
    assert len(list(export_rows([]))) == 1


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Rate(0, 0), "–"),
        (Rate(0, 1), "0\u00a0% (0 sur 1 émise)"),
        (Rate(1, 1), "100\u00a0% (1 sur 1 émise)"),
        (Rate(2, 3), "67\u00a0% (2 sur 3 émises)"),
    ],
)
def test_rate_tells_what_it_rests_on(rate, text):
    assert rate.told("émises") == text


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], Delay(None, 0)),
        ([5], Delay(Decimal(5), 1)),
        ([9, 1, 2], Delay(Decimal(2), 3)),
        ([1, 2], Delay(Decimal("1.5"), 2)),
    ],
)
def test_median(days, expected):
    assert delay_of((DAY, DAY + timedelta(days=count)) for count in days) == expected


def test_what_has_no_end_does_not_count_in_a_delay():
    assert delay_of([(DAY, None), (None, DAY), (DAY, DAY)]) == Delay(Decimal(0), 1)


def test_groups_are_sorted_by_requests_then_title():
    assert [(label, found.asked) for label, found in by_course(COHORT)] == [
        ("Tableur", 6), ("Vente", 2),
    ]  # fmt: skip
    assert [(label, found.asked) for label, found in by_format(COHORT)] == [
        ("Session du calendrier", 7), ("Hors calendrier (intra)", 1),
    ]  # fmt: skip
    same = [journey("Vente"), journey("Achat")]
    assert [label for label, _ in by_course(same)] == ["Achat", "Vente"]


JOURNEYS = st.lists(
    st.builds(
        journey,
        course=st.sampled_from(["Tableur", "Vente", "Achat"]),
        is_intra=st.booleans(),
        steps=st.lists(st.integers(0, 90), max_size=4).map(sorted),
        amount=st.decimals(0, 9999, places=2).map(str),
    ).flatmap(
        lambda made: st.sampled_from(
            [made] if made.signed_on else [made, _ended(made, Ending.WITHDRAWN), _ended(made)]
        )
    ),
    max_size=12,
)


def _ended(made, ending=Ending.EXPIRED):
    fields = {name: getattr(made, name) for name in made.__dataclass_fields__}
    is_possible = made.issued_on or ending == Ending.WITHDRAWN
    return Journey(**fields | {"ending": ending if is_possible else None})


@given(JOURNEYS)
def test_every_request_is_signed_over_or_open(journeys):
    figures = figures_of(journeys)
    assert figures.under_way >= 0
    counts = (figures.issued, figures.signed, figures.deposit, figures.definitive)
    assert [found.count for found in counts] == sorted(
        (found.count for found in counts), reverse=True
    )
    for found in (figures.issued_of_asked, figures.signed_of_issued, figures.definitive_of_asked):
        assert not found.base or 0 <= found.percent <= 100


@given(JOURNEYS)
def test_groups_make_the_whole(journeys):
    whole = figures_of(journeys)
    for groups in (by_course(journeys), by_format(journeys)):
        for name in ("issued", "signed", "definitive", "expired", "withdrawn"):
            reached = [getattr(found, name) for _, found in groups]
            assert sum(reach.count for reach in reached) == getattr(whole, name).count
            assert sum(reach.amount for reach in reached) == getattr(whole, name).amount


@given(JOURNEYS)
def test_median_is_between_the_extremes_and_half_are_on_each_side(journeys):
    days = [(j.signed_on - j.issued_on).days for j in journeys if j.signed_on]
    found = figures_of(journeys).to_sign
    assert found.count == len(days)
    if days:
        assert min(days) <= found.days <= max(days)
        assert 2 * sum(day < found.days for day in days) <= len(days)
        assert 2 * sum(day > found.days for day in days) <= len(days)


@given(JOURNEYS)
def test_exported_rows_fill_their_columns(journeys):
    for row in export_rows(journeys):
        assert len(row) == len(EXPORT_HEADINGS)
