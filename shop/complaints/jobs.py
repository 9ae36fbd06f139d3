"""What the clock does about complaints; each of these may run twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from base.civil_dates import paris_date
from base.clock import Job, register
from documents.issued import IssuedDocument
from mail.models import OutgoingMessage
from shop.complaints.letters import RECEIVED, acknowledge
from shop.complaints.mediation import notice_if_due
from shop.complaints.models import NOTICE_KIND, Complaint, ComplaintQuerySet, MediationNotice
from shop.complaints.tasks import lay_out_notice

PATIENCE = timedelta(minutes=5)
ACTOR = "horloge"


def register_jobs() -> None:
    register(Job("réclamations", timedelta(minutes=10), look_after_complaints))


def look_after_complaints(now: datetime) -> None:
    for complaint in without_acknowledgement():
        acknowledge(complaint)
    for pk in Complaint.objects.without_notice(paris_date(now)).values_list("pk", flat=True):
        _tell(pk, now)
    for notice in notices_without_file(now - PATIENCE):
        lay_out_notice.enqueue(notice.pk)


@transaction.atomic
def _tell(complaint_pk: int, now: datetime) -> None:
    """Of what is still unsettled once its row is locked."""
    complaint = Complaint.objects.select_for_update().get(pk=complaint_pk)
    notice_if_due(complaint, actor=ACTOR, now=now)


def without_acknowledgement() -> ComplaintQuerySet:
    """Complaints whose message could not even be written."""
    sent = OutgoingMessage.objects.filter(
        template=RECEIVED,
        owner_type=Complaint._meta.label_lower,
        owner_id=OuterRef("key"),
    )
    rows: ComplaintQuerySet = Complaint.objects.annotate(key=Cast("pk", CharField()))
    return rows.filter(~Exists(sent)).exclude(email="")


def notices_without_file(before: datetime) -> list[MediationNotice]:
    """What was issued before that instant and has no document."""
    filed = IssuedDocument.objects.filter(kind=NOTICE_KIND).values("number")
    rows = MediationNotice.objects.filter(issued_at__lt=before).select_related("complaint")
    return list(rows.exclude(complaint__number__in=filed))
