"""Places in a series of numbers without a gap: invoices, proposals, agreements (law.md I-03). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Place:
    """A place in a series: ``sequence`` counts from 1 in each ``year``, without a gap (I-03).

    ``digits`` is the least width of the rank in a number.
    """

    series: str
    year: int
    sequence: int
    issued_on: date
    digits: int = 5

    @property
    def number(self) -> str:
        return f"{self.series}-{self.year}-{self.sequence:0{self.digits}d}"


def next_place(last: Place, today: date) -> Place:
    """The place after ``last``; its day never goes back, even when the clock of the machine does."""
    issued_on = max(today, last.issued_on)
    sequence = last.sequence + 1 if issued_on.year == last.year else 1
    return Place(last.series, issued_on.year, sequence, issued_on, last.digits)
