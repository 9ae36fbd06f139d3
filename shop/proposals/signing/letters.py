from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings

from base.organisation import Organisation
from mail.actions import queue_message
from mail.models import OutgoingMessage
from mail.rules import Attachment
from shop.proposals.letters import proposal_context
from shop.proposals.models import Proposal
from shop.proposals.signing.models import ProposalSignature, Signing
from shop.proposals.signing.rules import CODE_LIFETIME

CODE = "signature_code"
FORWARDED = "proposal_forwarded"
SIGNED = "proposal_signed"


def send_code(signing: Signing, code: str) -> OutgoingMessage:
    minutes = int(CODE_LIFETIME.total_seconds() // 60)
    return queue_message(
        event_key=f"signing-{signing.pk}-code-{signing.codes_sent}",
        template=CODE,
        to=signing.email,
        context=proposal_context(signing.proposal)
        | {"signing": signing, "code": code, "minutes": minutes},
        subject_owner=signing.proposal,
    )


def forward_proposal(proposal: Proposal, *, to: str, sender: str, now: datetime) -> OutgoingMessage:
    """The link, to a colleague; the same address receives it once an hour."""
    return queue_message(
        event_key=f"proposal-{proposal.pk}-forward-{now:%Y%m%d%H}",
        template=FORWARDED,
        to=to,
        context=proposal_context(proposal) | {"sender": sender},
        subject_owner=proposal,
    )


def send_signature(signature: ProposalSignature, attachments: Sequence[Attachment]) -> None:
    """To the signatory, to the person who asked and to the company, each once."""
    proposal = signature.proposal
    ours = Organisation.current().email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    known: set[str] = set()
    for address in (signature.email, proposal.email, ours):
        if not address or address.casefold() in known:
            continue
        known.add(address.casefold())
        queue_message(
            event_key=f"proposal-{proposal.pk}-signed",
            template=SIGNED,
            to=address,
            context=proposal_context(proposal)
            | {
                "signature": signature,
                "files": [attachment.file_name for attachment in attachments],
                "is_ours": address == ours,
            },
            subject_owner=proposal,
            attachments=attachments,
        )
