"""The periods that an accountant asks for. Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Span(StrEnum):
    THIS_MONTH = "mois"
    LAST_MONTH = "mois-dernier"
    QUARTER = "trimestre"
    YEAR = "annee"
    FREE = "dates"

    @property
    def label(self) -> str:
        return {
            Span.THIS_MONTH: "Ce mois-ci",
            Span.LAST_MONTH: "Le mois dernier",
            Span.QUARTER: "Ce trimestre",
            Span.YEAR: "Cette année",
            Span.FREE: "Les dates ci-dessous",
        }[self]


@dataclass(frozen=True)
class Days:
    """Paris days, both included."""

    first: date
    last: date


def days_of(span: Span, today: date) -> Days:
    """The whole civil period around ``today``, or before it. Raises ValueError for free dates."""
    if span == Span.THIS_MONTH:
        return _months(today.year, today.month, today.month)
    if span == Span.LAST_MONTH:
        before = today.replace(day=1) - timedelta(days=1)
        return _months(before.year, before.month, before.month)
    if span == Span.QUARTER:
        first = 3 * ((today.month - 1) // 3) + 1
        return _months(today.year, first, first + 2)
    if span == Span.YEAR:
        return _months(today.year, 1, 12)
    raise ValueError("Des dates libres se lisent, elles ne se calculent pas.")


def _months(year: int, first: int, last: int) -> Days:
    return Days(date(year, first, 1), date(year, last, monthrange(year, last)[1]))
