"""A proposal signed on paper: what has to be on it, and until when it may arrive (CGV 2.1). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum

from base.civil_dates import PARIS

MOST_WAITING = 5  # returns of one proposal that nobody has looked at


class ReturnState(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {
            ReturnState.RECEIVED: "reçu, à contrôler",
            ReturnState.ACCEPTED: "accepté",
            ReturnState.REFUSED: "refusé",
        }[self]


class Requirement(StrEnum):
    """What the terms ask of a paper; each is seen on one file or more."""

    INITIALLED = "initialled"
    STAMPED = "stamped"
    SIGNED = "signed"
    MENTION = "mention"
    TERMS = "terms"

    @property
    def label(self) -> str:
        return {
            Requirement.INITIALLED: "Proposition paraphée à chaque page",
            Requirement.STAMPED: "Tampon de l’entreprise",
            Requirement.SIGNED: "Proposition signée",
            Requirement.MENTION: "Mention « BON POUR ACCORD »",
            Requirement.TERMS: "Conditions générales de vente paraphées et signées",
        }[self]


def missing(seen: Mapping[str, Sequence[str]], files: Sequence[str]) -> list[Requirement]:
    """The requirements that were seen on none of these files (SHA-256)."""
    return [item for item in Requirement if not set(seen.get(item.value, ())) & set(files)]


def noon(day: date, now: datetime) -> datetime:
    """When a paper that came by post on that Paris day counts as received; never later than now."""
    return min(datetime.combine(day, time(12), PARIS), now)
