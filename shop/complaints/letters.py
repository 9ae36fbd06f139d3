"""What its author reads of a complaint: that it arrived, what is answered, which mediator there is."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from base.organisation import Organisation
from documents.issued import IssuedDocument
from legal.notices.mediator import Mediator
from mail.actions import queue_message, queue_whatever_happens
from mail.models import OutgoingMessage
from mail.rules import Attachment
from shop.complaints.models import Complaint, ComplaintAnswer, ComplaintMessage, MediationNotice

RECEIVED = "complaint_received"
MESSAGE_RECEIVED = "complaint_message"
ANSWER = "complaint_answer"
NOTICE = "mediation_notice"
UNWRITTEN = "Message de réclamation non écrit"


def acknowledge(complaint: Complaint) -> None:
    """The same words whoever complains of whatever contract; a clock job tries again what fails here."""
    if complaint.email:
        queue_whatever_happens(
            lambda: _send(complaint, RECEIVED, "received", complaint.email, {}),
            subject=complaint,
            failure=UNWRITTEN,
        )


def acknowledge_message(message: ComplaintMessage) -> None:
    complaint = message.complaint
    if complaint.email:
        key, context = f"message-{message.pk}", {"message": message}
        queue_whatever_happens(
            lambda: _send(complaint, MESSAGE_RECEIVED, key, complaint.email, context),
            subject=complaint,
            failure=UNWRITTEN,
        )


def send_answer(answer: ComplaintAnswer) -> OutgoingMessage:
    """Of a complaint that has an address."""
    complaint = answer.complaint
    context = {"answer": answer, "mediator": Mediator.current()}
    return _send(complaint, ANSWER, f"answer-{answer.pk}", complaint.address, context)


def send_notice(notice: MediationNotice, document: IssuedDocument) -> OutgoingMessage | None:
    """The file itself, on a durable medium (law.md M-02); None where only the post goes."""
    complaint = notice.complaint
    if not complaint.address:
        return None
    attached = [Attachment(document.sha256, document.file_name)]
    context = {"notice": notice, "facts": notice.facts, "file_name": document.file_name}
    return _send(complaint, NOTICE, "notice", complaint.address, context, attached)


def _send(
    complaint: Complaint,
    template: str,
    key: str,
    to: str,
    context: dict[str, Any],
    attachments: list[Attachment] | None = None,
) -> OutgoingMessage:
    """Our own address answers: files are sent to it."""
    site = settings.SITE_URL.rstrip("/")
    own = {"complaint": complaint, "complaint_url": site + complaint.get_absolute_url()}
    return queue_message(
        event_key=f"complaint-{complaint.pk}-{key}",
        template=template,
        to=to,
        context=own | context,
        subject_owner=complaint,
        attachments=attachments or [],
        reply_to=Organisation.current().email,
    )
