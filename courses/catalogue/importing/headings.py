"""Headings of a sheet, alone on their line or before their value. Pure."""

import re
from dataclasses import dataclass

from base.importing.lines import Line, fold
from courses.catalogue.importing.section_words import SECTION_WORDS, Section

_PATTERNS = tuple((section, re.compile(words)) for section, words in SECTION_WORDS.items())

_OF_THE_COURSE = re.compile(
    r" (de( la| cette| votre)?|du|pour (la|cette)) (formation|stage|cours)\b"
)
_OUTLINE_NUMBER = re.compile(r"(?:[ivx]{1,4}|[a-h]|\d{1,2})\s*[.)/-]\s*")
_ROMAN_NUMBER = re.compile(r"(?:[ivx]{1,4}|[a-h])\s*[.)/-]\s*")
_LONGEST = 100

# Sections that only a course sheet has: they end the terms of sale, « Prix » would not.
CONTENT_SECTIONS = frozenset(
    {
        Section.OBJECTIVES,
        Section.PROGRAMME,
        Section.PREREQUISITES,
        Section.AUDIENCE,
        Section.TEACHING_METHODS,
        Section.EVALUATION_METHODS,
    }
)


@dataclass(frozen=True)
class Heading:
    """``value`` is what follows on the same line: « Durée : 2 jours »."""

    section: Section
    value: str = ""
    numbered: bool = False


def section_named(words: str) -> Section | None:
    if len(words) > _LONGEST:
        return None
    label = _OF_THE_COURSE.sub("", fold(words)).rstrip(" :?!.")
    return next((section for section, pattern in _PATTERNS if pattern.fullmatch(label)), None)


def heading_of(line: Line, *, with_digits: bool = True) -> Heading | None:
    """Read a line as « Label », « II. Label », « Label : value »; a bullet needs its value."""
    number = (_OUTLINE_NUMBER if with_digits else _ROMAN_NUMBER).match(line.folded)
    text = line.text[_length_of(number, line.text) :]
    before, colon, after = text.partition(":")
    section = section_named(before)
    if section is None or (line.bullet and not after.strip()):
        return None
    starts_with_digit = bool(number) and line.text[0].isdigit()
    return Heading(section, after.strip() if colon else "", numbered=starts_with_digit)


def _length_of(number: re.Match[str] | None, text: str) -> int:
    """Folding keeps the length of an outline number, made of ASCII letters and digits."""
    if number is None:
        return 0
    found = re.match(r"\w{1,4}\s*[.)/–—-]\s*", text)
    return found.end() if found else 0
