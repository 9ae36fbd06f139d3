"""What a notice of mediation says, frozen when it is issued (C. conso L616-1, R616-1). Pure.

Days are Paris dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from documents.letterhead import Letterhead
from shop.complaints.rules import Cause
from shop.proposals.content import converter


@dataclass(frozen=True)
class MediatorFacts:
    name: str
    website: str
    address: str


@dataclass(frozen=True)
class NoticeContent:
    """``complained_on`` starts the year; ``written`` is False when nobody wrote: the mediator wants
    that first (C. conso L612-2 1°). ``rejected_on`` is None while nothing was decided."""

    number: str
    issued_on: date
    cause: Cause
    name: str
    address: str
    topic: str
    contract: str
    complained_on: date
    written: bool
    rejected_on: date | None
    last_day: date
    mediator: MediatorFacts
    issuer: Letterhead

    @property
    def running_title(self) -> str:
        return f"Médiation de la consommation · réclamation {self.number}"


def to_json(content: NoticeContent) -> dict[str, Any]:
    facts: dict[str, Any] = converter.unstructure(content)
    return facts


def from_json(facts: dict[str, Any]) -> NoticeContent:
    """The very content that ``to_json`` was given. Raises cattrs.ClassValidationError."""
    return converter.structure(facts, NoticeContent)
