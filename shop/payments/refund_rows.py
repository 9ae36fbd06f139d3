"""What may still be given back, and the row that says it will be (invariant I2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from base.events import record
from base.money import round_cents
from shop.orders.models import Order
from shop.payments.models import Attempt, Contract, Refund, RefundState, of_contract
from shop.payments.rules import AttemptState


class RefundRefused(Exception):
    """The message is one French sentence for staff."""


def paid_amount(contract: Contract) -> Decimal:
    paid = Attempt.objects.filter(**of_contract(contract, "due__"), state=AttemptState.SUCCEEDED)
    return round_cents(paid.aggregate(total=Sum("amount"))["total"] or Decimal(0))


def refunded_amount(contract: Contract) -> Decimal:
    """What was or is being given back; a refund that failed is not."""
    refunds = Refund.objects.filter(**of_contract(contract, "attempt__due__"))
    given = refunds.exclude(state=RefundState.FAILED).aggregate(total=Sum("amount"))
    return round_cents(given["total"] or Decimal(0))


def refundable(attempt: Attempt) -> Decimal:
    given = attempt.refunds.exclude(state=RefundState.FAILED).aggregate(total=Sum("amount"))
    return attempt.amount - (given["total"] or Decimal(0))


def was_redone(refund: Refund) -> bool:
    """It failed, and what was given back after it reached the customer; reads ``attempt.refunds``."""
    if refund.state != RefundState.FAILED:
        return False
    later = (item for item in refund.attempt.refunds.all() if item.pk > refund.pk)
    arrived = (item.amount for item in later if item.state == RefundState.SUCCEEDED)
    return sum(arrived, Decimal(0)) >= refund.amount


def legal_day(contract: Contract) -> date | None:
    """Last day of the refund that a withdrawal (law.md W-09) or a session cancelled by us (T-13)
    gives; None for a gesture. A company has no right of withdrawal."""
    days = list(_days(contract.session_offers.all()))
    if isinstance(contract, Order):
        days += _days(contract.withdrawals.all())
    return min(days, default=None)


def _days(rows: QuerySet[Any]) -> Iterator[date]:
    yield from rows.filter(refund_due_by__isnull=False).values_list("refund_due_by", flat=True)


def give_back(
    *,
    attempts: Iterable[Attempt],
    actor: str,
    reason: str,
    due_by: date | None,
    now: datetime,
    amount: Decimal | None = None,
) -> list[Refund]:
    """In the caller's transaction, which holds the dues."""
    return [
        _write(attempt, part, actor, reason, due_by, now)
        for attempt, part in parts_of(attempts, amount)
    ]


def parts_of(attempts: Iterable[Attempt], amount: Decimal | None) -> list[tuple[Attempt, Decimal]]:
    """What each payment gives back, in the order given; None stands for everything that is left.

    Raises RefundRefused for more than that, or for nothing.
    """
    if amount is not None and amount <= 0:
        raise RefundRefused("Le montant à rembourser doit être positif.")
    rest, parts = amount, []
    for attempt in attempts:
        part = refundable(attempt) if rest is None else min(rest, refundable(attempt))
        if part:
            parts.append((attempt, part))
            rest = None if rest is None else rest - part
    if rest:
        raise RefundRefused("Ce remboursement dépasse ce qui a été payé.")
    return parts


def _write(
    attempt: Attempt,
    amount: Decimal,
    actor: str,
    reason: str,
    due_by: date | None,
    now: datetime,
) -> Refund:
    refund = Refund.objects.create(
        attempt=attempt,
        amount=amount,
        reason=reason[:300],
        actor=actor[:200],
        due_by=due_by,
        idempotency_key=f"{attempt.idempotency_key}-refund-{attempt.refunds.count() + 1}",
        created_at=now,
    )
    record(
        "remboursement décidé",
        subject=attempt.due.contract,
        actor=actor,
        data={"refund": refund.pk, "amount": amount, "reason": reason, "due_by": due_by},
        at=now,
    )
    return refund
