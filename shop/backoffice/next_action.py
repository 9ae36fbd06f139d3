"""Who does what next about an order, and when: from its facts, never stored. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from base.typography import euros
from shop.orders.rules import OrderState


class Who(StrEnum):
    STAFF = "staff"
    CUSTOMER = "customer"
    SITE = "site"
    FUND = "fund"
    NOBODY = "nobody"

    @property
    def label(self) -> str:
        """Whose turn it is; empty when nobody has to act."""
        people = {Who.STAFF: "Équipe", Who.CUSTOMER: "Client", Who.FUND: "OPCO"}
        return people.get(self, "")


@dataclass(frozen=True, kw_only=True)
class DueFacts:
    """``charge_day``: first Paris day of a charge, None while nothing may be asked for."""

    label: str
    amount: Decimal
    due_on: date
    charge_day: date | None = None
    is_open: bool = True  # neither paid nor given up
    asks_staff: str = ""
    asks_customer: str = ""
    answer_by: date | None = None  # of a dispute, or of a refund that failed


@dataclass(frozen=True, kw_only=True)
class OrderFacts:
    """``decide_by`` is set while a declaration holds the charges back (F-10); ``refund_due_by`` while
    money is on its way back; ``give_back`` is what a person must send back by transfer; ``answer_by``
    is the client's last day to choose what becomes of a cancelled session."""

    state: OrderState
    starts_on: date
    ends_on: date
    confirmed: bool = True
    confirmation_failed: bool = False
    withdrawal_last_day: date | None = None
    decide_by: date | None = None
    refund_due_by: date | None = None
    refund_is_late: bool = False
    give_back: Decimal = Decimal(0)
    answer_by: date | None = None
    charging_paused: bool = False
    dues: tuple[DueFacts, ...] = ()


@dataclass(frozen=True)
class NextAction:
    who: Who
    text: str
    on: date | None = None

    @property
    def is_for_staff(self) -> bool:
        return self.who == Who.STAFF

    def is_overdue(self, today: date) -> bool:
        return self.on is not None and self.on < today

    def pressing(self, today: date) -> date:
        """Sorts what is to be done: staff's own work counts for today when it has no day."""
        return self.on or (today if self.is_for_staff else date.max)


SESSION_CANCELLED = "Session annulée : le client choisit un remboursement ou une autre date"
NOTHING = NextAction(Who.NOBODY, "Rien à faire")


def next_action(facts: OrderFacts, today: date) -> NextAction:
    """Staff first, then the customer, then what the site does by itself, the earliest day first."""
    return _for_staff(facts) or _for_customer(facts) or _for_site(facts, today) or NOTHING


def _for_staff(facts: OrderFacts) -> NextAction | None:
    if facts.confirmation_failed and facts.state == OrderState.ACTIVE:
        return NextAction(Who.STAFF, "Confirmation non remise : corriger l’adresse")
    if facts.decide_by:
        return NextAction(Who.STAFF, "Rétractation à étudier", facts.decide_by)
    if facts.give_back:
        return NextAction(Who.STAFF, f"Rendre {euros(facts.give_back)} par virement")
    for due in facts.dues:
        if due.asks_staff:
            return NextAction(Who.STAFF, due.asks_staff, due.answer_by)
    if facts.refund_is_late:
        return NextAction(Who.STAFF, "Remboursement à suivre", facts.refund_due_by)
    return None


def _for_customer(facts: OrderFacts) -> NextAction | None:
    if facts.answer_by:
        return NextAction(Who.CUSTOMER, SESSION_CANCELLED, facts.answer_by)
    if facts.charging_paused:
        return None
    for due in facts.dues:
        if due.asks_customer and due.is_open:
            return NextAction(Who.CUSTOMER, f"{due.label} : le client doit {due.asks_customer}")
    return None


def _for_site(facts: OrderFacts, today: date) -> NextAction | None:
    if facts.refund_due_by:
        return NextAction(Who.SITE, "Remboursement en cours", facts.refund_due_by)
    if facts.state not in (OrderState.ACTIVE, OrderState.COMPLETED):
        return None
    if not facts.confirmed:
        return NextAction(Who.SITE, "Confirmation en cours d’envoi")
    if facts.charging_paused and any(due.is_open for due in facts.dues):
        return NextAction(Who.NOBODY, "Prélèvements suspendus")
    coming = [step for step in _coming(facts, today) if step.on]
    return min(coming, key=lambda step: step.on or today, default=None)


def _coming(facts: OrderFacts, today: date) -> list[NextAction]:
    steps = [
        NextAction(
            Who.SITE, f"{due.label} : {euros(due.amount)} à débiter", due.charge_day or due.due_on
        )
        for due in facts.dues
        if due.is_open
    ]
    if facts.withdrawal_last_day and today <= facts.withdrawal_last_day:
        end = NextAction(Who.SITE, "Fin du délai de rétractation", facts.withdrawal_last_day)
        steps.append(end)
    if today <= facts.ends_on:
        steps.append(NextAction(Who.SITE, "Formation", facts.starts_on))
    return steps
