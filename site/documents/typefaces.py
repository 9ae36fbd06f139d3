"""The fonts of every document, and the characters that they can draw."""

import re
import unicodedata
from functools import cache
from hashlib import sha256
from html import unescape
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent / "fonts"
CONFIGURATION = FOLDER / "fonts.conf"
SHA256 = {
    "SourceSans3-Bold.ttf": "9214b9d95e4231c609802815c2646c98174e2102d0d37f88978a7f8e71006e6a",
    "SourceSans3-It.ttf": "192afd78f0f54a3c69eaf02d43f4d9a821e9d6110e41d3d25d61a7385cd580e4",
    "SourceSans3-Regular.ttf": "4644c81b86ec9caaa76b634889968ed3c4f4f52f054855933acc7c2b21e53b0f",
    "SourceSans3-Semibold.ttf": "a3f4f8dcf343a8f24dc61951de93f3ba1558b15cd250ba24af8a40e957081b7d",
}

REPLACEMENT = "□"
_LAYOUT = frozenset("\t\n\r")
_REFERENCE = re.compile(r"&#?\w+;?")


def faulty() -> list[str]:
    """Fonts that are missing, or are not the ones that documents are drawn with."""
    return [name for name, expected in SHA256.items() if _digest(name) != expected]


def _digest(name: str) -> str | None:
    path = FOLDER / name
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def drawable(html: str) -> str:
    """``html`` with a visible square for each character that the fonts lack.

    A missing glyph would make the file invalid (PDF/A forbids ``.notdef``). Invisible format
    characters disappear; character references such as ``&#128512;`` count as what they mean.
    """
    return _drawable_text(_REFERENCE.sub(_drawable_reference, unicodedata.normalize("NFC", html)))


def _drawable_reference(reference: re.Match[str]) -> str:
    meant = unicodedata.normalize("NFC", unescape(reference[0]))
    return reference[0] if set(meant) <= _characters() else _drawable_text(meant)


def _drawable_text(text: str) -> str:
    unknown = set(text) - _characters()
    return text.translate({ord(character): _substitute(character) for character in unknown})


def _substitute(character: str) -> str:
    is_invisible = unicodedata.category(character) in {"Cc", "Cf", "Mn"}
    return "" if is_invisible else REPLACEMENT


@cache
def _characters() -> frozenset[str]:
    """What all four fonts can draw, and the spaces of the source text."""
    common = set.intersection(*(_code_points(name) for name in SHA256))
    return frozenset(map(chr, common)) | _LAYOUT


def _code_points(name: str) -> set[int]:
    with TTFont(FOLDER / name, lazy=True) as font:
        return set(font.getBestCmap())
