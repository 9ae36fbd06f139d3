"""What a settled request does to its contract; always inside the transaction of a verb of ``actions``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone

from base.events import record
from base.typography import french_date
from courses.sessions.models import CourseSession
from courses.sessions.seats import release_seats
from shop.changes.letters import tell_outcome
from shop.changes.models import RequestOutcome, WrittenRequest
from shop.changes.reading import ordered_on, policy_of_contract
from shop.changes.rules import Cause, Quote, Wish, last_new_start
from shop.changes.tasks import invoice_outcome_now
from shop.invoices.planning import final_invoice_of
from shop.orders.actions import end_order
from shop.orders.models import Order
from shop.orders.moving import move_order
from shop.orders.rules import OrderState
from shop.payments.companies import balance_opening
from shop.payments.models import Attempt, Contract, Due, of_contract
from shop.payments.refund_rows import refundable
from shop.payments.refunds import paid_by_card, refund_contract
from shop.payments.rules import LIVE_STATES, AttemptState, Channel
from shop.pricing.rules import DueKind
from shop.proposals.agreement.ending import end_contract
from shop.proposals.agreement.moving import give_seats_back, move_proposal
from shop.proposals.agreement.people import start_list
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
    if asked.wish == Wish.POSTPONE and quoted.keeps_contract:
        return postpone(asked, quoted, decision, asked.session)
    refuse_invoiced(contract)
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
        _close_window(contract, decision.now)
        invoice_outcome_now.enqueue(outcome.pk)
    tell_outcome(outcome)
    return outcome


def refuse_invoiced(contract: Contract) -> None:
    """Raises ChangeRefused for a training that was given: only a credit note corrects its invoice."""
    if final_invoice_of(contract):
        raise ChangeRefused(
            "La formation est facturée comme donnée : elle ne s’annule plus. Un avoir corrige la facture."
        )


def _close_window(contract: Contract, now: datetime) -> None:
    """No date is awaited any more: one was chosen, or the contract has ended."""
    RequestOutcome.objects.all().of(contract).with_open_window().update(window_closed_at=now)


def write_outcome(
    asked: WrittenRequest,
    quoted: Quote,
    decision: Decision,
    *,
    ends: bool,
    applied: bool = True,
    **postponed: Any,
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
        **postponed,
    )
    label = Wish(asked.wish).label
    data = {
        "clause": quoted.clause, "amount": quoted.due, "kept": quoted.kept,
        "given_back": quoted.refund, "owed": quoted.owed, "reason": decision.text,
        "people": asked.people,
    }  # fmt: skip
    name = f"{label.capitalize()} {'appliquée' if applied else 'écartée'}"
    if asked.wish == Wish.POSTPONE:
        name = f"Report {'appliqué' if applied else 'écarté'}"
    record(name, subject=asked.contract, actor=decision.actor, data=data, at=decision.now)
    return outcome


def postpone(
    asked: WrittenRequest, quoted: Quote, decision: Decision, session: CourseSession | None
) -> RequestOutcome:
    """To another session, or to a date still to be chosen before the end of the window (CGV 3.6).

    What is kept of the deposit is an indemnity: the price that it paid is owed again. Raises
    OrderRefused, ProposalRefused and SeatsRefused.
    """
    contract = asked.contract
    last = last_new_start(policy_of_contract(contract), ordered_on(contract))
    window = last if session is None else None
    outcome = write_outcome(
        asked, quoted, decision, ends=False, moved_to=session, window_until=window
    )
    if session is not None:
        _move(contract, session, asked, decision)
        _close_window(contract, decision.now)
    elif isinstance(contract, Proposal):
        _leave_session(contract, last, decision)
    if isinstance(contract, Proposal) and quoted.kept > 0:
        _ask_again(contract, quoted.kept, decision.now)
    tell_outcome(outcome)
    return outcome


def _move(
    contract: Contract, session: CourseSession, asked: WrittenRequest, decision: Decision
) -> None:
    facts = {"session_id": session.pk, "actor": decision.actor, "now": decision.now}
    if isinstance(contract, Order):
        move_order(order=contract, reason=reason_of(asked), **facts)
    else:
        move_proposal(proposal_id=contract.pk, reason=reason_of(asked), **facts)


def _leave_session(proposal: Proposal, last: date, decision: Decision) -> None:
    """Its seats are free; no balance is owed until others are held."""
    locked = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if locked.session_id and locked.seats_held:
        release_seats(session_id=locked.session_id, count=locked.seats_held)
    locked.seats_held = 0
    locked.asks_staff = (
        f"Report : choisir une session qui commence au plus tard le {french_date(last)}"
    )
    locked.save(update_fields=["seats_held", "asks_staff"])


def _ask_again(proposal: Proposal, amount: Decimal, now: datetime) -> Due:
    """A part of the price that the deposit no longer pays, owed with the balance."""
    last = Due.objects.of(proposal).aggregate(last=Max("position"))["last"] or 0
    due_on, not_before = balance_opening(Proposal.objects.get(pk=proposal.pk))
    due = Due.objects.create(
        proposal=proposal,
        kind=DueKind.BALANCE.value,
        position=last + 1,
        amount=amount,
        due_on=due_on,
        not_before=not_before,
    )
    data = {"due": due.position, "amount": amount}
    record("Acompte conservé, prix redû", subject=proposal, actor=TERMS, data=data, at=now)
    return due


def reason_of(asked: WrittenRequest) -> str:
    return f"{Wish(asked.wish).label.capitalize()} à la demande de {asked.asked_by}"


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
    """By card what was paid by card; a transfer goes back by hand, and its due says how much."""
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
    _give_back_by_hand(contract, amount - by_card)


def _give_back_by_hand(contract: Contract, amount: Decimal) -> None:
    """The latest transfers first."""
    transfers = Attempt.objects.filter(
        **of_contract(contract, "due__"),
        state=AttemptState.SUCCEEDED,
        channel=Channel.TRANSFER,
    )
    rest = amount
    for attempt in transfers.select_related("due").order_by("-due__position"):
        part = min(rest, refundable(attempt))
        if part > 0:
            attempt.due.give_back = part
            attempt.due.save(update_fields=["give_back"])
            rest -= part


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
    """Some people leave: their share only. The balance falls by what is not kept of it."""
    give_seats_back(
        proposal_id=proposal.pk,
        count=asked.heads,
        actor=decision.actor,
        reason=reason_of(asked),
        now=decision.now,
    )
    _remove_people(proposal, asked.people, decision)
    _lower_balance(proposal, quoted.whole - quoted.kept, decision.now)
    _ask_for(proposal, quoted.owed, decision.now)


def _remove_people(proposal: Proposal, names: list[str], decision: Decision) -> None:
    """Those who were named; a place without a name has no row."""
    wanted = list(names)
    for person in start_list(proposal, decision.now):
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
