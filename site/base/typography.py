"""French typography of plain text, amounts and dates. Pure: text and values in, text out."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from base.money import round_cents

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"
MINUS = "\u2212"


def _join_thousands(number: re.Match[str]) -> str:
    return re.sub(r"\s", NARROW_NBSP, number[0])


_SPACE = r"[ \t\u00a0\u2009\u202f]"
_WORD_END = r"(?<=[\w»)\]…’])"
_PAUSE = r"(?=[\s»)\]]|$)"
_ADDRESS = re.compile(r"((?:https?://|www\.)[^\s«»\"<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)", re.I)
_RULES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"(?<=[^\W\d_])'", "’"),
    (r"(?<!\.)\.{3}(?!\.)", "…"),
    (rf"«{_SPACE}*", f"«{NBSP}"),
    (rf"{_SPACE}*»", f"{NBSP}»"),
    # More digits on either side belong to another kind of number: SIRET, telephone.
    (rf"(?<![\d,.])(?<!\d{_SPACE})\d{{1,3}}(?:{_SPACE}\d{{3}})+(?!{_SPACE}?\d)", _join_thousands),
    (rf"{_SPACE}+(?=[;!?%])", NARROW_NBSP),
    (rf"{_WORD_END}(?=[;!?]+{_PAUSE})", NARROW_NBSP),
    (r"(?<=\d)(?=%(?!\w))", NARROW_NBSP),
    (rf"{_SPACE}+(?=:(?:\s|$))", NBSP),
    (rf"{_WORD_END}(?=:{_PAUSE})", NBSP),
    (rf"{_SPACE}+(?=€)", NBSP),
    (rf"(?<=\bn°){_SPACE}+(?=\w)", NBSP),
)


@lru_cache(maxsize=4096)
def french_typography(text: str) -> str:
    """Apostrophes, quotation marks and unbreakable spaces in plain text (not in HTML).

    Web and e-mail addresses and times such as ``12:00`` stay as they are; a second pass
    changes nothing more.
    """
    pieces = _ADDRESS.split(text)
    pieces[::2] = [_apply_rules(piece) for piece in pieces[::2]]
    return "".join(pieces)


def _apply_rules(text: str) -> str:
    for pattern, replacement in _RULES:
        text = re.sub(pattern, replacement, text)
    return text


def french_number(value: Decimal | int) -> str:
    """``1 188``, ``0,5``, ``−3``: no useless zero, narrow spaces between thousands."""
    digits = f"{value:,f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return _in_french(digits)


def euros(amount: Decimal) -> str:
    """``1 188,00 €``"""
    return f"{_in_french(f'{round_cents(amount):,.2f}')}{NBSP}€"


def euros_short(amount: Decimal) -> str:
    """``1 188 €``, but ``1 188,50 €``."""
    return euros(amount).replace(f",00{NBSP}€", f"{NBSP}€")


def _in_french(digits: str) -> str:
    return digits.translate(str.maketrans(",.-", f"{NARROW_NBSP},{MINUS}"))


_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def french_date(day: date) -> str:
    """``18 novembre 2026``, ``1er janvier 2027``. Raises TypeError for an instant: in which zone?"""
    if isinstance(day, datetime):
        raise TypeError("Une date est attendue, pas un instant.")
    return f"{_day_and_month(day)} {day.year}"


def french_date_range(start: date, end: date) -> str:
    """``18 et 19 novembre 2026``, ``du 30 novembre au 2 décembre 2026``; both days included."""
    if start == end:
        return french_date(end)
    first = _shortened(start, end)
    if end - start == timedelta(days=1):
        return f"{first} et {french_date(end)}"
    return f"du {first} au {french_date(end)}"


def _shortened(start: date, end: date) -> str:
    """The start of a range without the month and year that its end repeats."""
    if start.year != end.year:
        return french_date(start)
    return _ordinal(start) if start.month == end.month else _day_and_month(start)


def _day_and_month(day: date) -> str:
    return f"{_ordinal(day)} {_MONTHS[day.month - 1]}"


def _ordinal(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def french_time(moment: time) -> str:
    """``9 h``, ``13 h 30``."""
    hour = f"{moment.hour}{NBSP}h"
    return f"{hour}{NBSP}{moment.minute:02}" if moment.minute else hour


def french_instant(moment: datetime) -> str:
    """``18 novembre 2026 à 9 h 05``, of an instant that already says the local time."""
    return f"{french_date(moment.date())} à {french_time(moment.time())}"


def counted(number: int, noun: str, *adjectives: str) -> str:
    """``3 places libres``, ``0 place libre``: the plural starts at two."""
    ending = "s" if number >= 2 else ""
    return " ".join((str(number), *(f"{word}{ending}" for word in (noun, *adjectives))))


def french_duration(days: Decimal) -> str:
    """``½ journée``, ``1,5 jour``, ``2 jours``: the plural starts at two."""
    if days == Decimal("0.5"):
        return "½ journée"
    return f"{french_number(days)} {'jours' if days >= 2 else 'jour'}"
