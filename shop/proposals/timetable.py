"""A timetable as staff type it: a line a day, « 12/01/2027 : 9h-12h30, 13h30-17h ». Pure.

Days are Paris dates, hours are local.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time

from shop.orders.contract import TaughtDay

EXAMPLE = "12/01/2027 : 9h-12h30, 13h30-17h"
_DAY = re.compile(r"\s*(\d{1,2}/\d{1,2}/\d{4})\s*[:,]?\s*(.*)")
_CLOCK = r"(\d{1,2})\s*[h:]\s*(\d{2})?"
_SLOT = re.compile(rf"(?:de\s+)?{_CLOCK}\s*(?:-|–|à)\s*{_CLOCK}", re.I)
_BETWEEN = re.compile(r"^\s*(?:,|;|et)?\s*")


class TimetableUnread(ValueError):
    """The message is one French sentence for whoever typed it."""


def read_timetable(text: str) -> tuple[TaughtDay, ...]:
    """The days in their sequence; empty lines say nothing. Raises TimetableUnread."""
    days = [_read_day(line.strip()) for line in text.splitlines() if line.strip()]
    if len({day.day for day in days}) < len(days):
        raise TimetableUnread("Un jour figure deux fois : écrivez tous ses horaires sur une ligne.")
    return tuple(sorted(days, key=lambda taught: taught.day))


def write_timetable(days: Iterable[TaughtDay]) -> str:
    """What ``read_timetable`` reads back."""
    return "\n".join(_write_day(taught) for taught in days)


def _write_day(taught: TaughtDay) -> str:
    slots = ", ".join(f"{_write_clock(start)}-{_write_clock(end)}" for start, end in taught.hours)
    return f"{taught.day:%d/%m/%Y} : {slots}"


def _write_clock(moment: time) -> str:
    return f"{moment.hour}h{moment.minute:02}" if moment.minute else f"{moment.hour}h"


def _read_day(line: str) -> TaughtDay:
    found = _DAY.fullmatch(line)
    if found is None:
        raise _unread(line)
    try:
        day = datetime.strptime(found[1], "%d/%m/%Y").date()  # noqa: DTZ007  a civil date
    except ValueError as error:
        raise _unread(line) from error
    return TaughtDay(day, _read_slots(found[2], line))


def _read_slots(text: str, line: str) -> tuple[tuple[time, time], ...]:
    slots: list[tuple[time, time]] = []
    rest = text.rstrip(" .;,")
    while rest:
        found = _SLOT.match(rest)
        if found is None:
            raise _unread(line)
        slots.append(_slot(found, line, after=slots[-1][1] if slots else None))
        rest = rest[found.end() :]
        rest = _BETWEEN.sub("", rest, count=1)
    if not slots:
        raise _unread(line)
    return tuple(slots)


def _slot(found: re.Match[str], line: str, *, after: time | None) -> tuple[time, time]:
    try:
        start, end = (time(int(found[at]), int(found[at + 1] or 0)) for at in (1, 3))
    except ValueError as error:
        raise _unread(line) from error
    if end <= start or (after is not None and start < after):
        raise TimetableUnread(f"Les heures de « {_short(line)} » ne se suivent pas.")
    return start, end


def _unread(line: str) -> TimetableUnread:
    return TimetableUnread(f"Écrivez « {_short(line)} » ainsi : {EXAMPLE}.")


def _short(line: str) -> str:
    return line if len(line) <= 60 else f"{line[:59]}…"


def day_outside(days: Iterable[TaughtDay], starts_on: date, ends_on: date) -> date | None:
    """The first taught day that is not between the two, both included."""
    return next((taught.day for taught in days if not starts_on <= taught.day <= ends_on), None)
