"""Money that goes back: rows first, then Stripe with the key of each row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from shop.payments.models import Attempt, Contract, Due, Refund, RefundState, of_contract
from shop.payments.refund_rows import RefundRefused, give_back, paid_amount, refunded_amount
from shop.payments.rules import AttemptState, Channel
from shop.payments.tasks import send_refund_now

__all__ = ["RefundRefused", "paid_amount", "refund_contract", "refunded_amount"]

CARD_CHANNELS = (Channel.OFF_SESSION.value, Channel.CHECKOUT.value)


@transaction.atomic
def refund_contract(
    *,
    contract: Contract,
    actor: str,
    reason: str,
    due_by: date | None,
    now: datetime,
    amount: Decimal | None = None,
) -> list[Refund]:
    """Everything that was paid and not given back, or ``amount`` of it, the latest payment first.

    Raises RefundRefused for more than that.
    """
    list(Due.objects.select_for_update().of(contract).order_by("pk"))
    if due_by is not None:
        _date_gestures_on_their_way(contract, due_by)
    refunds = give_back(
        attempts=paid_by_card(contract),
        actor=actor,
        reason=reason,
        due_by=due_by,
        now=now,
        amount=amount,
    )
    for row in refunds:
        send_refund_now.enqueue(row.pk)
    return refunds


def paid_by_card(contract: Contract) -> QuerySet[Attempt]:
    """Payments that Stripe can give back, in the order in which a refund takes them.

    First the one whose refund failed: its credit note is issued, another payment would give a second.
    """
    failed = Refund.objects.filter(attempt=OuterRef("pk"), state=RefundState.FAILED)
    attempts = Attempt.objects.filter(
        **of_contract(contract, "due__"),
        state=AttemptState.SUCCEEDED,
        channel__in=CARD_CHANNELS,
    )
    ordered = attempts.annotate(has_failed=Exists(failed)).order_by("-has_failed", "-due__position")
    return ordered.select_related("due")


def _date_gestures_on_their_way(contract: Contract, due_by: date) -> None:
    """Money promised before a withdrawal is owed by the same day as the rest (law.md W-09)."""
    on_their_way = Refund.objects.filter(
        **of_contract(contract, "attempt__due__"),
        due_by__isnull=True,
        state__in=[RefundState.SENDING, RefundState.PENDING],
    )
    on_their_way.update(due_by=due_by)
