"""The contract of a client who wants its money back ends, in the transaction of the answer."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from shop.cancelled_sessions.models import SessionOffer
from shop.cancelled_sessions.rules import refund_due_by
from shop.orders.actions import end_order
from shop.orders.rules import OrderState
from shop.payments.models import Refund
from shop.payments.refunds import refund_contract
from shop.proposals.agreement.ending import end_contract

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
        end_contract(proposal_id=offer.proposal.pk, actor=actor, reason=END_REASON, now=now)
    refunds = refund_contract(
        contract=offer.contract, actor=actor, reason=END_REASON, due_by=due_by, now=now
    )
    return refunds, due_by
