"""French public holidays and working days by territory (C. trav. L3133-1, law.md section 13). Pure."""

import re
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import holidays
from holidays.version import __version__ as library_version

SATURDAY = 5
CALENDAR_VERSION = f"holidays {library_version}"
# Whit Monday came back in 2008; past its last year the library answers with no holiday at all.
FIRST_YEAR, LAST_YEAR = 2008, 2100


class Territory(StrEnum):
    """Where local holidays are added to the national list."""

    NATIONAL = "national"
    ALSACE_MOSELLE = "alsace_moselle"
    GUADELOUPE = "guadeloupe"
    MARTINIQUE = "martinique"
    GUYANE = "guyane"
    REUNION = "reunion"
    SAINT_PIERRE_ET_MIQUELON = "saint_pierre_et_miquelon"
    MAYOTTE = "mayotte"
    SAINT_BARTHELEMY = "saint_barthelemy"
    SAINT_MARTIN = "saint_martin"
    WALLIS_ET_FUTUNA = "wallis_et_futuna"
    POLYNESIE = "polynesie"
    NOUVELLE_CALEDONIE = "nouvelle_caledonie"


_TERRITORY_BY_POSTCODE = {
    "57": Territory.ALSACE_MOSELLE,
    "67": Territory.ALSACE_MOSELLE,
    "68": Territory.ALSACE_MOSELLE,
    "971": Territory.GUADELOUPE,
    "97133": Territory.SAINT_BARTHELEMY,
    "97150": Territory.SAINT_MARTIN,
    "972": Territory.MARTINIQUE,
    "973": Territory.GUYANE,
    "974": Territory.REUNION,
    "975": Territory.SAINT_PIERRE_ET_MIQUELON,
    "976": Territory.MAYOTTE,
    "977": Territory.SAINT_BARTHELEMY,
    "978": Territory.SAINT_MARTIN,
    "986": Territory.WALLIS_ET_FUTUNA,
    "987": Territory.POLYNESIE,
    "988": Territory.NOUVELLE_CALEDONIE,
}

# Month and day of C. trav. L3422-2, in place of the library's lists: these also hold days of custom
# that the article does not name (Guadeloupe: Good Friday, mid-Lent, 21 July; Martinique and
# Saint-Martin: 21 July). Saint-Martin keeps 28 May, though older texts say 27 May or 28 March.
_ABOLITION_DAYS = {
    Territory.MAYOTTE: (4, 27),
    Territory.MARTINIQUE: (5, 22),
    Territory.GUADELOUPE: (5, 27),
    Territory.SAINT_MARTIN: (5, 28),
    Territory.GUYANE: (6, 10),
    Territory.SAINT_BARTHELEMY: (10, 9),
    Territory.REUNION: (12, 20),
}

# C. trav. L3134-13 for Alsace-Moselle. The Pacific collectivities fix their holidays by their own
# law, on which law.md is silent: the library's days are kept, a later end is never a charge too early.
_LIBRARY_SUBDIVISIONS = {
    Territory.ALSACE_MOSELLE: "6AE",
    Territory.WALLIS_ET_FUTUNA: "WF",
    Territory.POLYNESIE: "PF",
    Territory.NOUVELLE_CALEDONIE: "NC",
}


def territory_of(postcode: str) -> Territory:
    """Territory of a French postal code; anything else has the national list (law.md W-02, edge 2)."""
    code = "".join(postcode.split())
    if not re.fullmatch("[0-9]{5}", code):
        return Territory.NATIONAL
    known = (_TERRITORY_BY_POSTCODE.get(code[:length]) for length in (5, 3, 2))
    return next((territory for territory in known if territory), Territory.NATIONAL)


@cache
def public_holidays(year: int, territory: Territory = Territory.NATIONAL) -> frozenset[date]:
    """National holidays of a year, and those of the territory; a week-end does not move them."""
    subdivision = _LIBRARY_SUBDIVISIONS.get(territory)
    days = frozenset(holidays.country_holidays("FR", subdiv=subdivision, years=year))
    if territory in _ABOLITION_DAYS:
        days |= {date(year, *_ABOLITION_DAYS[territory])}
    return days


def is_teaching_day(day: date) -> bool:
    """Monday to Friday outside public holidays; Whit Monday is a holiday even where it is worked."""
    return day.weekday() < SATURDAY and day not in public_holidays(day.year)


def is_working_day(day: date, territory: Territory = Territory.NATIONAL) -> bool:
    """Monday to Friday outside holidays: Saturday is none (Regulation 1182/71, law.md W-02, edge 1).

    Raises ``ValueError`` outside the years whose holidays are known: no legal date is guessed.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"Jours fériés connus de {FIRST_YEAR} à {LAST_YEAR} seulement.")
    return day.weekday() < SATURDAY and day not in public_holidays(day.year, territory)


def roll_forward(day: date, territory: Territory = Territory.NATIONAL) -> date:
    """The day itself if it is worked, else the next working day (C. conso L221-19)."""
    while not is_working_day(day, territory):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int, territory: Territory = Territory.NATIONAL) -> date:
    """The ``count``-th working day after ``day``; ``day`` itself when ``count`` is 0."""
    for _ in range(count):
        day = roll_forward(day + timedelta(days=1), territory)
    return day
