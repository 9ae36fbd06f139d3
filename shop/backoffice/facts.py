"""The facts of an order, from rows that are already in memory: a page of orders costs no more than one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from mail.models import OutgoingMessage
from shop.backoffice.next_action import DueFacts, NextAction, OrderFacts, next_action
from shop.cancelled_sessions.models import SessionOffer
from shop.changes.models import RequestOutcome
from shop.orders.confirmation import CONFIRMATION
from shop.orders.models import Order
from shop.orders.rules import OrderState
from shop.payments.models import Attempt, Contract, Due, Refund, RefundState
from shop.payments.refund_rows import was_redone
from shop.payments.rules import AttemptState, Channel
from shop.payments.transfers import ENDED_WITH_NOTHING_OWED, kept_transfers
from shop.withdrawal.models import ChargeFreeze
from shop.withdrawal.rules import REFUND_ALERT_DAYS, REFUND_DAYS, decide_by

ON_ITS_WAY = (RefundState.SENDING.value, RefundState.PENDING.value)


def orders_with_facts() -> QuerySet[Order]:
    """Orders with everything that ``facts_of`` reads."""
    freezes = ChargeFreeze.objects.standing().select_related("declaration")
    rows = Order.objects.annotate(key=Cast("pk", CharField()))
    settled = RequestOutcome.objects.applied().filter(request__order=OuterRef("pk"))
    rows = rows.annotate(
        confirmation_failed=Exists(failed_confirmations()), is_settled=Exists(settled)
    )
    return rows.prefetch_related(
        dues_with_facts(),
        waiting_offers(),
        Prefetch("freezes", freezes, to_attr="standing_freezes"),
    )


def dues_with_facts() -> Prefetch[Any]:
    """The dues of an order or of a proposal, with everything that ``due_facts`` reads."""
    attempts = Attempt.objects.select_related("mandate").prefetch_related("refunds")
    dues = Due.objects.order_by("position").prefetch_related(Prefetch("attempts", attempts))
    return Prefetch("dues", dues)


def failed_confirmations() -> QuerySet[OutgoingMessage]:
    """Of the order of the outer query, annotated with its ``key``."""
    found: QuerySet[OutgoingMessage] = OutgoingMessage.objects.undelivered().filter(
        template=CONFIRMATION, owner_type=Order._meta.label_lower, owner_id=OuterRef("key")
    )
    return found


def late_from(today: date) -> date:
    """Refunds due by then are followed by a person: ten days of the fourteen are gone (W-09)."""
    return today + timedelta(days=REFUND_DAYS - REFUND_ALERT_DAYS)


def for_staff(orders: QuerySet[Order], today: date) -> QuerySet[Order]:
    """Those whose next action is a person's: the same cases as ``next_action``."""
    refunds = Refund.objects.filter(
        attempt__due__order=OuterRef("pk"), state__in=ON_ITS_WAY, due_by__lte=late_from(today)
    )
    return orders.filter(
        Q(Exists(failed_confirmations()), state=OrderState.ACTIVE.value)
        | Exists(ChargeFreeze.objects.standing().filter(order=OuterRef("pk")))
        | Exists(Due.objects.filter(order=OuterRef("pk")).exclude(asks_staff=""))
        | Exists(kept_transfers().filter(due__order=OuterRef("pk")))
        | Exists(refunds)
    )


def action_of(order: Order, now: datetime) -> NextAction:
    today = timezone.localdate(now)
    return next_action(facts_of(order, today), today)


def facts_of(order: Order, today: date) -> OrderFacts:
    """``order`` comes from ``orders_with_facts``."""
    refunds = [refund for refund in refunds_of(order) if refund.state in ON_ITS_WAY]
    due_by = min((refund.due_by for refund in refunds if refund.due_by), default=None)
    freezes = order.standing_freezes  # type: ignore[attr-defined]
    decisions = [decide_by(freeze.declaration.received_at) for freeze in freezes]
    return OrderFacts(
        state=OrderState(order.state),
        starts_on=order.starts_on,
        ends_on=order.ends_on,
        confirmed=order.confirmation_accepted_at is not None,
        confirmation_failed=order.confirmation_failed,  # type: ignore[attr-defined]
        withdrawal_last_day=order.withdrawal_last_day,
        decide_by=min(decisions, default=None),
        refund_due_by=due_by,
        refund_is_late=due_by is not None and due_by <= late_from(today),
        give_back=_to_give_back(order),
        answer_by=answer_day(order) if order.is_active else None,
        charging_paused=order.charging_stopped_at is not None,
        dues=tuple(due_facts(due) for due in order.dues.all()),
    )


def waiting_offers() -> Prefetch[Any]:
    """Of a contract whose session is cancelled, as ``open_offers``."""
    return Prefetch("session_offers", SessionOffer.objects.waiting(), to_attr="open_offers")


def answer_day(contract: Contract) -> date | None:
    """The client's last day to say what becomes of it; read from ``waiting_offers``."""
    offers: list[SessionOffer] = contract.open_offers  # type: ignore[union-attr]  # see waiting_offers
    return min((offer.last_day for offer in offers), default=None)


def due_facts(due: Due) -> DueFacts:
    paid = any(attempt.state == AttemptState.SUCCEEDED for attempt in due.attempts.all())
    return DueFacts(
        label=due.label,
        amount=due.amount,
        due_on=due.due_on,
        charge_day=due.charge_day,
        is_open=not paid and due.stopped_at is None,
        asks_staff=due.asks_staff,
        asks_customer=due.get_asks_customer_display() if due.asks_customer else "",
        answer_by=min(deadlines(due), default=None),
    )


def deadlines(due: Due) -> Iterator[date]:
    """Last days to answer a bank, or to refund again what failed."""
    for attempt in due.attempts.all():
        if attempt.is_disputed and attempt.dispute_due_by:
            yield timezone.localdate(attempt.dispute_due_by)
        for refund in attempt.refunds.all():
            if refund.state == RefundState.FAILED and refund.due_by and not was_redone(refund):
                yield refund.due_by


def _to_give_back(order: Order) -> Decimal:
    if order.state not in ENDED_WITH_NOTHING_OWED:
        return Decimal(0)
    if order.state == OrderState.CANCELLED and order.is_settled:  # type: ignore[attr-defined]  # see orders_with_facts
        return sum((due.give_back or Decimal(0) for due in order.dues.all()), Decimal(0))
    kept = (
        attempt.amount
        for attempt in paid_attempts(order)
        if attempt.channel == Channel.TRANSFER
        and all(refund.state == RefundState.FAILED for refund in attempt.refunds.all())
    )
    return sum(kept, Decimal(0))


def paid_attempts(order: Order) -> Iterable[Attempt]:
    for due in order.dues.all():
        yield from (a for a in due.attempts.all() if a.state == AttemptState.SUCCEEDED)


def refunds_of(order: Order) -> Iterable[Refund]:
    for due in order.dues.all():
        for attempt in due.attempts.all():
            yield from attempt.refunds.all()


def paid_of(order: Order) -> Decimal:
    """What was paid, less what was given back or is on its way."""
    paid = sum((attempt.amount for attempt in paid_attempts(order)), Decimal(0))
    back = (refund.amount for refund in refunds_of(order) if refund.state != RefundState.FAILED)
    return paid - sum(back, Decimal(0))
