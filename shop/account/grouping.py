"""The proposals of a space, what waits for the company first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from base.typography import french_date_range
from shop.account.reading import standing
from shop.account.rules import Standing
from shop.proposals.models import Proposal

GROUPS = (
    ("À faire", (Standing.TO_SIGN, Standing.DEPOSIT_DUE)),
    ("En préparation", (Standing.IN_PREPARATION,)),
    ("Définitives", (Standing.DEFINITIVE,)),
    ("Terminées", (Standing.EXPIRED, Standing.REPLACED, Standing.WITHDRAWN, Standing.CANCELLED)),
)


@dataclass(frozen=True)
class Line:
    """``proposal`` is a row of ``shop.account.reading.listed``."""

    proposal: Any
    standing: Standing

    @property
    def title(self) -> str:
        """As offered; before its issue, the course that was asked for."""
        return self.proposal.title or self.proposal.course.title

    @property
    def dates(self) -> str:
        row = self.proposal
        return french_date_range(row.starts_on, row.ends_on) if row.starts_on else ""


@dataclass(frozen=True)
class Group:
    title: str
    lines: list[Line]


def groups_of(proposals: Iterable[Proposal], now: datetime) -> list[Group]:
    lines = [Line(proposal, standing(proposal, now)) for proposal in proposals]
    groups = [
        Group(title, [line for line in lines if line.standing in standings])
        for title, standings in GROUPS
    ]
    return [group for group in groups if group.lines]
