"""What the rows of cancelled sessions must never say, one French line a fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from courses.sessions.rules import SessionState
from shop.cancelled_sessions.models import SessionCancellation, SessionOffer
from shop.cancelled_sessions.reading import signed_on
from shop.cancelled_sessions.rules import OfferState, answers_until
from shop.orders.models import Order
from shop.payments.refund_rows import paid_amount, refunded_amount
from shop.payments.transfers import kept_transfers

PATIENCE = timedelta(hours=1)


def cancellation_faults() -> Iterator[str]:
    yield from _open_sessions()
    yield from _forgotten_contracts()
    yield from _late_answers()
    yield from _refunds()
    yield from _moves()


def _open_sessions() -> Iterator[str]:
    rows = SessionCancellation.objects.exclude(session__state=SessionState.CANCELLED.value)
    for cancellation in rows.select_related("session__course", "session__venue"):
        yield f"{cancellation} : la session est de nouveau ouverte."


def _forgotten_contracts() -> Iterator[str]:
    """Somebody still counts on a session that does not take place."""
    before = timezone.now() - PATIENCE
    old = SessionCancellation.objects.filter(cancelled_at__lt=before).values("session")
    orders = Order.objects.active().filter(session__in=old)
    offered = SessionOffer.objects.filter(order__isnull=False).values("order")
    for order in orders.exclude(pk__in=offered):
        yield f"{order} : session annulée, aucune proposition au client."
    proposals = signed_on(old)
    offered = SessionOffer.objects.filter(proposal__isnull=False).values("proposal")
    for proposal in proposals.exclude(pk__in=offered):
        yield f"{proposal} : session annulée, aucune proposition au client."


def _late_answers() -> Iterator[str]:
    now = timezone.now()
    for offer in SessionOffer.objects.waiting().select_related("order", "proposal"):
        if now > answers_until(offer.last_day) + PATIENCE:
            yield f"{offer} : le délai est passé sans remboursement."


def _refunds() -> Iterator[str]:
    """The contract has ended, and every euro is back, on its way, or to be sent by transfer."""
    for offer in SessionOffer.objects.refunded().select_related("order", "proposal"):
        contract = offer.contract
        if contract.ended_at is None:
            yield f"{offer} : le contrat n’est pas terminé."
        if contract.dues.unpaid().exists():
            yield f"{offer} : une échéance reste ouverte."
        kept = kept_transfers().filter(due__in=contract.dues.all())
        left = paid_amount(contract) - refunded_amount(contract)
        if left != sum(attempt.amount for attempt in kept):
            yield f"{offer} : {left} € payés ne sont ni rendus ni à rendre."


def _moves() -> Iterator[str]:
    rows = SessionOffer.objects.filter(state=OfferState.MOVED.value).select_related("cancellation")
    for offer in rows:
        if not offer.cancellation.alternatives.filter(pk=offer.chosen_id).exists():
            yield f"{offer} : la session choisie n’était pas proposée."
