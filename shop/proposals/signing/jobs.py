from __future__ import annotations

from datetime import datetime, timedelta

from base.clock import Job, register
from shop.proposals.signing.filing import signatures_without_file
from shop.proposals.signing.models import Signing
from shop.proposals.signing.tasks import file_signature

PATIENCE = timedelta(minutes=5)
DAY = timedelta(days=1)
KEPT_UNFINISHED = timedelta(days=90)


def register_signing_jobs() -> None:
    register(Job("signatures à classer", PATIENCE, file_forgotten))
    register(Job("signatures abandonnées", DAY, forget_unfinished))


def file_forgotten(now: datetime) -> None:
    """Files that a failed task left behind are made again: the client waits for them."""
    for pk in signatures_without_file(now - PATIENCE):
        file_signature.enqueue(pk)


def forget_unfinished(now: datetime) -> None:
    """Names, addresses and hashed codes of people who signed nothing prove nothing (GDPR, art. 5)."""
    Signing.objects.filter(finished_at__isnull=True, begun_at__lt=now - KEPT_UNFINISHED).delete()
