"""ECB and legal interest rates by half-year (C. com. L441-10 II, C. mon. fin. L313-2; law.md L-02, L-04).

Pure. Rates are percentages per year. The rate of a half-year is the one in force on its first day,
a civil date of Europe/Paris; a half-year that is not in the table is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

PENALTY_POINTS = Decimal(10)  # added to the ECB rate, L441-10 II
FLOOR_MULTIPLE = 3  # a contract may not go below three times the legal rate, L441-10 II
NOTICE_DAYS = 15  # the next half-year is asked for from that many days before it begins


@dataclass(frozen=True, order=True)
class HalfYear:
    year: int
    half: int

    def __str__(self) -> str:
        return f"{'1er' if self.half == 1 else '2e'} semestre {self.year}"

    @property
    def first_day(self) -> date:
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def next(self) -> HalfYear:
        return HalfYear(self.year, 2) if self.half == 1 else HalfYear(self.year + 1, 1)


@dataclass(frozen=True)
class Rates:
    """``legal`` is for the claims of a company, ``legal_individual`` for those of a private person."""

    half_year: HalfYear
    ecb: Decimal
    legal: Decimal
    legal_individual: Decimal


class RateMissing(Exception):
    """The table says nothing of a half-year."""

    def __init__(self, missing: HalfYear) -> None:
        self.half_year = missing
        super().__init__(f"Les taux du {missing} ne sont pas renseignés.")


def half_year(day: date) -> HalfYear:
    return HalfYear(day.year, 1 if day.month < 7 else 2)


def rates_for(day: date, table: Iterable[Rates]) -> Rates:
    """The rates of the half-year that holds ``day``. Raises RateMissing."""
    wanted = half_year(day)
    for rates in table:
        if rates.half_year == wanted:
            return rates
    raise RateMissing(wanted)


def default_penalty_rate(rates: Rates) -> Decimal:
    """Penalty for a late payment between professionals when no contract says otherwise (L-02)."""
    return rates.ecb + PENALTY_POINTS


def contract_floor(rates: Rates) -> Decimal:
    """Lowest penalty that a contract between professionals may state (L-02)."""
    return rates.legal * FLOOR_MULTIPLE


class RateRule(StrEnum):
    """Which ECB rate a clause on late payment takes; the floor holds for all three.

    ``LITERAL`` is the present clause 3.4 word for word: the rate in force on 1 January, all year.
    ``STATUTORY`` is L441-10 II: that of each half-year. ``LOWER`` is the lower of the two: an unclear
    clause is read against who wrote it (C. civ. 1190, law.md L-06).
    """

    LITERAL = "literal"
    STATUTORY = "statutory"
    LOWER = "lower"

    @property
    def label(self) -> str:
        return {
            RateRule.LITERAL: "taux du 1er janvier, toute l’année",
            RateRule.STATUTORY: "taux de chaque semestre (C. com. L441-10)",
            RateRule.LOWER: "le plus bas des deux",
        }[self]


def penalty_rate(day: date, table: Iterable[Rates], rule: RateRule) -> Decimal:
    """Penalty of a late payment between professionals on ``day``, never below the floor (L-02, L-06).

    Raises RateMissing for a half-year that the rule needs and the table lacks.
    """
    known = tuple(table)
    current = rates_for(day, known)
    statutory = default_penalty_rate(current)
    if rule == RateRule.STATUTORY:
        return max(statutory, contract_floor(current))
    literal = default_penalty_rate(rates_for(date(day.year, 1, 1), known))
    chosen = literal if rule == RateRule.LITERAL else min(literal, statutory)
    return max(chosen, contract_floor(current))


def legal_rate(day: date, table: Iterable[Rates]) -> Decimal:
    """« Tous autres cas »: what a company may claim of a consumer (L-07). Raises RateMissing."""
    return rates_for(day, table).legal


def wanted_half_years(today: date, known: Iterable[HalfYear]) -> tuple[HalfYear, ...]:
    """Half-years whose rates somebody must enter now: the current one, and the next in its last days."""
    current = half_year(today)
    soon = current.next.first_day - timedelta(days=NOTICE_DAYS) <= today
    needed = (current, current.next) if soon else (current,)
    present = set(known)
    return tuple(period for period in needed if period not in present)
