"""Prices and published results of a sheet. Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal

from base.importing.lines import Line, fold
from courses.catalogue.importing.sheet import Indicator

_AMOUNT = re.compile(
    r"(?P<euros>\d{1,3}[ .]\d{3}(?!\d)|\d{1,6})(?:[.,](?P<cents>\d{1,2}))? ?(?:€|euros?\b|eur\b)"
    r" ?(?P<tax>h\.?t\b|hors taxes?|ttc)?"
)
_LONGEST = 300


@dataclass(frozen=True)
class Prices:
    """Only amounts said to be without VAT; ``unread`` are the lines that say another price."""

    inter: Decimal | None = None
    intra: Decimal | None = None
    unread: tuple[str, ...] = ()


def read_prices(texts: list[str]) -> Prices:
    inter, intra, unread = None, None, []
    for text in texts:
        folded = fold(text[:_LONGEST])
        amount = _excl_vat(folded)
        if amount is not None and "intra" not in folded and inter is None:
            inter = amount
        elif amount is not None and _is_intra_day(folded) and intra is None:
            intra = amount
        else:
            unread.append(text)
    return Prices(inter, intra, tuple(unread))


def _excl_vat(folded: str) -> Decimal | None:
    """The one amount of a line; a line with two amounts is left to the editor."""
    found = [amount for amount in _AMOUNT.finditer(folded) if amount["tax"] != "ttc"]
    if len(found) != 1 or not (found[0]["tax"] or _says_excl_vat(folded)):
        return None
    euros = re.sub(r"[ .]", "", found[0]["euros"])
    return Decimal(f"{euros}.{found[0]['cents'] or '00':0<2}")


def _says_excl_vat(folded: str) -> bool:
    return re.search(r"\bht\b|hors taxe", folded) is not None and "ttc" not in folded


def _is_intra_day(folded: str) -> bool:
    """The course page holds the price of a group for one day."""
    return "intra" in folded and re.search(r"jour", folded) is not None


_LABEL_FIRST = re.compile(r"(?P<label>[^:]{3,80}?)\s*:\s*(?P<value>[^():]{1,20}?)")
_VALUE_FIRST = re.compile(
    r"(?P<value>\d{1,3}(?:[.,]\d+)?\s?%)\s+(?:de |d[’'])?(?P<label>[^():]{3,80}?)"
)
_PERIOD = re.compile(r"\s*(?:\((?P<inside>[^()]{2,40})\)|\ben (?P<year>\d{4}))\s*\.?$")


def read_indicators(lines: list[Line]) -> tuple[list[Indicator], list[Line]]:
    """Indicators, then the lines that state none."""
    indicators, unread = [], []
    for line in lines:
        indicator = _indicator(line.text)
        if indicator:
            indicators.append(indicator)
        else:
            unread.append(line)
    return indicators, unread


def _indicator(text: str) -> Indicator | None:
    period = _PERIOD.search(text[:_LONGEST])
    statement = text[: period.start()] if period else text.rstrip(" .")
    when = (period["inside"] or period["year"]) if period else ""
    for form in (_LABEL_FIRST, _VALUE_FIRST):
        found = form.fullmatch(statement)
        if found and any(character.isdigit() for character in found["value"]):
            label = found["label"].strip()
            return Indicator(label[:1].upper() + label[1:], found["value"].strip(), when)
    return None
