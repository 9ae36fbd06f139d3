"""What a sheet carries besides the course: terms of sale, page numbers, labels. Pure."""

import re

from base.importing.lines import Line
from courses.catalogue.importing.headings import CONTENT_SECTIONS, section_named

_TERMS_TITLE = re.compile(
    r"(?:(?:[ivx]{1,4}|\d{1,2}|annexe(?: \d)?)\W{1,3})?"
    r"(?:(?:application|acceptation) des (?:presentes )?|extraits? des |nos |les )?"
    r"(?:conditions generales(?: de (?:vente|prestations?|service|formation)| d'inscription)?"
    r"|cgv)\b[^.]{0,60}"
)
_PAGE_NUMBER = re.compile(
    r"(?:page ?\d{1,3}(?: ?(?:/|sur|de) ?\d{1,3})?|\d{1,3} ?(?:/|sur) ?\d{1,3}|-? ?\d{1,3} ?-?)"
)
_DOCUMENT_LABEL = re.compile(
    r"(?:fiche(?: de)?(?: (?:programme|formation|pedagogique|produit|technique|stage))+"
    r"|programme(?: de)?(?: (?:formation|stage))?(?: professionnelle)?"
    r"|catalogue(?: (?:de|des|nos))?(?: formations?)?(?: \d{4}(?:[-/ ]+\d{4})?)?"
    r"|(?:action de )?formation (?:professionnelle(?: continue)?|continue|inter|intra)"
    r"(?:[ -]entreprises?)?)"
)
# « Conditions générales de vente : disponibles sur demande » mentions the terms on one line.
_MENTION = re.compile(
    r"\b(?:(?:disponible|consultable|accessible|jointe|annexee)s?|sur (?:simple )?demande|voir|cf"
    r"|ci-joint|en annexe|https?|www)\b"
)


def is_page_number(line: Line) -> bool:
    return len(line.text) <= 20 and _PAGE_NUMBER.fullmatch(line.folded) is not None


def is_document_label(line: Line) -> bool:
    return _DOCUMENT_LABEL.fullmatch(line.folded) is not None


def terms_lines(lines: list[Line]) -> set[int]:
    """Positions of the terms of sale, up to the next section that only a course sheet has."""
    found: set[int] = set()
    for place, line in enumerate(lines):
        if place not in found and _is_terms_title(line):
            found.update(range(place, _end_of_terms(lines, place)))
    return found


def _is_terms_title(line: Line) -> bool:
    return not line.bullet and _TERMS_TITLE.fullmatch(line.folded.rstrip(" :")) is not None


def _end_of_terms(lines: list[Line], start: int) -> int:
    if _MENTION.search(lines[start].folded):
        return start + 1
    following = range(start + 1, len(lines))
    return next((place for place in following if _opens_course(lines[place])), len(lines))


def _opens_course(line: Line) -> bool:
    """An article of the terms has a number, a section of a sheet following them has none."""
    return not line.bullet and section_named(line.text.rstrip(" :")) in CONTENT_SECTIONS
