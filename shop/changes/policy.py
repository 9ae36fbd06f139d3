"""What terms of sale say of cancelling and postponing, as data (CGV 2.1, 2.2, 3.5 to 3.7). Pure.

Attached to a version of the terms and copied on each order and proposal: a later version changes
nothing of what was sold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cattrs.preconf.json import make_converter


class Kept(StrEnum):
    DEPOSIT = "deposit"
    WHOLE = "whole"

    @property
    def label(self) -> str:
        return {
            Kept.DEPOSIT: "l’acompte versé reste acquis",
            Kept.WHOLE: "le prix entier est dû",
        }[self]


@dataclass(frozen=True)
class Tier:
    """Holds from ``days`` before the first day, counted from receipt in Paris dates."""

    days: int
    keeps: Kept
    clause: str


@dataclass(frozen=True)
class ChangePolicy:
    """``tiers`` from the longest notice to none; ``postponements`` is how many a client may ask for.

    The clauses are numbers of articles of the version that holds them.
    """

    tiers: tuple[Tier, ...]
    postponement_months: int
    postponement_clause: str
    postponements: int
    absence_clause: str
    conclusion_clause: str
    amendment_clause: str

    def tier(self, days: int) -> Tier:
        """Of a request received that many days before the first day; negative once it has begun."""
        return next((tier for tier in self.tiers if days >= tier.days), self.tiers[-1])


# The figures of the terms that LEXOM has published; a version that says otherwise has its own row.
CGV_POLICY = ChangePolicy(
    tiers=(Tier(15, Kept.DEPOSIT, "3.5"), Tier(0, Kept.WHOLE, "3.5")),
    postponement_months=6,
    postponement_clause="3.6",
    postponements=1,
    absence_clause="3.7",
    conclusion_clause="2.2",
    amendment_clause="2.1",
)


@dataclass(frozen=True)
class PolicyRow:
    """A line of the table that a buyer reads: when, what it costs, the article that says so."""

    when: str
    cost: str
    clause: str


def company_rows(policy: ChangePolicy) -> Iterator[PolicyRow]:
    previous = None
    for tier in policy.tiers:
        when = (
            f"Annuler {tier.days} jours ou plus avant le début"
            if previous is None
            else f"Annuler moins de {previous} jours avant le début, ou après"
        )
        yield PolicyRow(when, _capitalized(tier.keeps.label), tier.clause)
        previous = tier.days
    months, clause = policy.postponement_months, policy.postponement_clause
    yield PolicyRow(
        f"Reporter avant le début, dans les {months} mois de la commande",
        "L’acompte versé reste acquis à titre d’indemnité, le prix reste dû",
        clause,
    )
    yield PolicyRow(
        "Reporter pendant la formation, ou au-delà de ce délai", "Le prix entier est dû", clause
    )
    yield PolicyRow("Un participant est absent", "Le prix ne change pas", policy.absence_clause)


def consumer_rows(policy: ChangePolicy) -> Iterator[PolicyRow]:
    """The terms as mandatory law lets them hold for a natural person (law.md 3.1)."""
    clause = policy.tiers[0].clause
    yield PolicyRow("Pendant le délai de rétractation", "Gratuit, sans motif", "")
    yield PolicyRow(
        "Annuler ensuite, avant le début",
        "Au plus l’acompte déjà versé ; une personne décide, jamais le prix entier",
        clause,
    )
    yield PolicyRow(
        "Arrêter pendant la formation",
        "Au plus l’acompte, ou le prix des heures données s’il est plus élevé",
        clause,
    )
    yield PolicyRow(
        "Force majeure, motif légitime et impérieux",
        "Seules les heures données sont dues",
        clause,
    )
    yield PolicyRow(
        "Reporter avant le début",
        "Sans frais ; une personne vous propose une autre date",
        policy.postponement_clause,
    )


def _capitalized(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


_converter = make_converter()


def to_json(policy: ChangePolicy) -> dict[str, Any]:
    facts: dict[str, Any] = _converter.unstructure(policy)
    return facts


def from_json(facts: dict[str, Any]) -> ChangePolicy:
    """Raises cattrs.ClassValidationError for facts that ``to_json`` did not write."""
    return _converter.structure(facts, ChangePolicy)
