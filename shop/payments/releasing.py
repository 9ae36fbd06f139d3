"""What could still take money or a card for an order that stopped, closed at Stripe."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from shop.orders.models import Order
from shop.payments import gateway
from shop.payments.gateway_errors import Refused
from shop.payments.mandates import detach_cards, sync_setup
from shop.payments.models import Attempt, Contract, MandateState, PaymentMandate, of_contract
from shop.payments.rules import AttemptState
from shop.payments.syncing import sync_payment
from shop.proposals.models import Proposal


def release(order_id: int, now: datetime) -> None:
    """Raises Unanswered: the reconciliation does it again."""
    expire_open_sessions(Order.objects.get(pk=order_id), now)
    detach_cards(now)


def expire_open_sessions(order: Order, now: datetime) -> None:
    pages = PaymentMandate.objects.filter(
        order=order, state=MandateState.PENDING, session_id__isnull=False, attempts__isnull=True
    )
    for mandate in pages:
        _end(gateway.expire_page, mandate.session_id or "")
        sync_setup(mandate.session_id or "", now)
    _abandon_waiting(order, now)


def close_pages_of_proposal(proposal_id: int, now: datetime) -> None:
    """Raises Unanswered."""
    _abandon_waiting(Proposal.objects.get(pk=proposal_id), now)


def _abandon_waiting(contract: Contract, now: datetime) -> None:
    waiting = Attempt.objects.filter(
        **of_contract(contract, "due__"),
        due__stopped_at__isnull=False,
        state=AttemptState.NEEDS_CUSTOMER,
    )
    for attempt in waiting.order_by("pk"):
        abandon(attempt, now)


def abandon(attempt: Attempt, now: datetime) -> Attempt:
    """Cancels an attempt that waits for its customer; one that was paid meanwhile is paid."""
    if attempt.session_id:
        _end(gateway.expire_page, attempt.session_id)
    elif attempt.payment_intent_id:
        _end(gateway.cancel_intent, attempt.payment_intent_id)
    return sync_payment(attempt, now)


def _end(call: Callable[[str], None], identifier: str) -> None:
    """What is no longer open has ended: what became of it is read next."""
    with suppress(Refused):
        call(identifier)
