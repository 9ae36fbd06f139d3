"""An invoice that is late is followed, reminded of, held back or given up (law.md section 7, CGV 3.4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from base.events import record
from shop.collection.letters import send_reminder
from shop.collection.models import CollectionCase, CollectionReminder
from shop.collection.reading import (
    case_with_facts,
    debts_of,
    debts_on,
    known_rates,
    situation_of,
    unpaid_of,
)
from shop.collection.rules import Hold, StepKind, next_step
from shop.invoices.content import InvoiceKind
from shop.invoices.models import Invoice
from shop.orders.models import Order
from shop.payments.models import Due
from shop.proposals.models import Proposal

AUTHOR = "LEXOM"


class CollectionRefused(Exception):
    """The message is one French sentence for staff; nothing was written."""


@transaction.atomic
def open_case(*, invoice: Invoice, now: datetime) -> CollectionCase | None:
    """Once for each final invoice that its client has not paid in time; None while it is not late.

    Its levels of reminders take over from the reminders of payments.
    """
    locked = _lock_contract(invoice)
    known = CollectionCase.objects.filter(invoice=invoice).first()
    if known or invoice.kind != InvoiceKind.FINAL:
        return known
    today = timezone.localdate(now)
    if not any(debt.remaining and debt.due_on < today for debt in debts_on(invoice)):
        return None
    case = CollectionCase.objects.create(invoice=invoice, opened_at=now)
    data = {"number": invoice.number, "due_by": invoice.due_on}
    record("Impayé suivi", subject=locked, actor=AUTHOR, data=data, at=now)
    return case


@transaction.atomic
def follow_case(*, case_id: int, now: datetime) -> CollectionCase:
    """What its payments changed, then the reminder whose day has come; safe to repeat.

    A company's case alone is reminded of: of a consumer nothing is automatic here (L-07).
    """
    lock_case(case_id)
    case = case_with_facts(case_id)
    _settle(case, now)
    if case.is_professional and not case.settled_at:
        _quiet(case, now)
        _remind(case, now)
    return case


def _settle(case: CollectionCase, now: datetime) -> None:
    """Money that turns out to be missing opens it again."""
    is_paid = unpaid_of(debts_of(case)) == 0
    if is_paid == (case.settled_at is not None):
        return
    case.settled_at = now if is_paid else None
    case.save(update_fields=["settled_at"])
    name = "Impayé réglé" if is_paid else "Impayé rouvert"
    record(name, subject=case.contract, actor=AUTHOR, data={"number": case.invoice.number}, at=now)


def _quiet(case: CollectionCase, now: datetime) -> None:
    """Two kinds of reminders for one sum would be one too many."""
    asked = Due.objects.of(case.contract).of_price().filter(reminding_stopped_at__isnull=True)
    asked.exclude(asks_customer="").update(reminding_stopped_at=now)


def _remind(case: CollectionCase, now: datetime) -> None:
    today = timezone.localdate(now)
    step = next_step(situation_of(case, today, known_rates()))
    if step.kind != StepKind.REMIND or step.level is None or (step.on and step.on > today):
        return
    reminder = CollectionReminder.append(
        case=case, level=step.level.number, amount=unpaid_of(debts_of(case)), sent_on=today
    )
    send_reminder(reminder)
    data = {
        "number": case.invoice.number, "amount": reminder.amount, "text": step.level.label,
    }  # fmt: skip
    record("Relance envoyée", subject=case.contract, actor=AUTHOR, data=data, at=now)


@transaction.atomic
def hold_case(
    *, case_id: int, hold: Hold, reason: str, actor: str, now: datetime
) -> CollectionCase:
    """Nothing is sent any more. Raises CollectionRefused when that is so already, or all is paid."""
    case = lock_case(case_id)
    if case.hold:
        raise CollectionRefused("Ce recouvrement est déjà en attente : reprenez-le d’abord.")
    if case.settled_at:
        raise CollectionRefused("Cette facture est réglée : plus rien ne part.")
    case.hold, case.hold_reason = hold.value, reason[:300]
    case.save(update_fields=["hold", "hold_reason"])
    data = {"number": case.invoice.number, "reason": reason, "text": hold.label}
    record("Recouvrement en attente", subject=case.contract, actor=actor, data=data, at=now)
    return case


@transaction.atomic
def resume_case(*, case_id: int, reason: str, actor: str, now: datetime) -> CollectionCase:
    """Raises CollectionRefused when it is not held."""
    case = lock_case(case_id)
    if not case.hold:
        raise CollectionRefused("Ce recouvrement n’est pas en attente.")
    data = {"number": case.invoice.number, "reason": reason, "before": case.hold_reason}
    case.hold = case.hold_reason = ""
    case.save(update_fields=["hold", "hold_reason"])
    record("Recouvrement repris", subject=case.contract, actor=actor, data=data, at=now)
    return case


@transaction.atomic
def waive_penalties(*, case_id: int, reason: str, actor: str, now: datetime) -> CollectionCase:
    """LEXOM asks for no more penalties; those that are invoiced stay owed. Raises CollectionRefused."""
    case = lock_case(case_id)
    if case.waived_at:
        raise CollectionRefused("Les pénalités de cette facture sont déjà abandonnées.")
    case.waived_at, case.waiver = now, reason[:300]
    case.save(update_fields=["waived_at", "waiver"])
    data = {"number": case.invoice.number, "reason": reason}
    record("Pénalités abandonnées", subject=case.contract, actor=actor, data=data, at=now)
    return case


def lock_case(case_id: int) -> CollectionCase:
    """Until the caller's transaction ends: its contract first, as everywhere, then the case."""
    _lock_contract(CollectionCase.objects.select_related("invoice").get(pk=case_id).invoice)
    rows = CollectionCase.objects.select_for_update(of=("self",)).select_related(
        "invoice__proposal", "invoice__order"
    )
    return rows.get(pk=case_id)


def _lock_contract(invoice: Invoice) -> Order | Proposal:
    if invoice.order_id:
        return Order.objects.select_for_update(of=("self",)).get(pk=invoice.order_id)
    assert invoice.proposal_id  # noqa: S101  a final invoice has one contract
    return Proposal.objects.select_for_update(of=("self",)).get(pk=invoice.proposal_id)
