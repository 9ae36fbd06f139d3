"""Giving back what was paid: rows in the caller's transaction, never more than was received."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import models, transaction
from django.db.models import Sum

from base.events import record
from shop.orders.models import Order
from shop.payments.models import Attempt, Refund, RefundState
from shop.payments.rules import AttemptState


class RefundRefused(Exception):
    """The French text says why."""


@transaction.atomic
def refund_order(
    *,
    order: Order,
    actor: str,
    reason: str,
    due_by: date,
    now: datetime,
    amount: Decimal | None = None,
) -> list[Refund]:
    """Everything that was paid unless ``amount`` says less, latest payment first.

    Raises RefundRefused for more than what is left.
    """
    left = paid_amount(order) - refunded_amount(order)
    wanted = left if amount is None else amount
    if wanted > left:
        raise RefundRefused("Le remboursement dépasse ce qui a été payé.")
    refunds = []
    for attempt in _paid_attempts(order).select_for_update(of=("self",)).order_by("-finished_at"):
        part = min(wanted, attempt.amount - _refunded(attempt))
        if part > 0:
            refunds.append(_write(attempt, part, actor, reason, due_by, now))
            wanted -= part
    return refunds


def _write(
    attempt: Attempt, amount: Decimal, actor: str, reason: str, due_by: date, now: datetime
) -> Refund:
    refund = Refund.objects.create(
        attempt=attempt,
        amount=amount,
        reason=reason[:300],
        actor=actor[:200],
        due_by=due_by,
        idempotency_key=f"refund-{attempt.pk}-{attempt.refunds.count() + 1}",
        stripe_id=None,
        created_at=now,
    )
    data = {"amount": amount, "due_by": due_by, "reason": reason}
    record("remboursement décidé", subject=refund, actor=actor, data=data, at=now)
    return refund


def paid_amount(order: Order) -> Decimal:
    total: Decimal | None = _paid_attempts(order).aggregate(total=Sum("amount"))["total"]
    return total or Decimal(0)


def refunded_amount(order: Order) -> Decimal:
    """What was given back or is on its way."""
    refunds = Refund.objects.filter(attempt__due__order=order).exclude(state=RefundState.FAILED)
    total: Decimal | None = refunds.aggregate(total=Sum("amount"))["total"]
    return total or Decimal(0)


def _paid_attempts(order: Order) -> models.QuerySet[Attempt]:
    return Attempt.objects.filter(due__order=order, state=AttemptState.SUCCEEDED.value)


def _refunded(attempt: Attempt) -> Decimal:
    refunds = attempt.refunds.exclude(state=RefundState.FAILED)
    total: Decimal | None = refunds.aggregate(total=Sum("amount"))["total"]
    return total or Decimal(0)
