"""What a company owes for a proposal that it signed, and the transfers that pay it (CGV 2.1, 3.2).

A company pays what it wants when it wants: what comes is recorded, what is missing stays owed.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from base.events import record
from base.typography import euros
from shop.payments.locking import lock_due
from shop.payments.models import Attempt, Due
from shop.payments.releasing import abandon
from shop.payments.rules import LIVE_STATES, AttemptState
from shop.payments.transfers import TransferRefused, write_transfer
from shop.pricing.rules import DueKind
from shop.proposals.models import Proposal

NOON = time(12)


@transaction.atomic
def open_dues(*, proposal: Proposal, now: datetime) -> list[Due]:
    """The deposit is owed from the signature, the balance from the day after the training.

    In the caller's transaction, which holds the proposal; safe to repeat.
    """
    if known := list(Due.objects.of(proposal).order_by("position")):
        return known
    assert proposal.incl_vat  # noqa: S101  a signed proposal was issued
    deposit, today = proposal.deposit or Decimal(0), timezone.localdate(now)
    planned = (
        (DueKind.DEPOSIT, deposit, today, now),
        (DueKind.BALANCE, proposal.incl_vat - deposit, *balance_opening(proposal)),
    )
    dues = [
        Due.objects.create(
            proposal=proposal,
            kind=kind.value,
            position=position,
            amount=amount,
            due_on=due_on,
            not_before=not_before,
        )
        for position, (kind, amount, due_on, not_before) in enumerate(planned, start=1)
        if amount > 0
    ]
    data = {str(due.position): [due.amount, due.due_on] for due in dues}
    record("échéances ouvertes", subject=proposal, actor="LEXOM", data=data, at=now)
    return dues


def balance_opening(proposal: Proposal) -> tuple[date, datetime]:
    """The day after the training, when the balance is due, and the instant it may be asked for."""
    assert proposal.ends_on  # noqa: S101  a signed proposal was issued
    day = proposal.ends_on + timedelta(days=1)
    return day, timezone.make_aware(datetime.combine(day, NOON))


def deposit_is_received(proposal: Proposal) -> bool:
    """Every part of it; False as well while the proposal is not signed, and for a part given up."""
    deposits = Due.objects.of(proposal).filter(kind=DueKind.DEPOSIT.value)
    paid = deposits.filter(attempts__state=AttemptState.SUCCEEDED.value)
    return deposits.exists() and not deposits.exclude(pk__in=paid.values("pk")).exists()


def receive_transfer(
    *, due: Due, amount: Decimal, received_on: date, reference: str, actor: str, now: datetime
) -> Attempt:
    """Less than the due pays a part of it: the rest becomes a due of its own.

    Raises TransferRefused for more than the due, for one that is paid or on its way, and Unanswered
    when Stripe cannot close a payment page left open.
    """
    for page in due.attempts.filter(state=AttemptState.NEEDS_CUSTOMER):
        abandon(page, now)
    return _receive(due.pk, amount, received_on, reference.strip(), actor, now)


@transaction.atomic
def _receive(
    due_id: int, amount: Decimal, received_on: date, reference: str, actor: str, now: datetime
) -> Attempt:
    due = lock_due(due_id)
    _check(due, amount, received_on, reference, now)
    if amount < due.amount:
        _split(due, amount, now)
    return write_transfer(due, received_on, reference, actor, now)


def _check(due: Due, amount: Decimal, received_on: date, reference: str, now: datetime) -> None:
    if due.is_paid or due.stopped_at:
        raise TransferRefused("Cette échéance est déjà payée ou abandonnée.")
    if due.attempts.filter(state__in=LIVE_STATES).exists():
        raise TransferRefused("Un paiement de cette échéance est en cours : attendez son issue.")
    if not Decimal(0) < amount <= due.amount:
        raise TransferRefused(
            f"Cette échéance est de {euros(due.amount)} : affectez-lui au plus ce montant."
        )
    if not reference:
        raise TransferRefused("Indiquez la référence du virement, lue sur le relevé.")
    if received_on > timezone.localdate(now):
        raise TransferRefused("Cette date est à venir : attendez que le virement soit reçu.")


def _split(due: Due, amount: Decimal, now: datetime) -> Due:
    """``amount`` stays on this due, which it pays; the rest is owed as before, with its reminders."""
    last = Due.objects.of(due.contract).aggregate(last=Max("position"))["last"]
    rest = Due.objects.create(
        proposal=due.proposal,
        kind=due.kind,
        invoice=due.invoice,
        position=last + 1,
        amount=due.amount - amount,
        due_on=due.due_on,
        not_before=due.not_before,
        asks_customer=due.asks_customer,
        asked_at=due.asked_at,
        reminders=due.reminders,
        reminded_at=due.reminded_at,
        reminding_stopped_at=due.reminding_stopped_at,
    )
    due.amount = amount
    due.save(update_fields=["amount"])
    data = {"due": due.position, "amount": amount, "rest": rest.amount, "rest_due": rest.position}
    record("échéance payée en partie", subject=due.contract, actor="LEXOM", data=data, at=now)
    return rest
