"""Durations, group sizes and dates written in words and figures. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from base.importing.lines import fold

# All patterns read folded text, cut to the length of a line that states a fact.
_LONGEST = 300
_FIGURE = r"\d{1,3}(?:[.,]\d{1,2})?"
_TOO_LONG = 1000  # days or hours of one course
_SPELLED = {"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5}
_COUNT = rf"{_FIGURE}|{'|'.join(_SPELLED)}"
_HALF_DAYS = re.compile(rf"(?:(?P<count>{_COUNT}|1/2) ?)?(?:demi[- ]?)journees?|1/2 ?journee")
_DAYS = re.compile(rf"\b(?P<count>{_COUNT}) ?(?:jours?|journees?|j)\b(?P<half> et demie?)?")
_CLOCK = r"\d{1,2} ?h(?:eures?)? ?(?:[0-5]\d)?"
_TIME_OF_DAY = re.compile(rf"{_CLOCK} ?(?:-|a|/) ?{_CLOCK}")
_HOURS = re.compile(r"\b(\d{1,3}(?:[.,]\d{1,2})?) ?(?:heures?\b|h(?![a-z]))(?: ?([0-5]\d)\b)?")
_EACH_DAY_BEFORE = re.compile(r"jour(?:nee)?s? de $")
_EACH_DAY_AFTER = re.compile(r" ?(?:/|par) ?j(?:our)?\b")


@dataclass(frozen=True)
class Duration:
    days: Decimal | None = None
    hours: Decimal | None = None

    @property
    def is_stated(self) -> bool:
        return self.days is not None or self.hours is not None


UNSTATED = Duration()


def read_duration(text: str) -> Duration:
    """Days and hours, each only if said; « 7 heures par jour » is said for every day."""
    folded = _TIME_OF_DAY.sub("", fold(text[:_LONGEST]))
    days = _days(folded)
    found = _HOURS.search(folded)
    if found is None:
        return Duration(days)
    hours = _decimal(found[1]) + Decimal(found[2] or 0) / 60
    if _EACH_DAY_BEFORE.search(folded[: found.start()]) or _EACH_DAY_AFTER.match(
        folded, found.end()
    ):
        return Duration(days, _one_place(hours * days) if days is not None else None)
    return Duration(days, _one_place(hours))


def _days(folded: str) -> Decimal | None:
    half_days = _HALF_DAYS.search(folded)
    if half_days:
        count = half_days["count"]
        return _one_place(_decimal("1" if count in (None, "1/2") else count) / 2)
    days = _DAYS.search(folded)
    if days is None:
        return None
    return _one_place(_decimal(days["count"]) + (Decimal("0.5") if days["half"] else 0))


def _decimal(figure: str) -> Decimal:
    return Decimal(_SPELLED.get(figure, figure.replace(",", ".")))


def _one_place(value: Decimal) -> Decimal | None:
    """Days and hours are kept with one decimal place: 3 h 45 is left to the editor."""
    rounded = value.quantize(Decimal("0.1"))
    return rounded if rounded == value < _TOO_LONG else None


_RANGE = re.compile(r"(\d{1,3}) ?(?:a|-|et) ?(\d{1,3})\b")
_AT_LEAST = re.compile(
    r"\b(?:min\w*|a partir de|des)[^\d,;]{0,15}(\d{1,3})\b|\b(\d{1,3})[^\d,;]{0,20}\bmin"
)
_AT_MOST = re.compile(
    r"\b(?:max\w*|jusqu'a|limite a)[^\d,;]{0,15}(\d{1,3})\b|\b(\d{1,3})[^\d,;]{0,20}\bmax"
)
_PEOPLE = re.compile(r"\b(\d{1,3}) ?(?:personnes?|participants?|stagiaires?|places?|apprenants?)")
_ANY_FIGURE = re.compile(r"\b(\d{1,3})\b")


def read_group_size(text: str) -> tuple[int | None, int | None]:
    """Fewest and most trainees."""
    folded = fold(text[:_LONGEST])
    between = _RANGE.search(folded)
    if between:
        return int(between[1]), int(between[2])
    fewest, most = _first_figure(_AT_LEAST, folded), _first_figure(_AT_MOST, folded)
    if fewest is None and most is None:
        most = _first_figure(_PEOPLE, folded) or _first_figure(_ANY_FIGURE, folded)
    return fewest, most


def _first_figure(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return next((int(group) for group in found.groups() if group), None) if found else None


_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip
_NUMERIC_DATE = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
_WRITTEN_DATE = re.compile(rf"\b(\d{{1,2}})(?:er)? ({'|'.join(_MONTHS)}) (\d{{4}})\b")


def read_date(text: str) -> date | None:
    folded = fold(text[:_LONGEST])
    numeric = _NUMERIC_DATE.search(folded)
    if numeric:
        return _calendar_date(int(numeric[3]), int(numeric[2]), int(numeric[1]))
    written = _WRITTEN_DATE.search(folded)
    if written:
        return _calendar_date(int(written[3]), _MONTHS.index(written[2]) + 1, int(written[1]))
    return None


def _calendar_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
