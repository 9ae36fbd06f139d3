"""The file of an agreement: laid out once from its frozen content, sealed, stored, then sent."""

from __future__ import annotations

from django.db import transaction

from base.clock import present
from documents.issued import IssuedDocument
from documents.issued import issue as issue_document
from shop.proposals.agreement.letters import acknowledge_contract
from shop.proposals.agreement.models import AGREEMENT_KIND, Agreement
from shop.proposals.agreement.people import inform_people
from shop.proposals.agreement.printing import TEMPLATE_VERSION, render_agreement, sealed
from shop.proposals.models import Proposal


def lay_out(agreement_id: int) -> IssuedDocument:
    """Stores the sealed PDF, queues the acknowledgement and informs who attends; never made again.

    Raises RenderingFailed, NoSealKey, SealFailed and TimestampUnavailable: the job tries again.
    """
    agreement = Agreement.objects.select_related("proposal").get(pk=agreement_id)
    if known := agreement.document:
        return known
    content, now = agreement.facts, present()
    rendered = sealed(render_agreement(content), content, now)
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update().get(pk=agreement.proposal_id)
        document = issue_document(
            kind=AGREEMENT_KIND,
            number=agreement.number,
            title="Convention de formation professionnelle",
            file_name=f"LEXOM-convention-{agreement.number}.pdf",
            owner=proposal,
            rendered=rendered,
            template_version=TEMPLATE_VERSION,
            context=agreement.content,
            terms_number=content.proposal.terms_number,
            sealed_at=now,
        )
        acknowledge_contract(agreement, document, now)
        inform_people(proposal, now)
    return document
