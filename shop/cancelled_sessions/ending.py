"""The contract of a client who wants its money back ends, in the transaction of the answer."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from base.events import record
from shop.cancelled_sessions.models import SessionOffer
from shop.cancelled_sessions.rules import refund_due_by
from shop.orders.actions import end_order
from shop.orders.rules import OrderState
from shop.payments.models import Refund
from shop.payments.refunds import refund_contract
from shop.payments.stopping import stop_asking
from shop.proposals.agreement.moving import give_seats_back
from shop.proposals.models import Proposal

END_REASON = "session annulée par LEXOM"


def end_and_refund(offer: SessionOffer, *, actor: str, now: datetime) -> tuple[list[Refund], date]:
    """Nothing more is owed, the seats are free; cards are credited at once, a person sends transfers
    back. Returns the refunds by card and the last day for all of the money."""
    due_by = refund_due_by(
        cancelled_on=offer.cancellation.cancelled_on,
        answered_on=timezone.localdate(now),
        is_consumer=offer.is_consumer,
    )
    if offer.order:
        end_order(
            order=offer.order, state=OrderState.CANCELLED, actor=actor, reason=END_REASON, now=now
        )
    elif offer.proposal:
        _end_proposal(offer.proposal, actor, now)
    refunds = refund_contract(
        contract=offer.contract, actor=actor, reason=END_REASON, due_by=due_by, now=now
    )
    return refunds, due_by


def _end_proposal(proposal: Proposal, actor: str, now: datetime) -> None:
    """It stays signed, which it was; ``ended_at`` tells that it binds nobody any more."""
    give_seats_back(
        proposal_id=proposal.pk, count=proposal.seats_wanted, actor=actor, reason=END_REASON,
        now=now,
    )  # fmt: skip
    stop_asking(proposal=proposal, actor=actor, reason=END_REASON, now=now)
    proposal.ended_at, proposal.end_reason, proposal.asks_staff = now, END_REASON, ""
    proposal.save(update_fields=["ended_at", "end_reason", "asks_staff"])
    data = {"reason": END_REASON}
    record("Commande d’entreprise terminée", subject=proposal, actor=actor, data=data, at=now)
