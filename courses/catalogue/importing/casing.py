"""Names printed in capitals, brought back to ordinary writing with the sheet's own words. Pure."""

import re
from collections.abc import Iterable

from base.importing.lines import Line, fold

_WORD = re.compile(r"[^\W\d_]+")
# Endings that agree in gender or number: « opérationnelle » tells how to write « OPERATIONNEL ».
_AGREEMENTS = frozenset({"s", "e", "es", "le", "les", "ne", "nes", "te", "tes", "x"})
_SHORTEST_STEM = 5


def is_shouted(text: str) -> bool:
    return text.isupper() and sum(character.isalpha() for character in text) > 1


def vocabulary(lines: Iterable[Line]) -> dict[str, str]:
    """Folded word -> how the sheet writes it in running text; a small initial wins."""
    known: dict[str, str] = {}
    for line in lines:
        words = _WORD.findall(line.text)
        if 2 * sum(word.isupper() for word in words) < len(words):
            for place, word in enumerate(words):
                _learn(known, word.lower() if place == 0 and word.istitle() else word)
    return known


def _learn(known: dict[str, str], word: str) -> None:
    key = fold(word)
    if word.islower() or key not in known:
        known[key] = word


def unshout(text: str, known: dict[str, str]) -> str:
    """Sentence case; accents and acronyms only where the sheet itself writes them elsewhere."""
    if not is_shouted(text):
        return text
    written = _WORD.sub(lambda found: _written(found[0], known) or found[0].lower(), text)
    return written[:1].upper() + written[1:]


def is_guess(text: str, known: dict[str, str]) -> bool:
    """Whether ``unshout`` had no example to follow for some word of ``text``."""
    return is_shouted(text) and not all(_written(word, known) for word in _WORD.findall(text))


def _written(word: str, known: dict[str, str]) -> str:
    key = fold(word)
    return known.get(key) or _from_agreement(key, known)


def _from_agreement(key: str, known: dict[str, str]) -> str:
    """A last letter that carries an accent proves nothing: « formés » does not write « FORME »."""
    if len(key) < _SHORTEST_STEM:
        return ""
    singular = known.get(key[:-1], "") if key.endswith("s") else ""
    if singular.islower():
        return singular + "s"
    longer = (known.get(key + ending, "") for ending in _AGREEMENTS)
    stems = (word[: len(key)] for word in longer if word.islower())
    return next((stem for stem in stems if fold(stem) == key and stem[-1] == key[-1]), "")
