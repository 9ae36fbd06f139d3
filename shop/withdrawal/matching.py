"""Which orders a declaration designates, and which it may concern (law.md F-10). Pure.

Ending a contract asks for certainty; holding back a debit only asks for a doubt.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from shop.orders.rules import ALPHABET, canonical_reference

_GROUP = f"([{ALPHABET}]{{4}})"
# Words and lines of a pasted reference may be parted by any dash, the non-breaking one included.
_CITED = re.compile(rf"(?<![A-Z0-9])LX\W{{0,3}}{_GROUP}\W{{0,3}}{_GROUP}(?![A-Z0-9])")
_WHOLE = re.compile(rf"LX-{_GROUP}-{_GROUP}")
_PARTIAL = re.compile(
    r"\b(seulement|uniquement|partie|partiel\w*|sauf|excepte\w*|hormis|(un|une) des|l (un|une))\b"
)
_TITLES = frozenset({"mme", "mlle", "mr", "monsieur", "madame", "mademoiselle"})
_SHORTEST_MISSPELT = 4
# Nobody has more; a longer text is not a name, and must not cost more to compare.
_MOST_WORDS = 12


@dataclass(frozen=True, kw_only=True)
class Declared:
    name: str
    email: str
    contract: str


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """``names``: buyer first, then trainee; ``emails`` in the same order."""

    pk: int
    reference: str
    names: tuple[str, ...]
    emails: tuple[str, ...]


def cited_references(contract: str) -> frozenset[str]:
    """References that a text names without doubt, as they are stored."""
    text = unicodedata.normalize("NFKC", contract).upper()
    cited = frozenset(f"LX-{first}-{second}" for first, second in _CITED.findall(text))
    whole = canonical_reference(text)
    return cited or (frozenset({whole}) if _WHOLE.fullmatch(whole) else frozenset())


def designated(declared: Declared, candidates: Iterable[Candidate]) -> list[Candidate]:
    """The orders to end: every reference cited is known, and belongs to who declares.

    Nothing when the text speaks of a part of a contract: somebody has to read it.
    """
    cited = cited_references(declared.contract)
    theirs = [
        candidate
        for candidate in candidates
        if candidate.reference in cited and _is_the_buyer(declared, candidate)
    ]
    whole = not is_partial(declared.contract) and len(theirs) == len(cited)
    return theirs if whole else []


def may_concern(declared: Declared, candidate: Candidate) -> bool:
    return (
        candidate.reference in cited_references(declared.contract)
        or any(same_email(declared.email, email) for email in candidate.emails)
        or any(similar_names(declared.name, name) for name in candidate.names)
    )


def is_partial(contract: str) -> bool:
    return bool(_PARTIAL.search(" ".join(_words(contract))))


def same_email(one: str, other: str) -> bool:
    return bool(one) and _address(one) == _address(other)


def same_name(one: str, other: str) -> bool:
    return bool(name_words(one)) and sorted(name_words(one)) == sorted(name_words(other))


def similar_names(one: str, other: str) -> bool:
    """One name holds all the words of the other, each but for one slip; a lone word must be equal."""
    fewer, more = sorted((name_words(one), name_words(other)), key=len)
    if len(fewer) < 2:
        return bool(fewer) and fewer[0] in more
    return all(any(_close(word, known) for known in more) for word in fewer)


def name_words(name: str) -> list[str]:
    """Accents, case, punctuation, titles and initials put aside."""
    words = [word for word in _words(name) if word not in _TITLES]
    return ([word for word in words if len(word) > 1] or words)[:_MOST_WORDS]


def _is_the_buyer(declared: Declared, candidate: Candidate) -> bool:
    return same_email(declared.email, candidate.emails[0]) or same_name(
        declared.name, candidate.names[0]
    )


def _address(email: str) -> str:
    return unicodedata.normalize("NFKC", email).strip().casefold()


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    without_accents = "".join(char for char in plain if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", without_accents)


def _close(one: str, other: str) -> bool:
    if one == other:
        return True
    long_enough = min(len(one), len(other)) >= _SHORTEST_MISSPELT
    return long_enough and abs(len(one) - len(other)) <= 1 and _one_slip(one, other)


def _one_slip(one: str, other: str) -> bool:
    """One letter replaced, added, left out, or swapped with its neighbour."""
    pairs = enumerate(zip(one, other, strict=False))
    start = next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
    left, right = one[start:], other[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left == right[1:] or left[1:] == right
