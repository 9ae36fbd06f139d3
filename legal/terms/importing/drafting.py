"""Recognised terms -> a draft. Importing the same file again rewrites its draft."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction

from legal.terms.actions import draft_terms, rewrite_draft
from legal.terms.importing.recognition import RecognisedTerms
from legal.terms.models import TermsVersion


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> str:
        return {
            Outcome.CREATED: "brouillon créé",
            Outcome.UPDATED: "brouillon mis à jour",
            Outcome.UNCHANGED: "brouillon inchangé",
        }[self]


@dataclass(frozen=True)
class Draft:
    version: TermsVersion
    outcome: Outcome


@transaction.atomic
def draft_imported(*, name: str, recognised: RecognisedTerms, user: Any = None) -> Draft:
    existing = (
        TermsVersion.objects.editable().select_for_update().filter(source_name=name[:200]).first()
    )
    if existing is None:
        version = draft_terms(user=user, text=recognised.text, source_name=name[:200])
        return Draft(version, Outcome.CREATED)
    if existing.text == recognised.text:
        return Draft(existing, Outcome.UNCHANGED)
    version = rewrite_draft(version=existing, user=user, text=recognised.text)
    return Draft(version, Outcome.UPDATED)
