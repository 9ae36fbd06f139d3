from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal as D

import pytest

from courses.catalogue.sheet import SheetContext
from documents.letterhead import Letterhead
from shop.orders.contract import TaughtDay
from shop.proposals.composition import (
    FURTHEST,
    HIGHEST_TOTAL,
    LONGEST,
    MOST_LINES,
    Group,
    Overflow,
    faults_of,
    overflow_of,
    scaled,
)
from shop.proposals.content import Composition
from shop.proposals.rules import ProposedLine

TODAY = date(2026, 11, 25)
DAY = date(2027, 1, 12)
LINE = ProposedLine("Formation", D(990), D("0.20"), D(2), "participants")
GROUP = Group(2, ("Dominique Essai",))
OFFER = Composition(
    sheet=SheetContext("Formation", Letterhead("LEXOM", "", "", "", "")),
    lines=(LINE,),
    starts_on=DAY,
    ends_on=DAY,
    place="Privas",
    timetable=(TaughtDay(DAY, ((time(9), time(12)),)),),
)


def told(offer=OFFER, group=GROUP, **changes):
    found = faults_of(replace(offer, **changes), group, TODAY)
    return [(fault.field, fault.line) for fault in found]


def test_complete_offer_may_be_issued():
    assert told() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place": ""}, "place"),
        ({"timetable": ()}, "timetable"),
        ({"ends_on": DAY - timedelta(days=1)}, "ends_on"),
        ({"ends_on": DAY + LONGEST + timedelta(days=1)}, "ends_on"),
        ({"starts_on": TODAY - timedelta(days=1)}, "starts_on"),
        ({"starts_on": TODAY + FURTHEST + timedelta(days=1)}, "starts_on"),
        ({"lines": ()}, "lines"),
        ({"lines": (replace(LINE, unit_price=D(0)),)}, "lines"),
        ({"lines": (replace(LINE, discount=D(1)),)}, "lines"),
        ({"lines": (replace(LINE, unit_price=HIGHEST_TOTAL),)}, "lines"),
        ({"lines": (LINE,) * (MOST_LINES + 1)}, "lines"),
    ],
)
def test_what_forbids_the_issue_names_its_field(changes, field):
    assert field in [name for name, _ in told(**changes)]


def test_course_that_starts_today_is_not_past():
    today = TaughtDay(TODAY, ((time(9), time(12)),))
    assert told(starts_on=TODAY, ends_on=TODAY, timetable=(today,)) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"description": ""}, "description"),
        ({"quantity": D(0)}, "quantity"),
        ({"quantity": D(-1)}, "quantity"),
        ({"unit_price": D("-0.01")}, "unit_price"),
        ({"discount": D("1.01")}, "discount"),
        ({"discount": D("-0.01")}, "discount"),
    ],
)
def test_line_that_is_wrong_names_its_place(change, field):
    assert told(lines=(LINE, replace(LINE, **change))) == [(field, 1)]


@pytest.mark.parametrize("change", [{"discount": D(1)}, {"unit_price": D(0)}])
def test_what_is_given_is_a_line_as_long_as_the_total_is_not(change):
    assert told(lines=(LINE, replace(LINE, **change))) == []


def test_group_is_told_apart():
    assert told(group=Group(0)) == [("headcount", None)]
    assert told(group=Group(1, ("A", "B"))) == [("participants", None)]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ((None, None), None),
        ((10, None), (10, 4)),
        ((10, 14), (10, 4)),
        ((14, 14), None),
        ((None, 3), (3, 11)),
        ((10, 3), (3, 11)),
        ((10, 0), (0, 14)),
    ],
)
def test_fourteen_people_need_a_second_session_when_one_limit_says_so(limits, expected):
    group_size_max, seats_left = limits
    found = overflow_of(14, group_size_max=group_size_max, seats_left=seats_left)
    assert (found and (found.fits, found.leaving)) == expected


def test_reason_is_the_limit_that_counts():
    found = overflow_of(14, group_size_max=10, seats_left=3)
    assert found == Overflow(3, 11, "il reste 3 places dans cette session")


def test_only_what_is_counted_by_the_person_is_scaled():
    day = ProposedLine("Salle", D(100), D("0.20"), D(2), "jours")
    discounted = replace(LINE, discount=D("0.10"))
    assert scaled((discounted, day), 2, 1) == (
        replace(discounted, quantity=D(1), unit="participant"),
        day,
    )
    assert scaled((replace(LINE, quantity=D(7)),), 2, 1)[0].quantity == D(7)
