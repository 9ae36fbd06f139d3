"""The file of a proposal: laid out once from its frozen content, sealed, stored, then sent."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from base.clock import present
from documents.issued import IssuedDocument
from documents.issued import issue as issue_document
from documents.rendering import Rendered
from shop.proposals.letters import send_proposal
from shop.proposals.models import DOCUMENT_KIND, Proposal
from shop.proposals.printing import TEMPLATE_VERSION, render_proposal, sealed
from shop.proposals.rules import ProposalState


def lay_out(proposal_id: int) -> IssuedDocument:
    """Stores the sealed PDF and queues its letter; the file that exists is never made again.

    Raises RenderingFailed, NoSealKey, SealFailed and TimestampUnavailable: the job tries again.
    """
    proposal = Proposal.objects.select_related("terms_version", "predecessor").get(pk=proposal_id)
    if known := proposal.document:
        return known
    content, now = proposal.facts, present()
    terms = IssuedDocument.objects.get(kind="terms", sha256=proposal.terms_sha256)
    return store(proposal, sealed(render_proposal(content, terms), content, now), now)


def store(proposal: Proposal, rendered: Rendered, now: datetime) -> IssuedDocument:
    """The row of a sealed file and its letter, which only leaves while the proposal is still offered."""
    with transaction.atomic():
        document = issue_document(
            kind=DOCUMENT_KIND,
            number=proposal.document_number,
            title="Proposition commerciale",
            file_name=f"LEXOM-proposition-{proposal.document_number}.pdf",
            owner=proposal,
            rendered=rendered,
            template_version=TEMPLATE_VERSION,
            context=proposal.content,
            terms_number=proposal.facts.terms_number,
            sealed_at=now,
            predecessor=proposal.predecessor.document if proposal.predecessor else None,
        )
        # Laying out takes seconds: meanwhile it may have been withdrawn or replaced.
        current = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if current.state == ProposalState.ISSUED:
            send_proposal(proposal, document)
    return document
