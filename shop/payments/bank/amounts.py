"""Amounts and days as French banks write them in their exports. Pure."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from shop.payments.bank.statements import (
    StatementRefused,
    checked_amount,
    checked_day,
    refused_amount,
    refused_day,
    tidy,
)

_SPACES = re.compile(r"[\s'’]")
_CURRENCY = re.compile(r"(€|EUR|EUROS?)$", re.IGNORECASE)
_MINUS = str.maketrans("−–", "--")
_SIGN = re.compile(r"^[+-]|[+-]$")
# Decimal comma with points between thousands, or the other way round; spaces are gone already.
_FRENCH = re.compile(r"(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d{1,5})?", re.ASCII)
_ENGLISH = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d{1,5})?", re.ASCII)
_EITHER = re.compile(r"\d{1,3}[.,]\d{3}", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.-]?(\d{2})[/.-]?(\d{2})(?:[T ]\d{2}:\d{2}.*)?", re.ASCII)


def signed_amount(typed: str, *, line: int) -> Decimal:
    """« 1 234,56 », « 1.234,56 € », « -12.00 »: zero for an empty cell.

    Raises StatementRefused, also for « 1.234 », which may be a thousand or one and a little.
    """
    bare = _CURRENCY.sub("", _SPACES.sub("", typed).translate(_MINUS))
    if not bare:
        return Decimal("0.00")
    sign = -1 if "-" in (bare[0], bare[-1]) else 1
    digits = _SIGN.sub("", bare)
    if _EITHER.fullmatch(digits):
        raise StatementRefused(
            f"le montant « {tidy(typed, 40)} » se lit de deux façons : écrivez ses centimes.",
            line=line,
        )
    if _FRENCH.fullmatch(digits):
        plain = digits.replace(".", "").replace(",", ".")
    elif _ENGLISH.fullmatch(digits):
        plain = digits.replace(",", "")
    else:
        raise refused_amount(typed, line=line)
    return sign * checked_amount(plain, line=line)


def day(typed: str, *, line: int) -> date:
    """Day first (25/11/2026, 25/11/26) or year first (2026-11-25, 20261125). Raises StatementRefused."""
    bare = typed.strip()
    try:
        if found := _YEAR_FIRST.fullmatch(bare):
            year, month, number = found.groups()
        elif found := _DAY_FIRST.fullmatch(bare):
            number, month, year = found.groups()
        else:
            raise refused_day(typed, line=line)
        read = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(number))
    except ValueError as error:
        raise refused_day(typed, line=line) from error
    return checked_day(read, line=line)
