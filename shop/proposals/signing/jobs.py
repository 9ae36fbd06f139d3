from __future__ import annotations

from datetime import datetime, timedelta

from base.clock import Job, register
from shop.proposals.signing.filing import signatures_without_file
from shop.proposals.signing.tasks import file_signature

PATIENCE = timedelta(minutes=5)


def register_signing_jobs() -> None:
    register(Job("signatures à classer", PATIENCE, file_forgotten))


def file_forgotten(now: datetime) -> None:
    """Files that a failed task left behind are made again: the client waits for them."""
    for pk in signatures_without_file(now - PATIENCE):
        file_signature.enqueue(pk)
