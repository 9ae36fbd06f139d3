"""What changed between two versions, article by article and word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

from legal.terms.text import Terms, plain_text

SAME_ARTICLE = 0.6  # share of words in common above which a renumbered article is recognised
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_LONGEST = 4000  # words; beyond, an article is told as wholly replaced


class Change(StrEnum):
    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True)
class Piece:
    change: Change
    text: str


@dataclass(frozen=True)
class Passage:
    """A title with its introduction, or an article, under comparison."""

    number: str
    title: str
    text: str
    is_part: bool = False

    @property
    def heading(self) -> str:
        return f"{self.number}. {self.title}".strip()

    @property
    def anchor(self) -> str:
        kind = "titre" if self.is_part else "article"
        return f"{kind}-{self.number.lower().replace('.', '-')}"


@dataclass(frozen=True)
class Comparison:
    before: Passage | None
    after: Passage | None
    heading: tuple[Piece, ...]
    body: tuple[Piece, ...]

    @property
    def anchor(self) -> str:
        shown = self.after or self.before
        assert shown is not None  # noqa: S101  a comparison has at least one side
        return shown.anchor if self.after else f"supprime-{shown.anchor}"

    @property
    def is_part(self) -> bool:
        return bool((self.after or self.before).is_part)  # type: ignore[union-attr]  # same

    @property
    def is_changed(self) -> bool:
        return any(piece.change is not Change.SAME for piece in (*self.heading, *self.body))

    @property
    def label(self) -> str:
        if self.before is None:
            return "ajouté"
        if self.after is None:
            return "supprimé"
        return "modifié" if self.is_changed else "inchangé"


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """Pieces that give ``before`` without those inserted, ``after`` without those deleted."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if max(len(old), len(new)) > 2 * _LONGEST:
        return _merged([Piece(Change.DELETED, before), Piece(Change.INSERTED, after)])
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Change.SAME, "".join(old[i1:i2])))
        else:
            pieces.append(Piece(Change.DELETED, "".join(old[i1:i2])))
            pieces.append(Piece(Change.INSERTED, "".join(new[j1:j2])))
    return _merged(pieces)


def before_of(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces if piece.change is not Change.INSERTED)


def after_of(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces if piece.change is not Change.DELETED)


def _merged(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Words changed on both sides of a space read better as one change."""
    merged: list[Piece] = []
    for piece in _with_spaces_taken_in([piece for piece in pieces if piece.text]):
        if merged and merged[-1].change is piece.change:
            merged[-1] = Piece(piece.change, merged[-1].text + piece.text)
        elif len(merged) > 1 and merged[-2].change is piece.change and _both_changed(merged):
            merged[-2] = Piece(piece.change, merged[-2].text + piece.text)
        else:
            merged.append(piece)
    return tuple(merged)


def _both_changed(merged: list[Piece]) -> bool:
    return Change.SAME not in (merged[-1].change, merged[-2].change)


def _with_spaces_taken_in(pieces: list[Piece]) -> Iterable[Piece]:
    for place, piece in enumerate(pieces):
        inner = 0 < place < len(pieces) - 1
        if (
            piece.change is Change.SAME
            and inner
            and piece.text.isspace()
            and "\n" not in piece.text
        ):
            yield Piece(Change.DELETED, piece.text)
            yield Piece(Change.INSERTED, piece.text)
        else:
            yield piece


def passages(terms: Terms) -> list[Passage]:
    found: list[Passage] = []
    for part in terms.parts:
        found.append(Passage(part.number, part.title, plain_text(part.introduction), is_part=True))
        found += [Passage(a.number, a.title, a.plain) for a in part.articles]
    return found


@lru_cache(maxsize=64)
def compare(before: Terms, after: Terms) -> tuple[Comparison, ...]:
    """In the order of ``after``; what disappeared stands where it was in ``before``."""
    old, new = passages(before), passages(after)
    pairs = match(old, new)
    partner = {after_place: before_place for before_place, after_place in pairs.items()}
    result = [_compared(old[partner[j]] if j in partner else None, p) for j, p in enumerate(new)]
    for place, passage in reversed(list(enumerate(old))):
        if place not in pairs:
            earlier = [pairs[i] for i in range(place) if i in pairs]
            result.insert(max(earlier, default=-1) + 1, _compared(passage, None))
    return tuple(result)


def match(old: list[Passage], new: list[Passage]) -> dict[int, int]:
    """Places of ``old`` -> places of ``new``: same number first, then the closest wording."""
    numbers = {(p.is_part, p.number): j for j, p in enumerate(new)}
    pairs = {
        i: numbers[p.is_part, p.number]
        for i, p in enumerate(old)
        if (p.is_part, p.number) in numbers
    }
    for _, i, j in sorted(_likenesses(old, new, pairs), reverse=True):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def _likenesses(
    old: list[Passage], new: list[Passage], pairs: dict[int, int]
) -> Iterable[tuple[float, int, int]]:
    taken = set(pairs.values())
    for i, before in enumerate(old):
        for j, after in enumerate(new):
            if i not in pairs and j not in taken and before.is_part == after.is_part:
                ratio = likeness(before, after)
                if ratio >= SAME_ARTICLE:
                    yield ratio, i, j


def likeness(before: Passage, after: Passage) -> float:
    """0 when no word is shared, 1 for the same words in the same order."""
    return SequenceMatcher(None, _words(before), _words(after), autojunk=False).ratio()


def _words(passage: Passage) -> list[str]:
    return re.findall(r"\w+", f"{passage.title} {passage.text}"[:20_000])


def _compared(before: Passage | None, after: Passage | None) -> Comparison:
    return Comparison(
        before,
        after,
        word_diff(before.heading if before else "", after.heading if after else ""),
        word_diff(before.text if before else "", after.text if after else ""),
    )
