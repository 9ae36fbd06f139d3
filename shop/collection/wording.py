"""Interest in French words and figures, the same on a page, in a letter and on an invoice. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from base.typography import NBSP, euros
from shop.collection.rules import Segment


@dataclass(frozen=True)
class SegmentRow:
    first: str
    last: str
    days: int
    amount: str
    rate: str
    interest: str

    @property
    def sentence(self) -> str:
        many = "s" if self.days > 1 else ""
        return (
            f"Du {self.first} au {self.last} : {self.days} jour{many} à {self.rate} sur "
            f"{self.amount}, soit {self.interest}"
        )


def rows_of(segments: Iterable[Segment]) -> list[SegmentRow]:
    return [
        SegmentRow(
            f"{segment.first:%d/%m/%Y}",
            f"{segment.last:%d/%m/%Y}",
            segment.days,
            euros(segment.amount),
            percent(segment.rate),
            euros(segment.interest),
        )
        for segment in segments
    ]


def percent(rate: Decimal) -> str:
    return f"{rate:.2f}{NBSP}%".replace(".", ",")
