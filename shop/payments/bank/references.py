"""What a company writes in its transfer so that we know what it pays, and finding it again. Pure."""

from __future__ import annotations

import re

from stdnum.iso7064 import mod_97_10

from shop.orders.rules import ALPHABET
from shop.proposals.rules import NUMBER_DIGITS, SERIES

# Banks cut labels at 35 or 70 characters, add spaces and drop dashes.
_GAP = r"[\s\-‐‑–—_./:]*"
_MOST_DIGITS = 6


def _spread(characters: str) -> str:
    return _GAP.join(re.escape(character) for character in characters)


_PROPOSAL = re.compile(
    rf"(?=(?:{_spread('RF')}{_GAP}(?P<check>\d{_GAP}\d){_GAP})?{_spread(SERIES)}{_GAP}"
    rf"(?P<year>2{_GAP}0{_GAP}\d{_GAP}\d){_GAP}"
    rf"(?P<place>\d(?:{_GAP}\d){{{NUMBER_DIGITS - 1},{_MOST_DIGITS - 1}}}))"
)
_LETTER = f"[{ALPHABET}]"
_ORDER = re.compile(rf"(?=(?<![A-Z0-9])LX{_GAP}({_LETTER}{{4}}){_GAP}({_LETTER}{{4}})(?![A-Z0-9]))")


def creditor_reference(number: str) -> str:
    """« RF45PC20260001 » (ISO 11649) for the proposal « PC-2026-0001 »: its two digits detect a typing
    error. A later version of the proposal has the same."""
    compact = re.sub(r"[^A-Z0-9]", "", number.upper())
    return f"RF{mod_97_10.calc_check_digits(f'{compact}RF')}{compact}"


def spaced_reference(number: str) -> str:
    """In groups of four, as the standard prints it."""
    reference = creditor_reference(number)
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))


def references_in(text: str) -> tuple[str, ...]:
    """Numbers of proposals and references of orders that ``text`` quotes, as they are stored, each once.

    Spaces, dashes and case do not matter. A creditor reference whose check digits are wrong gives
    nothing: one of its digits is not the one that was meant.
    """
    upper = text.upper()
    found = [*_proposals_in(upper), *(f"LX-{a}-{b}" for a, b in _ORDER.findall(upper))]
    return tuple(dict.fromkeys(found))


def _proposals_in(upper: str) -> list[str]:
    found, seen = [], set()
    for match in _PROPOSAL.finditer(upper):
        # The same number is met again two letters further, without its check digits.
        if match.start("year") in seen:
            continue
        seen.add(match.start("year"))
        number = _number(match)
        if number:
            found.append(number)
    return found


def _number(match: re.Match[str]) -> str:
    """Empty when the check digits deny it."""
    year = _digits(match["year"])
    readings = [f"{SERIES}-{year}-{place}" for place in _places(match["place"])]
    if match["check"] is None:
        return readings[0]
    typed = f"RF{_digits(match['check'])}"
    valid = [number for number in readings if creditor_reference(number)[:4] == typed]
    return valid[0] if len(valid) == 1 else ""


def _places(written: str) -> list[str]:
    """The ranks that these digits may be: those that touch belong together; beyond a space, an amount
    or a date may follow."""
    digits = _digits(written)
    together = re.match(r"\d+", written)
    if together and len(together[0]) >= NUMBER_DIGITS:
        return [together[0]]
    longest = NUMBER_DIGITS if digits[0] == "0" else len(digits)
    return [digits[:length] for length in range(NUMBER_DIGITS, longest + 1)]


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)
