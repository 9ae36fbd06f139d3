"""What a declaration does to one order; always inside the transaction of a verb of ``actions``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from base.events import record
from shop.orders.actions import end_order
from shop.orders.models import Order
from shop.orders.rules import OrderState
from shop.payments.refunds import refund_contract
from shop.withdrawal.deadline import is_in_time
from shop.withdrawal.mails import announce_effect, announce_late
from shop.withdrawal.models import (
    ChargeFreeze,
    MatchOutcome,
    WithdrawalDeclaration,
    WithdrawalMatch,
)
from shop.withdrawal.rules import refund_due_by

END_REASON = "rétractation du client"
EVENTS = {
    MatchOutcome.ACCEPTED: "Rétractation prise en compte",
    MatchOutcome.LATE: "Rétractation reçue après le délai",
    MatchOutcome.REFUSED: "Rétractation écartée",
    MatchOutcome.ALREADY: "Rétractation répétée",
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    actor: str
    reason: str
    now: datetime


def apply(
    declaration: WithdrawalDeclaration, order: Order, decision: Decision, *, even_late: bool = False
) -> WithdrawalMatch:
    """Ends the order when the declaration was sent in time, or when staff accept it all the same."""
    locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if locked.state == OrderState.WITHDRAWN:
        return write_match(declaration, locked, MatchOutcome.ALREADY, decision)
    if even_late or is_in_time(locked, declaration.sent_at):
        return _accept(declaration, locked, decision)
    return _keep_for_staff(declaration, locked, decision)


def _accept(
    declaration: WithdrawalDeclaration, order: Order, decision: Decision
) -> WithdrawalMatch:
    actor, now = decision.actor, decision.now
    end_order(order=order, state=OrderState.WITHDRAWN, actor=actor, reason=END_REASON, now=now)
    due_by = refund_due_by(declaration.received_at)
    refunds = refund_contract(
        contract=order, actor=actor, reason=END_REASON, due_by=due_by, now=now
    )
    match = write_match(declaration, order, MatchOutcome.ACCEPTED, decision, due_by)
    announce_effect(match, refunds)
    return match


def _keep_for_staff(
    declaration: WithdrawalDeclaration, order: Order, decision: Decision
) -> WithdrawalMatch:
    """Never refused by the machine (F-07): the period may be longer than computed (W-05)."""
    match = write_match(declaration, order, MatchOutcome.LATE, decision)
    freeze(declaration, order, actor=decision.actor, now=decision.now)
    announce_late(match)
    return match


def write_match(
    declaration: WithdrawalDeclaration,
    order: Order | None,
    outcome: MatchOutcome,
    decision: Decision,
    due_by: date | None = None,
) -> WithdrawalMatch:
    """The latest decision about a pair; the earlier ones stay in the journal."""
    match, _ = WithdrawalMatch.objects.update_or_create(
        declaration=declaration,
        order=order,
        defaults={
            "outcome": outcome,
            "decided_by": decision.actor[:200],
            "reason": decision.reason,
            "decided_at": decision.now,
            "refund_due_by": due_by,
        },
    )
    data = {"order": order.reference if order else "", "reason": decision.reason}
    record(EVENTS[outcome], subject=declaration, actor=decision.actor, data=data, at=decision.now)
    return match


def freeze(
    declaration: WithdrawalDeclaration, order: Order, *, actor: str, now: datetime
) -> ChargeFreeze:
    row, created = ChargeFreeze.objects.get_or_create(
        declaration=declaration, order=order, defaults={"created_at": now}
    )
    if created:
        data = {"declaration": declaration.pk}
        record("Prélèvements gelés", subject=order, actor=actor, data=data, at=now)
    return row


def lift(row: ChargeFreeze, *, actor: str, reason: str, now: datetime) -> None:
    row.lifted_at, row.lifted_by = now, actor[:200]
    row.save(update_fields=["lifted_at", "lifted_by"])
    data = {"declaration": row.declaration_id, "reason": reason}
    record("Gel des prélèvements levé", subject=row.order, actor=actor, data=data, at=now)


def lift_all(
    declaration: WithdrawalDeclaration,
    *,
    order: Order | None = None,
    actor: str,
    reason: str,
    now: datetime,
) -> None:
    """The freezes of a declaration, or the one of ``order``."""
    standing = ChargeFreeze.objects.standing().filter(declaration=declaration)
    rows = standing if order is None else standing.filter(order=order)
    for row in rows.select_related("order").select_for_update(of=("self",)):
        lift(row, actor=actor, reason=reason, now=now)
