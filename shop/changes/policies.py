"""The rules of a version of the terms, and those that an order or a proposal was sold with."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from base.events import record
from legal.terms.models import TermsVersion
from shop.changes.models import TermsPolicy
from shop.changes.policy import CGV_POLICY, ChangePolicy, from_json, to_json


class PolicyRefused(Exception):
    """The message is one French sentence for staff; nothing was written."""


def policy_of(version: TermsVersion | None) -> ChangePolicy:
    """The figures of its row, or those of the published CGV."""
    row = TermsPolicy.objects.filter(version=version).first() if version else None
    return from_json(row.content) if row else CGV_POLICY


@transaction.atomic
def set_policy(
    *, version: TermsVersion, policy: ChangePolicy, actor: str, now: datetime
) -> TermsPolicy:
    """Of a draft: what was approved is what was read. Raises PolicyRefused."""
    locked = TermsVersion.objects.select_for_update().get(pk=version.pk)
    if locked.approved_at is not None:
        raise PolicyRefused(
            "Cette version est approuvée : ses règles d’annulation ne changent plus."
        )
    row, _ = TermsPolicy.objects.update_or_create(
        version=locked, defaults={"content": to_json(policy)}
    )
    record("Règles d’annulation fixées", subject=locked, actor=actor, data=to_json(policy), at=now)
    return row
