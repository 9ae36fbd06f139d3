"""What staff decide about a line: it pays this, it was sent back, it is none of our sales."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from base.events import record
from base.typography import euros
from shop.payments.bank.models import BankAllocation, BankLine, BankReturn
from shop.payments.companies import receive_transfer
from shop.payments.locking import lock_due
from shop.payments.models import Attempt, Due
from shop.payments.releasing import abandon
from shop.payments.rules import LIVE_STATES, AttemptState, Channel
from shop.payments.transfers import TransferRefused, record_transfer

ALLOCATED = "virement affecté"
ATTACHED = "virement rattaché à un paiement déjà noté"
RETURNED = "virement rendu"
SET_ASIDE = "virement écarté"
REOPENED = "virement à rapprocher de nouveau"


def allocate(
    *, line: BankLine, due: Due, amount: Decimal, actor: str, now: datetime
) -> BankAllocation:
    """The line, or so much of it, pays the due; the same again gives the row that exists.

    A due that a hand-noted transfer of this amount paid gets the line as its proof: no money is added.
    Raises TransferRefused, ChargeTooEarly, and Unanswered when Stripe does not answer.
    """
    for page in due.attempts.filter(state=AttemptState.NEEDS_CUSTOMER):
        abandon(page, now)
    return _allocate(line, due, amount, actor, now)


@transaction.atomic
def _allocate(
    line: BankLine, due: Due, amount: Decimal, actor: str, now: datetime
) -> BankAllocation:
    line = locked(line)
    known: BankAllocation | None = line.allocations.filter(attempt__due=due).first()
    if known is not None:
        return known
    _check(line, amount)
    noted = noted_payment(due)
    attempt = noted or _receive(line, due, amount, actor, now)
    if attempt.amount != amount or BankAllocation.objects.filter(attempt=attempt).exists():
        raise TransferRefused(
            f"Cette échéance est déjà payée, par un virement de {euros(attempt.amount)}."
        )
    allocation: BankAllocation = BankAllocation.append(
        line=line, attempt=attempt, amount=amount, actor=actor[:200], at=now
    )
    data = {"amount": amount, "due": due.position, "order": due.contract.payment_reference}
    record(ATTACHED if noted else ALLOCATED, subject=line, actor=actor, data=data, at=now)
    return allocation


def _receive(line: BankLine, due: Due, amount: Decimal, actor: str, now: datetime) -> Attempt:
    """A page that the customer opened meanwhile is not closed here: Stripe is asked in no transaction."""
    due = lock_due(due.pk)
    if due.attempts.filter(state__in=LIVE_STATES).exists():
        raise TransferRefused("Un paiement de cette échéance est en cours : attendez son issue.")
    receive = receive_transfer if due.proposal_id else record_transfer
    return receive(
        due=due,
        amount=amount,
        received_on=line.booked_on,
        reference=line.quoted,
        actor=actor,
        now=now,
    )


def noted_payment(due: Due) -> Attempt | None:
    """A transfer that somebody wrote down, and that no line of a statement proves yet."""
    paid = due.attempts.filter(channel=Channel.TRANSFER, state=AttemptState.SUCCEEDED)
    return paid.filter(bank_allocation__isnull=True).first()


@transaction.atomic
def record_return(
    *,
    line: BankLine,
    amount: Decimal,
    sent_on: date,
    reference: str,
    reason: str,
    actor: str,
    now: datetime,
) -> BankReturn:
    """What no sale takes was sent back; the same reference again gives the row that exists.

    Raises TransferRefused.
    """
    line = locked(line)
    known: BankReturn | None = line.returns.filter(reference=reference.strip()).first()
    if known is not None:
        return known
    _check(line, amount)
    if not line.booked_on <= sent_on <= timezone.localdate(now):
        raise TransferRefused(
            "Le virement rendu part au plus tôt le jour où l’argent est arrivé, au plus tard "
            "aujourd’hui."
        )
    row: BankReturn = BankReturn.append(
        line=line,
        amount=amount,
        sent_on=sent_on,
        reference=reference.strip(),
        reason=reason,
        actor=actor[:200],
        at=now,
    )
    data = {"amount": amount, "day": sent_on, "reference": reference, "reason": reason}
    record(RETURNED, subject=line, actor=actor, data=data, at=now)
    return row


@transaction.atomic
def set_aside(*, line: BankLine, reason: str, actor: str, now: datetime) -> BankLine:
    """What is left of it has nothing to do with a sale. Raises TransferRefused."""
    line = locked(line)
    if line.set_aside_at is not None:
        return line
    if not line.remainder:
        raise TransferRefused("Il ne reste rien de cette ligne.")
    line.set_aside_at, line.set_aside_reason = now, reason
    line.save(update_fields=["set_aside_at", "set_aside_reason"])
    record(SET_ASIDE, subject=line, actor=actor, data={"reason": reason}, at=now)
    return line


@transaction.atomic
def reopen(*, line: BankLine, reason: str, actor: str, now: datetime) -> BankLine:
    """It was set aside by mistake; nothing to do for a line that was not."""
    line = locked(line)
    if line.set_aside_at is None:
        return line
    line.set_aside_at, line.set_aside_reason = None, ""
    line.save(update_fields=["set_aside_at", "set_aside_reason"])
    record(REOPENED, subject=line, actor=actor, data={"reason": reason}, at=now)
    return line


def locked(line: BankLine) -> BankLine:
    """Held until the end of the transaction, then read with its sums."""
    BankLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    found: BankLine = BankLine.objects.with_sums().get(pk=line.pk)
    return found


def _check(line: BankLine, amount: Decimal) -> None:
    if line.set_aside_at is not None:
        raise TransferRefused("Cette ligne est écartée : remettez-la d’abord à rapprocher.")
    if not line.is_in_euros and amount:
        raise TransferRefused(
            f"Ce virement est en {line.currency} : rendez-le, ou notez à la main ce que la banque "
            "a crédité en euros."
        )
    if not Decimal(0) < amount <= line.remainder:
        raise TransferRefused(
            f"Il reste {euros(line.remainder)} de cette ligne : le montant doit être compris entre "
            "un centime et cette somme."
        )
