"""The provider's identity: legal name, numbers, registered office, brands. Pure."""

import re
from decimal import Decimal, InvalidOperation

from base.importing.lines import Line
from courses.catalogue.importing.footers import brand_places, group_places, legal_name_in
from courses.catalogue.importing.sheet import Company


def read_company(lines: list[Line]) -> Company:
    """Read the facts in the lines that ``company_lines`` found."""
    text = "\n".join(line.text for line in lines)
    form, name = legal_name_in(lines)
    return Company(
        name=name,
        legal_form=form,
        capital=_amount(_first(r"(?i)capital\s+(?:social\s+)?de\s+(\d[\d\s.,]{0,20})", text)),
        registered_office=_office(text),
        siret=_digits(_first(r"(?i)SIRET\D{0,6}(\d(?:[ .\xa0\u202f]?\d){13})", text)),
        rcs=_first(
            r"R\.?C\.?S\.?\s+(?:de\s+|d[’'])?([A-ZÀ-Ý][A-Za-zÀ-ÿ’' -]{1,40}?)(?=\s*(?:[-–/|,\n\d]|$))",
            text,
        ),
        naf=_first(r"(?i)\b(?:NAF|APE)\b\W{0,4}(\d{2}\.?\d{2}\s?[A-Z])\b", text),
        vat_number=_compact(
            _first(r"(?i)\bTVA\b.{0,25}?\b(FR\s?[0-9A-Z]{2}\s?\d(?:\s?\d){8})", text)
        ),
        brands=_brands(lines),
    )


def _brands(lines: list[Line]) -> tuple[str, ...]:
    """One brand a paragraph: a second line without a blank one before it is its tagline."""
    places = group_places(lines)
    if not places:
        return ()
    following = [lines[place] for place in brand_places(lines, places[0])]
    return tuple(
        line.text for first, line in enumerate(following) if line.after_blank or first == 0
    )


def _office(text: str) -> str:
    address = _first(r"(?i)si[eè]ge(?:\s+social)?\s*:\s*([^\n]+)", text)
    return re.split(
        r"\s+[-–/|•]\s+(?=(?:N°|SIRE[NT]|R\.?C\.?S|Code|NAF|APE|TVA|T[ée]l|Capital|www))", address
    )[0].strip()


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1].strip() if found else ""


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _compact(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


def _amount(text: str) -> Decimal | None:
    """« 25 000,00 », « 25.000 » or « 25 000 » euros."""
    bare = re.sub(r"\s", "", text).rstrip(".,")
    bare = re.sub(r"\.(?=\d{3}\b)", "", bare).replace(",", ".")
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None
