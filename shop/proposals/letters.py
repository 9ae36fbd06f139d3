from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.conf import settings

from base.organisation import Organisation
from documents.issued import IssuedDocument
from mail.actions import queue_message
from mail.models import OutgoingMessage, OutgoingMessageQuerySet
from mail.rules import Attachment
from shop.proposals.models import Proposal

PROPOSAL = "proposal"
REMINDER = "proposal_reminder"
WITHDRAWN = "proposal_withdrawn"
REQUEST_RECEIVED = "proposal_request"
REQUEST_ANNOUNCED = "proposal_request_announcement"


def send_proposal(proposal: Proposal, document: IssuedDocument) -> None:
    """Its link and its file, once; in the transaction that stored it."""
    queue_message(
        event_key=f"proposal-{proposal.pk}",
        template=PROPOSAL,
        to=proposal.email,
        context=proposal_context(proposal) | {"file_name": document.file_name},
        subject_owner=proposal,
        attachments=[Attachment(document.sha256, document.file_name)],
    )


def remind_of_expiry(proposal: Proposal) -> None:
    queue_message(
        event_key=f"proposal-{proposal.pk}-reminder",
        template=REMINDER,
        to=proposal.email,
        context=proposal_context(proposal),
        subject_owner=proposal,
    )


def announce_withdrawal(proposal: Proposal) -> None:
    """To whoever was sent the proposal; a request that was never answered calls for a person's words."""
    if not was_sent(proposal):
        return
    queue_message(
        event_key=f"proposal-{proposal.pk}-withdrawn",
        template=WITHDRAWN,
        to=proposal.email,
        context=proposal_context(proposal),
        subject_owner=proposal,
    )


def was_sent(proposal: Proposal) -> bool:
    return letters_of(proposal).exists()


def letters_of(proposal: Proposal) -> OutgoingMessageQuerySet:
    """The letter that carries it, and each time that it was sent again."""
    found: OutgoingMessageQuerySet = OutgoingMessage.objects.filter(
        template=PROPOSAL, owner_type=Proposal._meta.label_lower, owner_id=str(proposal.pk)
    )
    return found


def acknowledge_request(proposal: Proposal) -> None:
    queue_message(
        event_key=f"proposal-request-{proposal.pk}",
        template=REQUEST_RECEIVED,
        to=proposal.email,
        context=proposal_context(proposal),
        subject_owner=proposal,
    )


def announce_request(proposal: Proposal, reasons: Sequence[str]) -> None:
    """Tells the company; the answer button of the mail program writes to the client."""
    queue_message(
        event_key=f"proposal-request-{proposal.pk}",
        template=REQUEST_ANNOUNCED,
        to=Organisation.current().email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        context=proposal_context(proposal) | {"reasons": reasons},
        subject_owner=proposal,
        reply_to=proposal.email,
    )


def proposal_context(proposal: Proposal) -> dict[str, Any]:
    site = settings.SITE_URL.rstrip("/")
    content = proposal.current if proposal.content else None
    return {
        "proposal": proposal,
        "content": content,
        "proposal_url": site + proposal.get_absolute_url(),
    }
