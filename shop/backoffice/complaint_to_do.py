"""What waits for a person about complaints, for « À faire aujourd’hui »."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from mail.labels import template_label
from mail.models import OutgoingMessage
from shop.complaints.letters import ANSWER, NOTICE, RECEIVED
from shop.complaints.mediation import missing_of_mediator
from shop.complaints.models import Complaint, MediationNotice

# Text, address, last day, whether it presses.
Waiting = tuple[str, str, date | None, bool]


def complaint_tasks(today: date) -> Iterator[Waiting]:
    for complaint in Complaint.objects.waiting():
        day = complaint.answer_due_on
        yield (
            f"{complaint}, {complaint.name} : {_asked(complaint, today)}",
            _page(complaint),
            day,
            day <= today,
        )
    yield from _held_back(today)
    yield from _to_post()
    yield from _lost()


def _asked(complaint: Complaint, today: date) -> str:
    """Two more words where nobody knows which contract it is about."""
    late = "réponse en retard" if complaint.answer_due_on < today else "à répondre"
    is_attached = complaint.order_id or complaint.proposal_id
    return late if is_attached else f"{late}, à rattacher"


def _held_back(today: date) -> Iterator[Waiting]:
    held = list(Complaint.objects.without_notice(today))
    missing = ", ".join(missing_of_mediator()) if held else ""
    for complaint in held if missing else ():
        text = f"{complaint} : l’avis de médiation ne part pas, il manque {missing} du médiateur"
        yield text, _page(complaint), None, True


def _to_post() -> Iterator[Waiting]:
    """Of whoever has no e-mail address."""
    rows = MediationNotice.objects.filter(posted_on__isnull=True, complaint__email="")
    alone = rows.filter(complaint__order__isnull=True, complaint__proposal__isnull=True)
    for notice in alone.select_related("complaint"):
        yield f"{notice} : à envoyer par courrier", _page(notice.complaint), None, True


def _lost() -> Iterator[Waiting]:
    """Messages that did not arrive; a notice that was posted since has arrived."""
    lost = OutgoingMessage.objects.undelivered().filter(
        owner_type=Complaint._meta.label_lower, template__in=(RECEIVED, ANSWER, NOTICE)
    )
    owners = Complaint.objects.select_related("notice").in_bulk({int(row.owner_id) for row in lost})
    for message in lost:
        complaint = owners[int(message.owner_id)]
        notice = complaint.known_notice
        if message.template == NOTICE and notice and notice.posted_on:
            continue
        text = f"{complaint} : {template_label(message.template)} non remis à {message.recipient}"
        yield text, _page(complaint), None, True


def _page(complaint: Complaint) -> str:
    return reverse("complaint:inspect", args=[complaint.pk])
