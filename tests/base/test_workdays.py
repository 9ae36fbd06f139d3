from datetime import date

import holidays
import pytest

from base.workdays import (
    Territory,
    add_working_days,
    is_teaching_day,
    is_working_day,
    public_holidays,
    roll_forward,
    territory_of,
)
from tests.base.own_calendar import EASTER_SUNDAYS, LOCAL_DAYS, holidays_of

YEARS = range(2025, 2036)


def easter_by_calculation(year):
    """Gauss's method in its Gregorian form, valid from 1900 to 2099."""
    moon = (19 * (year % 19) + 24) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    days = 22 + moon + weekday
    if (moon, weekday) == (29, 6) or (moon == 28 and weekday == 6 and year % 19 > 10):
        days -= 7
    return date(year, 3, days) if days <= 31 else date(year, 4, days - 31)


@pytest.mark.parametrize("year", EASTER_SUNDAYS)
def test_own_table_has_the_easter_of_the_calculation(year):
    assert easter_by_calculation(year) == EASTER_SUNDAYS[year]


def test_public_holidays_of_2026_are_the_eleven_of_the_labour_code():
    assert public_holidays(2026) == {
        date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8),
        date(2026, 5, 14), date(2026, 5, 25), date(2026, 7, 14), date(2026, 8, 15),
        date(2026, 11, 1), date(2026, 11, 11), date(2026, 12, 25),
    }  # fmt: skip


@pytest.mark.parametrize("postcode", LOCAL_DAYS)
@pytest.mark.parametrize("year", YEARS)
def test_library_agrees_with_the_own_table(year, postcode):
    assert public_holidays(year, territory_of(postcode)) == holidays_of(year, postcode)


@pytest.mark.parametrize(
    ("territory", "subdivision", "only_in_the_library"),
    [
        # Days of custom that C. trav. L3422-2 does not name: Good Friday, mid-Lent, Schœlcher.
        (Territory.GUADELOUPE, "971", {date(2026, 4, 3), date(2026, 3, 12), date(2026, 7, 21)}),
        (Territory.MARTINIQUE, "972", {date(2026, 7, 21)}),
        (Territory.SAINT_MARTIN, "MF", {date(2026, 7, 21)}),
        (Territory.GUYANE, "973", set()),
        (Territory.REUNION, "974", set()),
        (Territory.MAYOTTE, "976", set()),
        (Territory.SAINT_BARTHELEMY, "BL", set()),
        (Territory.SAINT_PIERRE_ET_MIQUELON, "PM", set()),
        (Territory.ALSACE_MOSELLE, "57", set()),
    ],
)
def test_difference_with_the_library_is_the_documented_one(
    territory, subdivision, only_in_the_library
):
    library = set(holidays.country_holidays("FR", subdiv=subdivision, years=2026))

    assert library ^ public_holidays(2026, territory) == only_in_the_library


@pytest.mark.parametrize(
    ("postcode", "territory"),
    [
        ("07000", Territory.NATIONAL),
        ("75007", Territory.NATIONAL),
        ("57000", Territory.ALSACE_MOSELLE),
        ("67 000", Territory.ALSACE_MOSELLE),
        (" 68100 ", Territory.ALSACE_MOSELLE),
        ("97100", Territory.GUADELOUPE),
        ("97133", Territory.SAINT_BARTHELEMY),
        ("97134", Territory.GUADELOUPE),
        ("97150", Territory.SAINT_MARTIN),
        ("97200", Territory.MARTINIQUE),
        ("97300", Territory.GUYANE),
        ("97400", Territory.REUNION),
        ("97500", Territory.SAINT_PIERRE_ET_MIQUELON),
        ("97600", Territory.MAYOTTE),
        ("97700", Territory.SAINT_BARTHELEMY),
        ("97800", Territory.SAINT_MARTIN),
        ("98000", Territory.NATIONAL),
        ("98600", Territory.WALLIS_ET_FUTUNA),
        ("98714", Territory.POLYNESIE),
        ("98800", Territory.NOUVELLE_CALEDONIE),
        ("", Territory.NATIONAL),
        ("6700", Territory.NATIONAL),
        ("670000", Territory.NATIONAL),
        ("67A00", Territory.NATIONAL),
        ("SW1A 1AA", Territory.NATIONAL),
    ],
)
def test_territory_of_a_postcode(postcode, territory):
    assert territory_of(postcode) is territory


@pytest.mark.parametrize(
    ("day", "teaching"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 28), False),
        (date(2026, 5, 25), False),
        (date(2026, 5, 15), True),
    ],
    ids=["monday", "saturday", "whit monday", "bridge day"],
)
def test_teaching_day(day, teaching):
    assert is_teaching_day(day) is teaching


@pytest.mark.parametrize(
    ("day", "territory", "worked"),
    [
        (date(2026, 4, 3), Territory.NATIONAL, True),
        (date(2026, 4, 3), Territory.ALSACE_MOSELLE, False),
        (date(2028, 12, 26), Territory.ALSACE_MOSELLE, False),
        (date(2026, 5, 22), Territory.MARTINIQUE, False),
        (date(2026, 5, 22), Territory.GUADELOUPE, True),
        (date(2026, 5, 2), Territory.NATIONAL, False),
        (date(2026, 5, 15), Territory.NATIONAL, True),
    ],
    ids=["good friday", "good friday 67", "26 december 67", "22 may 972", "22 may 971", "saturday",
         "bridge day"],
)  # fmt: skip
def test_working_day(day, territory, worked):
    assert is_working_day(day, territory) is worked


@pytest.mark.parametrize(
    ("year", "known"), [(2007, False), (2008, True), (2100, True), (2101, False)]
)
def test_working_day_is_refused_where_the_holidays_are_not_known(year, known):
    day = date(year, 2, 10)

    if known:
        assert is_working_day(day) is (day.isoweekday() <= 5)
    else:
        with pytest.raises(ValueError, match="Jours fériés connus de 2008 à 2100 seulement"):
            is_working_day(day)


@pytest.mark.parametrize("year", [2008, 2100])
def test_first_and_last_known_years_are_complete(year):
    easter_monday = {2008: date(2008, 3, 24), 2100: date(2100, 3, 29)}[year]
    whit_monday = {2008: date(2008, 5, 12), 2100: date(2100, 5, 17)}[year]

    assert {easter_monday, whit_monday, date(year, 11, 11)} <= public_holidays(year)


def test_roll_forward_keeps_a_worked_day_and_jumps_over_the_others():
    assert roll_forward(date(2026, 4, 3)) == date(2026, 4, 3)
    assert roll_forward(date(2026, 4, 4)) == date(2026, 4, 7)
    assert roll_forward(date(2026, 4, 3), Territory.ALSACE_MOSELLE) == date(2026, 4, 7)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, date(2026, 12, 26)),
        (1, date(2026, 12, 28)),
        (4, date(2026, 12, 31)),
        (5, date(2027, 1, 4)),
    ],
)
def test_working_days_are_added_from_the_day_itself(count, expected):
    assert add_working_days(date(2026, 12, 26), count) == expected


def test_working_days_are_added_in_the_territory():
    assert add_working_days(date(2028, 12, 25), 1) == date(2028, 12, 26)
    assert add_working_days(date(2028, 12, 25), 1, Territory.ALSACE_MOSELLE) == date(2028, 12, 27)
