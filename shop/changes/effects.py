"""What a settled request does to its contract; always inside the transaction of a verb of ``actions``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Max
from django.utils import timezone

from base.events import record
from base.typography import euros
from shop.changes.letters import tell_outcome
from shop.changes.models import RequestOutcome, WrittenRequest
from shop.changes.rules import Cause, Quote, Wish
from shop.changes.tasks import invoice_outcome_now
from shop.orders.actions import end_order
from shop.orders.models import Order
from shop.orders.rules import OrderState
from shop.payments.models import Attempt, Contract, Due, of_contract
from shop.payments.refund_rows import refundable
from shop.payments.refunds import paid_by_card, refund_contract
from shop.payments.rules import LIVE_STATES, AttemptState, Channel
from shop.pricing.rules import DueKind
from shop.proposals.agreement.ending import end_contract
from shop.proposals.agreement.models import Participant
from shop.proposals.agreement.moving import give_seats_back
from shop.proposals.models import Proposal

REFUND_WITHIN = timedelta(days=14)
TERMS = "CGV"


class ChangeRefused(Exception):
    """The message is one French sentence for whoever asked; nothing was written."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """``text`` is what staff write to the client; the terms decide by themselves without a word."""

    actor: str
    cause: Cause
    now: datetime
    text: str = ""


def apply(asked: WrittenRequest, quoted: Quote, decision: Decision) -> RequestOutcome:
    """Raises ChangeRefused, and ProposalRefused or OrderRefused for a contract that has ended."""
    contract = asked.contract
    ends = isinstance(contract, Order) or asked.heads == contract.seats_wanted
    outcome = write_outcome(asked, quoted, decision, ends=ends)
    if isinstance(contract, Order):
        _end_order(contract, asked, quoted, decision)
    elif ends:
        end_contract(
            proposal_id=contract.pk, actor=decision.actor, reason=reason_of(asked), now=decision.now
        )
        _give_back(contract, asked, quoted.refund, decision)
        _ask_for(contract, quoted.owed, decision.now)
    else:
        _lower(contract, asked, quoted, decision)
    if ends:
        invoice_outcome_now.enqueue(outcome.pk)
    tell_outcome(outcome)
    return outcome


def write_outcome(
    asked: WrittenRequest, quoted: Quote, decision: Decision, *, ends: bool, applied: bool = True
) -> RequestOutcome:
    amounts = {
        name: getattr(quoted, name) for name in ("due", "training", "kept", "refund", "owed")
    }
    outcome = RequestOutcome.append(
        request=asked,
        applied=applied,
        ends=ends,
        cause=decision.cause.value,
        clause=quoted.clause,
        explanation=quoted.explanation,
        **(amounts if applied else {}),
        text=decision.text,
        decided_by=decision.actor[:200],
        decided_at=decision.now,
    )
    label = Wish(asked.wish).label
    data = amounts | {"clause": quoted.clause, "reason": decision.text, "people": asked.people}
    name = f"{label.capitalize()} {'appliquée' if applied else 'écartée'}"
    if asked.wish == Wish.POSTPONE:
        name = f"Report {'appliqué' if applied else 'écarté'}"
    record(name, subject=asked.contract, actor=decision.actor, data=data, at=decision.now)
    return outcome


def reason_of(asked: WrittenRequest) -> str:
    return f"Annulation demandée par {asked.asked_by}"


def _end_order(order: Order, asked: WrittenRequest, quoted: Quote, decision: Decision) -> None:
    end_order(
        order=order,
        state=OrderState.CANCELLED,
        actor=decision.actor,
        reason=reason_of(asked),
        now=decision.now,
    )
    _give_back(order, asked, quoted.refund, decision)
    _ask_for(order, quoted.owed, decision.now)


def _give_back(
    contract: Contract, asked: WrittenRequest, amount: Decimal, decision: Decision
) -> None:
    """By card what was paid by card; a transfer goes back by hand, and somebody is told."""
    by_card = min(amount, sum((refundable(item) for item in paid_by_card(contract)), Decimal(0)))
    if by_card > 0:
        refund_contract(
            contract=contract,
            actor=decision.actor,
            reason=reason_of(asked),
            due_by=timezone.localdate(decision.now) + REFUND_WITHIN,
            now=decision.now,
            amount=by_card,
        )
    if by_hand := amount - by_card:
        paid = Due.objects.of(contract).filter(
            attempts__state=AttemptState.SUCCEEDED, attempts__channel=Channel.TRANSFER
        )
        last = paid.order_by("-position").first()
        assert last is not None  # noqa: S101  what no card paid came by transfer
        last.asks_staff = f"Rendre {euros(by_hand)} par virement : {reason_of(asked).lower()}"[:300]
        last.save(update_fields=["asks_staff"])


def _ask_for(contract: Contract, amount: Decimal, now: datetime) -> Due | None:
    """Owed at once: the terms say so of a company (CGV 3.5), staff decided it for a consumer."""
    if amount <= 0:
        return None
    last = Due.objects.of(contract).aggregate(last=Max("position"))["last"] or 0
    due = Due.objects.create(
        **of_contract(contract),
        kind=DueKind.INDEMNITY.value,
        position=last + 1,
        amount=amount,
        due_on=timezone.localdate(now),
        not_before=now,
    )
    data = {"due": due.position, "amount": amount}
    record("Indemnité due", subject=contract, actor="LEXOM", data=data, at=now)
    return due


def _lower(proposal: Proposal, asked: WrittenRequest, quoted: Quote, decision: Decision) -> None:
    """Some people leave: their share only. The balance falls by what their deposit did not pay."""
    share = quoted.whole
    give_seats_back(
        proposal_id=proposal.pk,
        count=asked.heads,
        actor=decision.actor,
        reason=reason_of(asked),
        now=decision.now,
    )
    _remove_people(proposal, asked.people, decision)
    _lower_balance(proposal, share - quoted.paid, decision.now)
    _ask_for(proposal, quoted.owed, decision.now)


def _remove_people(proposal: Proposal, names: list[str], decision: Decision) -> None:
    """Those who were named; a place without a name has no row."""
    wanted = list(names)
    for person in Participant.objects.filter(proposal=proposal).attending():
        if str(person) in wanted:
            wanted.remove(str(person))
            person.removed_at, person.removed_by = decision.now, decision.actor[:200]
            person.save(update_fields=["removed_at", "removed_by"])


def _lower_balance(proposal: Proposal, amount: Decimal, now: datetime) -> None:
    """Raises ChangeRefused when the balance is paid already, shared with a fund, or being paid."""
    balance = Due.objects.of(proposal).filter(kind=DueKind.BALANCE.value).unpaid()
    rest = amount
    for due in balance.select_for_update().order_by("-position"):
        if Attempt.objects.filter(due=due, state__in=LIVE_STATES).exists():
            raise ChangeRefused("Un paiement de cette commande est en cours : attendez son issue.")
        part = min(rest, due.amount)
        _take_off(due, part, now)
        rest -= part
    if rest > 0:
        raise ChangeRefused(
            "Le solde de cette commande est déjà payé ou partagé avec un OPCO : une personne reprend "
            "les montants avec vous."
        )


def _take_off(due: Due, part: Decimal, now: datetime) -> None:
    if part <= 0:
        return
    before = due.amount
    if part == due.amount:
        due.stopped_at, due.next_try_at, due.asks_customer = now, None, ""
    else:
        due.amount -= part
    due.save(update_fields=["amount", "stopped_at", "next_try_at", "asks_customer"])
    data = {"due": due.position, "before": before, "amount": before - part}
    record("Échéance réduite", subject=due.contract, actor=TERMS, data=data, at=now)
