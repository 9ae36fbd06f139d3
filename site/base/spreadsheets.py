"""Cells of an export that no spreadsheet may run. Pure."""

import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless_cell(text: str) -> str:
    """A spreadsheet runs a text that starts like a formula; a phone number stays as typed."""
    if not text.startswith(FORMULA_STARTS) or re.fullmatch(r"[+-][\d .()-]*", text):
        return text
    return f"'{text}"
