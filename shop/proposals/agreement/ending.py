"""A company's contract ends before its training: a fact on a proposal that stays signed (CGV 3.5)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from base.events import record
from shop.payments.stopping import stop_asking
from shop.proposals.agreement.moving import give_seats_back, refuse_ended
from shop.proposals.models import Proposal


@transaction.atomic
def end_contract(*, proposal_id: int, actor: str, reason: str, now: datetime) -> Proposal:
    """No seat is held any more, nothing is asked for. Raises ProposalRefused for one that has ended."""
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    refuse_ended(proposal)
    if proposal.seats_wanted:
        proposal = give_seats_back(
            proposal_id=proposal.pk,
            count=proposal.seats_wanted,
            actor=actor,
            reason=reason,
            now=now,
        )
    proposal.ended_at, proposal.end_reason, proposal.asks_staff = now, reason[:300], ""
    proposal.save(update_fields=["ended_at", "end_reason", "asks_staff"])
    stop_asking(proposal=proposal, actor=actor, reason=reason, now=now)
    data = {"reason": reason}
    record("Commande d’entreprise terminée", subject=proposal, actor=actor, data=data, at=now)
    return proposal
