"""The first lines of a sheet: title, reference, category, duration. Pure."""

import re
from dataclasses import dataclass, field, replace

from base.importing.lines import Line, fold
from courses.catalogue.importing.boilerplate import is_document_label
from courses.catalogue.importing.casing import is_shouted
from courses.catalogue.importing.measures import UNSTATED, Duration, read_duration

_SEGMENT = re.compile(r"\s+[-–—|·•]\s+|\s*/\s+|\s+/\s*|\s*[()]\s*")
_LEVEL = re.compile(r"\s*[>›»|]\s*|\s+[-–—/]\s+")
_CODE = r"(?P<code>[A-Z0-9][A-Za-z0-9]*(?:[-_./][A-Za-z0-9]+)*)"
_REFERENCE = re.compile(
    r"(?i:r[ée]f(?:[ée]rence)?s?|code(?:\s+(?:stage|formation|produit))?)"
    rf"(?:\s*(?:\.|:|n\s*[°o]))*\s*{_CODE}"
)
_DURATION = re.compile(
    r"(?:duree ?:? ?)?(?:\d{1,3}(?:[.,]\d)?|1/2|une?|deux|trois|quatre|cinq) ?"
    r"(?:jours?|journees?|demi-journees?|heures?|h)\b.{0,40}"
)
_CATEGORY_WORD = re.compile(r"(?i)(?:dans|domaine|cat[ée]gorie|fili[èe]re|famille)\s*:?\s+")
_EDGES = " \t\xa0\u202f/|–—-·•,;:()"
_LONGEST_REFERENCE = 20
_LONGEST_TITLE = 200
_LONGEST_LEVEL = 80


@dataclass(frozen=True)
class Identity:
    title: Line | None = None
    reference: str = ""
    category_path: tuple[str, ...] = ()
    duration: Duration = UNSTATED
    unread: tuple[Line, ...] = ()


@dataclass
class _Reading:
    """Facts found so far, then the lines that may hold the title."""

    reference: str = ""
    category_path: tuple[str, ...] = ()
    duration: Duration = UNSTATED
    plain: list[Line] = field(default_factory=list)
    leftovers: list[Line] = field(default_factory=list)


def read_identity(lines: list[Line]) -> Identity:
    reading = _Reading()
    for line in lines:
        _read(reading, line)
    title = _title_line(reading.plain) or _title_line(reading.leftovers)
    unread = [
        line
        for line in (*reading.plain, *reading.leftovers)
        if title is None or not _is_inside(line, title)
    ]
    return Identity(
        title=title,
        reference=reading.reference,
        category_path=reading.category_path,
        duration=reading.duration,
        unread=tuple(unread),
    )


def read_category(text: str) -> tuple[str, ...]:
    """Two levels at most, as in the catalogue."""
    levels = (level.strip(_EDGES) for level in _LEVEL.split(text))
    return tuple(level for level in levels if 0 < len(level) <= _LONGEST_LEVEL)[:2]


def _read(reading: _Reading, line: Line) -> None:
    if len(line.text) > _LONGEST_TITLE:
        reading.plain.append(line)
        return
    segments = [segment for segment in _SEGMENT.split(line.text) if segment]
    has_reference = bool(reading.reference)
    kept = [segment for segment in segments if not _is_fact(reading, segment)]
    beside_reference = bool(reading.reference) and not has_reference
    if kept and not reading.category_path and _is_category(kept, beside_reference):
        reading.category_path = read_category(_CATEGORY_WORD.sub("", " - ".join(kept), count=1))
    elif len(kept) == len(segments):
        reading.plain.append(line)
    elif kept:
        reading.leftovers.append(replace(line, text=" – ".join(kept)))


def _is_fact(reading: _Reading, segment: str) -> bool:
    """Whether the segment states a reference or a duration, which it then gives to ``reading``."""
    reference = _REFERENCE.fullmatch(segment)
    if reference and not reading.reference:
        reading.reference = _checked_reference(reference["code"])
        return bool(reading.reference)
    if not _DURATION.fullmatch(fold(segment)):
        return False
    said = read_duration(segment)
    reading.duration = merge(reading.duration, said)
    return said.is_stated


def _checked_reference(code: str) -> str:
    """A reference has a figure or a dash: no ordinary word after « réf. » has one."""
    is_reference = re.search(r"[\d_./-]", code) and len(code) <= _LONGEST_REFERENCE
    return code.upper() if is_reference else ""


def merge(first: Duration, second: Duration) -> Duration:
    """The earlier statement wins, fact by fact."""
    days = first.days if first.days is not None else second.days
    return Duration(days, first.hours if first.hours is not None else second.hours)


def _is_category(segments: list[str], beside_reference: bool) -> bool:
    if _CATEGORY_WORD.match(segments[0]):
        return True
    return beside_reference and len(segments) > 1 and all(map(is_shouted, segments))


def _title_line(lines: list[Line]) -> Line | None:
    """A heading if there is one, else the first line of several words, wrapped or not."""
    possible = [line for line in lines if _may_be_title(line)]
    by_trust = sorted(possible, key=lambda line: (line.heading == 0, " " not in line.text))
    if not by_trust:
        return None
    title = by_trust[0]
    following = next((line for line in lines if line.number == title.last_number + 1), None)
    if following and following.text[0].islower() and not following.bullet:
        text = f"{title.text} {following.text}"
        return replace(title, text=text, last_number=following.last_number)
    return title


def _may_be_title(line: Line) -> bool:
    return (
        sum(character.isalpha() for character in line.text) > 2
        and len(line.text) <= _LONGEST_TITLE
        and not line.text.endswith(":")
        and not is_document_label(line)
    )


def _is_inside(line: Line, title: Line) -> bool:
    return title.number <= line.number <= title.last_number
