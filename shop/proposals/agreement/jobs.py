"""Whatever was forgotten: a contract that nobody concluded, an agreement without its file."""

from __future__ import annotations

from datetime import datetime, timedelta

from base.clock import Job, register
from documents.issued import IssuedDocument
from shop.proposals.agreement.actions import conclude
from shop.proposals.agreement.models import AGREEMENT_KIND, Agreement
from shop.proposals.agreement.tasks import lay_out_agreement
from shop.proposals.models import Proposal

PATIENCE = timedelta(minutes=5)


def register_jobs() -> None:
    register(Job("propositions à conclure", timedelta(minutes=15), conclude_forgotten))
    register(Job("conventions à mettre en page", PATIENCE, lay_out_forgotten))


def conclude_forgotten(now: datetime) -> None:
    """Of what is signed, each one whose deposit came in the meantime."""
    waiting = Proposal.objects.binding().filter(definitive_at__isnull=True).order_by("pk")
    for pk in waiting.values_list("pk", flat=True):
        conclude(proposal_id=pk, now=now)


def lay_out_forgotten(now: datetime) -> None:
    for agreement in agreements_without_file(now - PATIENCE):
        lay_out_agreement.enqueue(agreement.pk)


def agreements_without_file(before: datetime) -> list[Agreement]:
    """What was issued before that instant and has no document."""
    filed = IssuedDocument.objects.filter(kind=AGREEMENT_KIND).values("number")
    return list(Agreement.objects.filter(issued_at__lt=before).exclude(number__in=filed))
