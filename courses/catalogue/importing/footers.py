"""Lines that print the provider's identity, wherever a page footer happened to fall. Pure."""

import re

from base.importing.lines import Line, fold
from courses.catalogue.importing.headings import heading_of
from courses.catalogue.importing.timetable import NUMBERINGS, half_day_mark, title_of

# Folded text. Each needs its value: a course may well speak of SIRET numbers.
_IDENTITY = re.compile(
    r"\bau capital (social )?de \d"
    r"|\bsiege( social)? ?:"
    r"|\bsiret\b\D{0,6}\d(?:[ .]?\d){13}"
    r"|\bsiren\b\D{0,6}\d(?:[ .]?\d){8}"
    r"|\br\.?c\.?s\.? [a-z' -]{2,40} ?[ab]? ?\d(?: ?\d){8}"
    r"|\d(?: ?\d){8} r\.?c\.?s\b"
    r"|\b(?:naf|ape)\b[^\da-z]{0,4}\d{2}\.?\d{2} ?[a-z]\b"
    r"|\btva\b.{0,25}\bfr ?[0-9a-z]{2} ?\d(?: ?\d){8}"
    r"|\b(?:declaration d'activite|nda)\b.{0,60}\d(?: ?\d){10}"
)
_GROUP_MEMBERS = r"(?:filiales|marques|ecoles|entites|societes|enseignes)"
_GROUP = re.compile(
    rf"(?:(?:les |nos )?{_GROUP_MEMBERS} du groupe\b[^.]{{0,40}}|nos {_GROUP_MEMBERS} ?:)"
)
_NEAR = 8
_LEGAL_FORM = r"(?:SASU|SAS|SARL|EURL|SA|SCOP|SCIC|SNC|Association)"
_NAMED = re.compile(
    rf"(?:(?P<form>{_LEGAL_FORM})\s+(?P<name>[^\s,].{{0,60}}?)"
    rf"|(?P<name_first>[^\s,].{{0,60}}?),?\s+(?P<form_last>{_LEGAL_FORM}))"
    r"(?=\s+(?i:au\s+capital)|\s*[,|/–-]\s|\s*$)"
)
_WEAK = re.compile(
    r"(?:le )?groupe(?: [\w'-]+){0,3}"
    r"|.{0,60}\b\d{5} [a-z][a-z' -]{1,40}"
    r"|(?:tel|telephone|fax|mobile|portable|standard)\b.{0,30}\d.{0,30}"
    r"|(?:e-?mail|mail|courriel|site|web|internet)? ?:? ?\S+@\S+"
    r"|(?:https?://|www\.)\S+"
)
_LONGEST_IDENTITY = 400


def company_lines(lines: list[Line]) -> set[int]:
    """Positions in ``lines`` of the identity: footers, group and brands, logo lines."""
    identities = {place for place, line in enumerate(lines) if _is_identity(line)}
    groups = {place for place in group_places(lines) if _is_near(place, identities)}
    name = _name_near(lines, identities)
    found = identities | groups
    for anchor in sorted(found):
        _grow(lines, found, anchor, name)
    for group in groups:
        found.update(brand_places(lines, group))
    return found | {place for place, line in enumerate(lines) if _is_name(line, name)}


def _is_identity(line: Line) -> bool:
    is_short = not line.bullet and len(line.text) <= _LONGEST_IDENTITY
    return is_short and _IDENTITY.search(line.folded) is not None


def group_places(lines: list[Line]) -> list[int]:
    return [
        place
        for place, line in enumerate(lines)
        if not line.bullet and _GROUP.fullmatch(line.folded)
    ]


def _is_near(place: int, others: set[int]) -> bool:
    """A course on consolidated accounts may speak of a group: its own is named near its SIRET."""
    return any(other in others for other in range(place - _NEAR, place + _NEAR + 1))


def _grow(lines: list[Line], found: set[int], anchor: int, name: str) -> None:
    for step in (-1, 1):
        place = anchor + step
        while 0 <= place < len(lines) and _belongs(lines[place], name):
            found.add(place)
            place += step


def _belongs(line: Line, name: str) -> bool:
    if line.bullet or len(line.text) > _LONGEST_IDENTITY:
        return False
    is_named = _NAMED.fullmatch(line.text) is not None
    return is_named or _is_name(line, name) or _WEAK.fullmatch(line.folded) is not None


def _is_name(line: Line, name: str) -> bool:
    return bool(name) and not line.bullet and line.folded == fold(name)


def _name_near(lines: list[Line], anchors: set[int]) -> str:
    near = {place + step for place in anchors for step in (-1, 0, 1)} & set(range(len(lines)))
    return legal_name_in([lines[place] for place in sorted(near)])[1]


def legal_name_in(lines: list[Line]) -> tuple[str, str]:
    """Legal form and name, « SAS EXEMPLE » or « Exemple, SAS »."""
    for line in lines:
        found = None if line.bullet else _NAMED.match(line.text)
        if found:
            form, name = found["form"] or found["form_last"], found["name"] or found["name_first"]
            return form, name.strip()
    return "", ""


def brand_places(lines: list[Line], anchor: int) -> list[int]:
    places: list[int] = []
    for place in range(anchor + 1, len(lines)):
        if not _is_brand(lines[place]):
            break
        places.append(place)
    return places


def _is_brand(line: Line) -> bool:
    """A few words, without the signs that the programme is going on."""
    if line.bullet or line.is_marked or len(line.text) > 45 or len(line.text.split()) > 5:
        return False
    if line.text[-1] in ".;:!?" or heading_of(line) or half_day_mark(line):
        return False
    return not any(title_of(kind, line) for kind in NUMBERINGS)
