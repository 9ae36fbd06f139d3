"""A complaint, its answer, and the mediation that a consumer is told of (C. conso L611-1 to L616-3,
law.md M-01 to M-06). Pure.

Days are civil dates of Paris, instants are aware.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from base.civil_dates import months_after, paris_date

SERIES = "R"
NUMBER_DIGITS = 4
DEFAULT_ANSWER_DAYS = 30
DEFAULT_UNRESOLVED_DAYS = 60
MOST_ANSWER_DAYS = 60
MOST_UNRESOLVED_DAYS = 180  # the year of the mediator is running all the while
KEPT_YEARS = 5  # C. civ. art. 2224 (law.md G-02)
# What the law wants in the notice (C. conso R616-1), as staff read it when it is missing.
MEDIATOR_FACTS = {"name": "le nom", "website": "le site", "address": "l’adresse postale"}


class ComplaintState(StrEnum):
    """The last decision; whether it is late, or told to a mediator, is computed from the rows."""

    OPEN = "open"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        return {
            ComplaintState.OPEN: "à répondre",
            ComplaintState.ACCEPTED: "acceptée",
            ComplaintState.PARTLY: "acceptée en partie",
            ComplaintState.REJECTED: "rejetée",
        }[self]


OUTCOMES = (ComplaintState.ACCEPTED, ComplaintState.PARTLY, ComplaintState.REJECTED)
# A new message opens it again; a decision is never replaced without one.
_NEXT = {
    ComplaintState.OPEN: frozenset(OUTCOMES),
    **{outcome: frozenset({ComplaintState.OPEN}) for outcome in OUTCOMES},
}


def may_become(state: ComplaintState, following: ComplaintState) -> bool:
    return following in _NEXT[state]


class Capacity(StrEnum):
    """Mediation is for consumers only (C. conso L611-3 1°, law.md M-04)."""

    CONSUMER = "consumer"
    PROFESSIONAL = "professional"

    @property
    def label(self) -> str:
        return {
            Capacity.CONSUMER: "à titre personnel",
            Capacity.PROFESSIONAL: "pour une entreprise ou une association",
        }[self]


class Topic(StrEnum):
    COURSE = "course"
    ORGANISATION = "organisation"
    MONEY = "money"
    CONTRACT = "contract"
    ACCESSIBILITY = "accessibility"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            Topic.COURSE: "le contenu ou le déroulement de la formation",
            Topic.ORGANISATION: "les dates, le lieu ou l’organisation",
            Topic.MONEY: "un prix, un paiement ou une facture",
            Topic.CONTRACT: "une annulation, un report ou une rétractation",
            Topic.ACCESSIBILITY: "l’accessibilité ou un aménagement",
            Topic.OTHER: "autre chose",
        }[self]


class Cause(StrEnum):
    """Why a consumer is told of the mediator (C. conso L616-1 al. 2)."""

    REJECTED = "rejected"
    UNRESOLVED = "unresolved"
    GIVEN = "given"

    @property
    def label(self) -> str:
        return {
            Cause.REJECTED: "réclamation rejetée",
            Cause.UNRESOLVED: "réclamation restée sans solution",
            Cause.GIVEN: "décision de l’équipe",
        }[self]


def days_after(received_at: datetime, days: int) -> date:
    """The day by which an answer is promised, or from which a silence is a failure: calendar days,
    the day of the receipt not counted."""
    return paris_date(received_at) + timedelta(days=days)


def last_mediation_day(complained_at: datetime) -> date:
    """The last day to apply to the mediator, included: one year from the complaint (C. conso
    L612-2 4°, law.md M-03), the same date of the next year, 28 February for a 29th.

    No working day is waited for: the day that is told is never too late.
    """
    return months_after(paris_date(complained_at), 12)


def notice_cause(
    *, state: ComplaintState, capacity: Capacity, unresolved_from: date, today: date
) -> Cause | None:
    """Why the notice is to be given today, None while it is not (law.md M-02, M-04)."""
    if capacity != Capacity.CONSUMER:
        return None
    if state == ComplaintState.REJECTED:
        return Cause.REJECTED
    if state == ComplaintState.OPEN and unresolved_from <= today:
        return Cause.UNRESOLVED
    return None


def missing_facts(*, name: str, website: str, address: str) -> tuple[str, ...]:
    """What the mediator's settings lack for a notice, in French."""
    known = {"name": name, "website": website, "address": address}
    return tuple(label for key, label in MEDIATOR_FACTS.items() if not known[key].strip())


def state_of(acts: Iterable[tuple[datetime, ComplaintState]]) -> ComplaintState:
    """Of what was said since the complaint: outcomes of answers, and ``OPEN`` for each new message."""
    ordered = sorted(acts, key=lambda act: act[0])
    return ordered[-1][1] if ordered else ComplaintState.OPEN


def kept_until(last_act: date) -> date:
    """Five years from what was said last (C. civ. art. 2224); 28 February for a 29th."""
    day = last_act
    for _ in range(KEPT_YEARS):
        day = months_after(day, 12)
    return day


@dataclass(frozen=True)
class Placeholder:
    name: str
    label: str


PLACEHOLDERS = (
    Placeholder("nom", "nom de la personne"),
    Placeholder("numero", "numéro de la réclamation"),
    Placeholder("date", "jour de la réclamation"),
    Placeholder("contrat", "référence de la commande ou de la proposition"),
)


def fill(text: str, facts: Mapping[str, str]) -> str:
    """A template of answer with its ``{placeholders}``; one without a fact stays, to be seen."""
    for item in PLACEHOLDERS:
        if facts.get(item.name):
            text = text.replace(f"{{{item.name}}}", facts[item.name])
    return text


def left_to_fill(text: str) -> tuple[str, ...]:
    """Placeholders that would leave as they are."""
    return tuple(f"{{{item.name}}}" for item in PLACEHOLDERS if f"{{{item.name}}}" in text)
