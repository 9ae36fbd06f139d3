"""The programme section of a sheet. Pure."""

import re
from collections.abc import Iterator

from base.importing.lines import Line
from courses.catalogue.importing.outline import Outline, Programme
from courses.catalogue.importing.timetable import HalfDayMark, half_day_mark, numbering_of, title_of

_INTRODUCTION = re.compile(r"(a l'issue|au terme|a la fin|en fin)\b")


def read_programme(lines: list[Line]) -> Programme:
    entries = list(_entries(lines))
    kind = numbering_of([entry for entry in entries if isinstance(entry, Line)])
    outline = Outline()
    for entry, following in zip(entries, [*entries, None][1:], strict=True):
        if isinstance(entry, HalfDayMark):
            outline.open_half_day(entry)
        else:
            _read(outline, entry, following if isinstance(following, Line) else None, kind)
    return outline.close()


def _entries(lines: list[Line]) -> Iterator[HalfDayMark | Line]:
    """« Jour 1 – Matin : 1. Titre » is a mark, then a line."""
    for line in lines:
        mark = half_day_mark(line)
        if mark is None or (line.bullet and mark.rest):
            yield line
        else:
            yield mark
            if mark.rest:
                yield Line(line.number, mark.rest, line.last_number)


def _read(
    outline: Outline, line: Line, following: Line | None, kind: re.Pattern[str] | None
) -> None:
    numbered = title_of(kind, line) if kind else None
    if numbered:
        outline.open_module(*numbered)
    elif kind is None and _is_unnumbered_title(line, following):
        outline.open_module(outline.number + 1, line.text.rstrip(" :"))
    else:
        outline.add(line)


def _is_unnumbered_title(line: Line, following: Line | None) -> bool:
    """Without numbers, a title is what the layout sets apart, or what a list hangs from."""
    if line.bullet or _INTRODUCTION.match(line.folded):
        return False
    return line.is_marked or (following is not None and following.bullet)
