"""What the rows of complaints must never say, one French line a fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from base.civil_dates import paris_date
from shop.complaints.jobs import notices_without_file, without_acknowledgement
from shop.complaints.mediation import missing_of_mediator
from shop.complaints.models import Complaint, MediationNotice
from shop.complaints.rules import Capacity, ComplaintState, state_of
from shop.proposals.integrity import BATCH, FILE_PATIENCE, number_gaps

NOTICE_PATIENCE = timedelta(hours=1)


def complaint_faults() -> Iterator[str]:
    now = timezone.now()
    rows = Complaint.objects.order_by("year", "sequence")
    yield from number_gaps("Réclamations", rows.values_list("year", "sequence", "number"))
    yield from _states()
    yield from _notices(now)
    for complaint in without_acknowledgement().filter(recorded_at__lt=now - FILE_PATIENCE):
        yield f"{complaint} : l’accusé de réception n’a pas été écrit."
    for notice in notices_without_file(now - FILE_PATIENCE):
        yield f"{notice} : le fichier n’a pas été établi."


def _states() -> Iterator[str]:
    rows = Complaint.objects.order_by("pk").prefetch_related("messages", "answers")
    for complaint in rows.iterator(chunk_size=BATCH):
        acts = [(message.recorded_at, ComplaintState.OPEN) for message in complaint.messages.all()]
        acts += [
            (answer.answered_at, ComplaintState(answer.outcome))
            for answer in complaint.answers.all()
            if answer.outcome
        ]
        if state_of(acts) != complaint.state:
            yield f"{complaint} : son état n’est pas celui de sa dernière réponse."


def _notices(now: datetime) -> Iterator[str]:
    for notice in MediationNotice.objects.select_related("complaint").order_by("pk"):
        said = (notice.facts.number, notice.facts.last_day, notice.facts.issued_on)
        if said != (notice.complaint.number, notice.last_day, notice.issued_on):
            yield f"{notice} : les colonnes et le contenu diffèrent."
    if missing_of_mediator():
        return  # told to staff every day, see shop.backoffice.complaint_to_do
    late = Complaint.objects.without_notice(paris_date(now)).filter(
        state=ComplaintState.REJECTED.value, capacity=Capacity.CONSUMER.value
    )
    for complaint in late.exclude(answers__answered_at__gte=now - NOTICE_PATIENCE):
        yield f"{complaint} : rejetée, et le client n’a pas reçu l’avis de médiation."
