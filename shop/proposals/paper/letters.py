from __future__ import annotations

from django.utils import timezone

from base.typography import french_instant
from mail.actions import queue_message
from shop.proposals.letters import proposal_context
from shop.proposals.paper.models import PaperReturn

PAPER_RECEIVED = "paper_received"
PAPER_REFUSED = "paper_refused"


def acknowledge_return(paper: PaperReturn) -> None:
    """To whoever sent it, or else to the person who asked."""
    files = list(paper.files.all())
    queue_message(
        event_key=f"paper-{paper.pk}-received",
        template=PAPER_RECEIVED,
        to=paper.email or paper.proposal.email,
        context=proposal_context(paper.proposal)
        | {
            "files": files,
            "count": len(files),
            "received": french_instant(timezone.localtime(paper.received_at)),
        },
        subject_owner=paper.proposal,
    )


def tell_refusal(paper: PaperReturn, *, may_send_again: bool) -> None:
    queue_message(
        event_key=f"paper-{paper.pk}-refused",
        template=PAPER_REFUSED,
        to=paper.email or paper.proposal.email,
        context=proposal_context(paper.proposal)
        | {
            "reason": paper.reason,
            "received": french_instant(timezone.localtime(paper.received_at)),
            "may_send_again": may_send_again,
        },
        subject_owner=paper.proposal,
    )
