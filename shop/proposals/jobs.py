"""Whatever was forgotten, and what midnight ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from base.clock import Job, register
from documents.issued import IssuedDocument
from shop.proposals.actions import expire_proposal, remind_proposal
from shop.proposals.models import DOCUMENT_KIND, Proposal
from shop.proposals.rules import REMINDER_DAYS
from shop.proposals.tasks import lay_out_proposal

PATIENCE = timedelta(minutes=5)
MORNING = 8  # o'clock in Paris


def register_jobs() -> None:
    register(Job("propositions à mettre en page", PATIENCE, lay_out_forgotten))
    register(Job("propositions expirées", timedelta(minutes=15), expire_overdue))
    register(Job("propositions à rappeler", timedelta(hours=1), remind_before_expiry))


def lay_out_forgotten(now: datetime) -> None:
    """A file that a failed task left behind is made again: the client waits for it."""
    for pk in proposals_without_file(now - PATIENCE):
        lay_out_proposal.enqueue(pk)


def proposals_without_file(before: datetime) -> list[int]:
    """Keys of what was issued before that instant and has no document."""
    filed = IssuedDocument.objects.filter(kind=DOCUMENT_KIND).values("owner_id")
    known = {int(owner) for (owner,) in filed.values_list("owner_id")}
    issued = Proposal.objects.numbered().filter(issued_at__lt=before).order_by("pk")
    return [pk for pk in issued.values_list("pk", flat=True) if pk not in known]


def expire_overdue(now: datetime) -> None:
    overdue = Proposal.objects.issued().filter(valid_until__lt=timezone.localdate(now))
    for pk in overdue.values_list("pk", flat=True):
        expire_proposal(proposal_id=pk, now=now)


def remind_before_expiry(now: datetime) -> None:
    """In the morning rather than at midnight."""
    local = timezone.localtime(now)
    if local.hour < MORNING:
        return
    ending = Proposal.objects.issued().filter(
        reminded_at__isnull=True,
        valid_until__gte=local.date(),
        valid_until__lte=local.date() + timedelta(days=REMINDER_DAYS),
    )
    for pk in ending.values_list("pk", flat=True):
        remind_proposal(proposal_id=pk, now=now)
