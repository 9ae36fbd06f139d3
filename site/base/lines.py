"""Short texts that visitors type: one visible line, fit for a mail header and for a contract."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms

# They turn the words that follow around, beyond the field they were typed in.
DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class LineField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")


def one_line(text: str) -> str:
    """Without line breaks, control characters nor direction marks; empty when nothing is visible."""
    spaced = "".join(" " if char.isspace() else char for char in text)
    kept = "".join(char for char in spaced if _is_kept(char))
    return " ".join(kept.split()) if any(_is_visible(char) for char in kept) else ""


def _is_kept(char: str) -> bool:
    return char not in DIRECTION_MARKS and unicodedata.category(char) not in ("Cc", "Cs")


def _is_visible(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNPS"
