"""Lines of a document, freed from their markup but not from their line numbers. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

_LOOKALIKES = str.maketrans(
    {
        "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'",
        "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-",
        "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE",
    }
)  # fmt: skip
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_HEADING_MARK = re.compile(r"(#{1,9})\s+")
# A private-use character is how Word's symbol fonts leave their bullets in a text.
_BULLET = re.compile(
    r"(?:[•·▪■●○◦‣⁃∙➢➤►▶→✓✔❖§\uf000-\uf0ff]\s*|[-–—*]\s+|o\s+(?=\S)|[-–](?=[^\W\d_]))+"
)
_NUMBER_ALONE = re.compile(r"\d{1,3}(?:[.,]\d)?")
_UNIT_ALONE = re.compile(r"(?i)(?:jours?|journ[ée]es?|heures?|h)")
_WRAP_COLUMN = 50
_LONGEST_PARAGRAPH = 4000  # beyond, the text is no prose: joining would take for ever


def fold(text: str) -> str:
    """Comparison key: no accents, no case, one kind of apostrophe, dash and space."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LOOKALIKES))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.casefold().split())


@dataclass(frozen=True)
class Line:
    """``number`` counts from 1 in the document; a wrapped paragraph also has a ``last_number``.

    ``heading`` is the level of a Word heading, 1 being the highest, 0 for an ordinary line.
    """

    number: int
    text: str
    last_number: int
    bullet: bool = False
    heading: int = 0
    bold: bool = False
    after_blank: bool = True

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @property
    def is_marked(self) -> bool:
        """Set apart by the author's layout: a Word heading, or a line wholly in bold."""
        return self.heading > 0 or self.bold


def parse_lines(raw_lines: Iterable[str]) -> list[Line]:
    parsed: list[Line] = []
    after_blank = True
    for number, raw in enumerate(raw_lines, start=1):
        line = _parse(number, raw, after_blank=after_blank)
        if line.text:
            parsed.append(line)
        after_blank = not line.text
    return _join_wrapped(parsed)


def _parse(number: int, raw: str, *, after_blank: bool) -> Line:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", raw)).strip()
    heading = _HEADING_MARK.match(text)
    text = text[heading.end() :] if heading else text
    bullet = None if heading else _BULLET.match(text)
    text = text[bullet.end() :] if bullet else text
    bare = text.replace("**", "").strip()
    return Line(
        number=number,
        text=re.sub(r"[ \t]+", " ", bare),
        last_number=number,
        bullet=bool(bullet),
        heading=len(heading[1]) if heading else 0,
        bold=text.startswith("**") and text.rstrip(" :").endswith("**") and text.count("**") == 2,
        after_blank=after_blank,
    )


def _join_wrapped(lines: list[Line]) -> list[Line]:
    joined: list[Line] = []
    for line in lines:
        if joined and _continues(joined[-1], line):
            whole = f"{joined[-1].text} {line.text}"
            joined[-1] = replace(joined[-1], text=whole, last_number=line.last_number)
        else:
            joined.append(line)
    return joined


def _continues(previous: Line, line: Line) -> bool:
    if line.bullet or line.is_marked or previous.is_marked:
        return False
    if _NUMBER_ALONE.fullmatch(previous.text) and _UNIT_ALONE.fullmatch(line.text):
        return True
    hard_wrapped = not line.after_blank and line.last_number - previous.last_number == 1
    full_line = _WRAP_COLUMN <= len(previous.text) < _LONGEST_PARAGRAPH
    is_open = not previous.text.endswith((".", ":", ";"))
    return hard_wrapped and full_line and is_open and line.text[0].islower()
