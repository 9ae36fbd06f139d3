"""Which version of the terms of sale applies to whom, and when. Pure: dates are Paris dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NUMBER = re.compile(r"(?P<year>\d{4})-(?P<rank>\d{1,3})")


class Audience(StrEnum):
    CONSUMER = "consumer"
    COMPANY = "company"
    BOTH = "both"

    @property
    def label(self) -> str:
        return {
            Audience.CONSUMER: "particuliers",
            Audience.COMPANY: "entreprises",
            Audience.BOTH: "particuliers et entreprises",
        }[self]

    @property
    def members(self) -> frozenset[Audience]:
        """Who is addressed, without ``BOTH``."""
        if self is Audience.BOTH:
            return frozenset({Audience.CONSUMER, Audience.COMPANY})
        return frozenset({self})


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        return {
            State.DRAFT: "brouillon",
            State.SUBMITTED: "soumise à l’approbation",
            State.APPROVED: "approuvée, pas encore en vigueur",
            State.IN_FORCE: "en vigueur",
            State.REPLACED: "remplacée",
            State.REVOKED: "révoquée avant d’entrer en vigueur",
        }[self]


@dataclass(frozen=True)
class Period:
    """From ``start`` to ``end``, both days included; without ``end``, until it is replaced."""

    start: date
    end: date | None = None

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)

    def overlaps(self, other: Period) -> bool:
        return self.holds(other.start) or other.holds(self.start)


@dataclass(frozen=True)
class Scope:
    """To whom and when a version applies."""

    number: str
    audience: Audience
    period: Period

    def conflicts_with(self, other: Scope) -> bool:
        shared = self.audience.members & other.audience.members
        return bool(shared) and self.period.overlaps(other.period)


def conflicts(scope: Scope, others: Iterable[Scope]) -> list[str]:
    """Numbers of the versions that the same person would have at the same time."""
    return [other.number for other in others if scope.conflicts_with(other)]


def left_without(closed: Audience, opened: Audience) -> frozenset[Audience]:
    """Who loses its terms when a version for ``opened`` ends one for ``closed``."""
    return closed.members - opened.members


def state(
    *, submitted: bool, approved: bool, revoked: bool, period: Period | None, today: date
) -> State:
    if revoked:
        return State.REVOKED
    if approved and period:
        return _approved_state(period, today)
    return State.SUBMITTED if submitted else State.DRAFT


def _approved_state(period: Period, today: date) -> State:
    if today < period.start:
        return State.APPROVED
    return State.IN_FORCE if period.holds(today) else State.REPLACED


def next_number(existing: Iterable[str], year: int) -> str:
    """``2026-3`` after ``2026-2``: each year counts from 1, and a number never serves again."""
    found = (NUMBER.fullmatch(number) for number in existing)
    ranks = [int(match["rank"]) for match in found if match and int(match["year"]) == year]
    return f"{year}-{max(ranks, default=0) + 1}"


def number_key(number: str) -> tuple[int, int]:
    """Order of the numbers: ``2026-10`` after ``2026-9``."""
    match = NUMBER.fullmatch(number)
    return (int(match["year"]), int(match["rank"])) if match else (0, 0)
