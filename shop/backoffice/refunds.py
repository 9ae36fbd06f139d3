"""A refund that staff decide: never twice for one page, never later than the law says."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from shop.orders.models import Order
from shop.payments.models import Due, Refund, RefundState
from shop.payments.refund_rows import legal_day, refundable
from shop.payments.refunds import RefundRefused, paid_by_card, refund_contract, refunded_amount


@transaction.atomic
def refund_as_seen(
    *, order: Order, amount: Decimal, seen: Decimal, actor: str, reason: str, now: datetime
) -> list[Refund]:
    """``seen`` is what had been given back when the page was shown. Raises RefundRefused."""
    locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if refunded_amount(locked) != seen:
        raise RefundRefused(
            "Un remboursement a été enregistré depuis l’affichage de cette page : relisez-la."
        )
    refunds = refund_contract(
        contract=locked,
        actor=actor,
        reason=reason,
        due_by=legal_day(locked),
        now=now,
        amount=amount,
    )
    failed = Refund.objects.filter(attempt__due__order=locked, state=RefundState.FAILED)
    Due.objects.filter(pk__in=failed.values("attempt__due")).update(asks_staff="")
    return refunds


def refundable_by_card(order: Order) -> Decimal:
    return sum((refundable(attempt) for attempt in paid_by_card(order)), Decimal(0))
