"""Marks of the timetable: « Jour 1 – Matin », « 3. Titre », « Module 2 : titre ». Pure."""

import re
from dataclasses import dataclass

from base.importing.lines import Line, fold
from courses.catalogue.programme import Moment

_ORDINALS = {
    word: rank
    for rank, words in enumerate(
        (
            ("premier", "premiere", "un"),
            ("deuxieme", "second", "seconde", "deux"),
            ("troisieme", "trois"),
            ("quatrieme", "quatre"),
            ("cinquieme", "cinq"),
        ),
        start=1,
    )
    for word in words
}
_ORDINAL = "|".join(_ORDINALS)
_DAY = (
    rf"(?:jour(?:nee)?|j) ?(?:n ?°? ?)?(?P<number>\d{{1,2}}|{_ORDINAL})"
    rf"|(?P<rank>\d{{1,2}}) ?(?:er|ere|e|eme|nd|nde) (?:jour|journee)"
    rf"|(?P<ordinal>{_ORDINAL}) (?:jour|journee)"
)
_MOMENT = r"(?P<moment>matin(?:ee)?|apres midi|am|pm)"
_HALF = r"demi journee ?(?:n ?°? ?)?(?P<half>\d{1,2})"
_HOURS = (
    r"(?: ?(?:de )?\d{1,2} ?(?:h|heures?) ?\d{0,2}(?: ?(?:a )?\d{1,2} ?(?:h|heures?) ?\d{0,2})?)?"
)
_MARK = re.compile(rf"(?:(?:{_DAY})? ?(?:le |l')?(?:{_MOMENT})?|{_HALF})(?: suite)?{_HOURS}")
_CUT = re.compile(r"\s*[:–—|]\s*|\s+-\s+")
_LONGEST_MARK = 60


@dataclass(frozen=True)
class HalfDayMark:
    """``moment`` is None when the sheet names a whole day; ``rest`` follows on the same line."""

    day: int | None
    moment: Moment | None
    rest: str = ""


def half_day_mark(line: Line) -> HalfDayMark | None:
    cuts = [(cut.start(), cut.end()) for cut in _CUT.finditer(line.text[:_LONGEST_MARK])]
    whole = [(len(line.text), len(line.text))] if len(line.text) <= _LONGEST_MARK else []
    for start, end in reversed(cuts + whole):
        mark = _read_mark(line.text[:start])
        if mark:
            return HalfDayMark(mark.day, mark.moment, line.text[end:].strip())
    return None


def _read_mark(words: str) -> HalfDayMark | None:
    found = _MARK.fullmatch(" ".join(re.sub(r"[^a-z0-9°']+", " ", fold(words)).split()))
    if not found:
        return None
    if found["half"]:
        rank = int(found["half"])
        moment = Moment.MORNING if rank % 2 else Moment.AFTERNOON
        return HalfDayMark((rank + 1) // 2, moment) if rank else None
    named_day = found["number"] or found["rank"] or found["ordinal"]
    if not (named_day or found["moment"]):
        return None
    return HalfDayMark(_day(named_day), _moment(found["moment"]))


def _day(word: str | None) -> int | None:
    if word is None:
        return None
    return _ORDINALS.get(word) or max(1, int(word))


def _moment(word: str | None) -> Moment | None:
    if word is None:
        return None
    return Moment.MORNING if word.startswith(("matin", "am")) else Moment.AFTERNOON


_ROMAN = r"[IVX]{1,5}"
_LABELLED = re.compile(
    r"(?i:module|s[ée]quence|partie|chapitre|th[èe]me|[ée]tape|atelier|unit[ée]|bloc)"
    rf"\s*(?:n\s*[°o]\s*)?(?P<number>\d{{1,2}}|{_ROMAN})\b\s*[:.)–—-]*\s*(?P<title>.*)"
)
# « 1.1 Titre » is a point, « 2. 5 erreurs à éviter » is a module.
_NUMBERED = re.compile(r"(?P<number>\d{1,2})(?:[.)°]\s*(?!\d)|[.)°]\s+|\s*[-–—:]\s+)(?P<title>.+)")
_ROMAN_NUMBERED = re.compile(rf"(?P<number>{_ROMAN})\s*[.)–—:-]\s*(?P<title>.+)")

# From the most to the least explicit: a sheet is read with the first kind that it uses.
NUMBERINGS = (_LABELLED, _NUMBERED, _ROMAN_NUMBERED)


def numbering_of(lines: list[Line]) -> re.Pattern[str] | None:
    return next((kind for kind in NUMBERINGS if any(title_of(kind, line) for line in lines)), None)


def title_of(kind: re.Pattern[str], line: Line) -> tuple[int, str] | None:
    """The number and the title of a module; only « Module 1 » may stand behind a bullet."""
    found = kind.fullmatch(line.text)
    if not found or (line.bullet and kind is not _LABELLED):
        return None
    number = found["number"]
    return (int(number) if number.isdecimal() else roman(number)), found["title"].strip()


def roman(numeral: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in numeral]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )
