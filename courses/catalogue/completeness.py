"""What a course must say before it can be sold (law.md T-03, T-14). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class RequiredFact:
    """``field`` of the course, its name in French, and the rule that demands it."""

    field: str
    label: str
    law: str


REQUIRED_FACTS = (
    RequiredFact("reference", "référence", "T-03"),
    RequiredFact("duration_days", "durée en jours", "T-03"),
    RequiredFact("duration_hours", "durée en heures", "T-03"),
    RequiredFact("objectives", "objectifs", "T-03"),
    RequiredFact("programme", "programme", "T-03"),
    RequiredFact("prerequisites", "prérequis", "T-03"),
    RequiredFact("audience", "public visé", "T-14"),
    RequiredFact("teaching_methods", "méthodes pédagogiques", "T-03"),
    RequiredFact("means", "moyens pédagogiques et techniques", "T-03"),
    RequiredFact("evaluation_methods", "modalités d’évaluation", "T-03"),
    RequiredFact("certificate", "sanction de la formation", "T-03"),
    RequiredFact("trainer_qualification", "titres et références des formateurs", "T-03"),
    RequiredFact("access_terms", "modalités d’accès", "T-14"),
    RequiredFact("access_delay", "délai d’accès", "T-14"),
    RequiredFact("accessibility_statement", "accessibilité aux personnes handicapées", "T-14"),
    RequiredFact("group_size_max", "effectif", "T-03"),
    RequiredFact("inter_price_excl_vat", "prix par personne", "T-14"),
    RequiredFact("content_updated_on", "date de mise à jour", "T-14"),
)


def missing_facts(facts: Mapping[str, object]) -> list[RequiredFact]:
    """Facts that are absent or empty; a price of 0 is a price, a number of 0 is a number."""
    return [fact for fact in REQUIRED_FACTS if facts.get(fact.field) in (None, "", [], ())]
