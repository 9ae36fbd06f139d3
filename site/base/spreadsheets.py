"""Cells of an export that no spreadsheet may run. Pure."""

import re
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

# Word and telephones paste some of them; a sheet is XML, where one is enough to spoil the file.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def harmless_cell(text: str) -> str:
    """A spreadsheet runs a text that starts like a formula; a phone number stays as typed."""
    if not text.startswith(FORMULA_STARTS) or re.fullmatch(r"[+-][\d .()-]*", text):
        return text
    return f"'{text}"


def writable_cell(text: str) -> str:
    return UNWRITABLE.sub(" ", text)


# For Wagtail's exports of what visitors wrote: it makes formulas of XLSX harmless, not those of CSV.
VISITORS_WORDS: dict[Any, Any] = {str: {"csv": harmless_cell, "xlsx": writable_cell}}
