"""What customers are told about money: queued in the transaction of what happened, once each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from mail.actions import queue_message
from shop.invoices.content import InvoiceKind
from shop.payments.links import absolute, change_address, due_address
from shop.payments.models import Attempt, Due, PaymentMandate, Refund
from shop.payments.rules import REMINDER_DAYS


def announce_debit(due: Due, mandate: PaymentMandate, *, day: date, now: datetime) -> None:
    last_day = mandate.order.withdrawal_last_day
    _write(
        due,
        f"due-{due.pk}-announcement-{day}",
        "debit_announcement",
        day=day,
        mandate=mandate,
        change_url=absolute(change_address(mandate.order, now)),
        last_day=last_day,
        may_withdraw=last_day is not None and timezone.localdate(now) <= last_day,
    )


def send_receipt(attempt: Attempt) -> None:
    """A payment gets an invoice of its own, unless the final one is already issued."""
    due = attempt.due
    _write(
        due,
        f"due-{due.pk}-receipt",
        "payment_receipt",
        attempt=attempt,
        mandate=attempt.mandate,
        invoice=due.invoice or due.contract.invoices.filter(kind=InvoiceKind.FINAL.value).first(),
    )


def ask_to_confirm(attempt: Attempt, *, now: datetime) -> None:
    due = attempt.due
    _write(
        due,
        f"due-{due.pk}-confirm-{attempt.number}",
        "payment_needs_customer",
        payment_url=absolute(due_address(due, now)),
        mandate=attempt.mandate,
    )


def tell_refusal(attempt: Attempt, *, retry_on: date | None, now: datetime) -> None:
    """The reason of the bank stays between the bank and its customer."""
    due = attempt.due
    _write(
        due,
        f"due-{due.pk}-refused-{attempt.number}",
        "payment_needs_card",
        payment_url=absolute(due_address(due, now)),
        mandate=attempt.mandate,
        retry_on=retry_on,
    )


def send_payment_link(due: Due, *, now: datetime) -> None:
    _write(
        due,
        f"due-{due.pk}-link",
        "payment_link" if due.order else "company_payment_link",
        payment_url=absolute(due_address(due, now)),
    )


def remind(due: Due, *, now: datetime) -> None:
    """A reminder and nothing more: a consumer owes no fee for being late (law.md L-07)."""
    assert due.asked_at is not None  # noqa: S101  a reminder is always of a request
    _write(
        due,
        f"due-{due.pk}-{due.asked_at.isoformat()}-reminder-{due.reminders}",
        "payment_reminder" if due.order else "company_payment_reminder",
        payment_url=absolute(due_address(due, now)),
        asked_on=timezone.localdate(due.asked_at),
        is_last=due.reminders == len(REMINDER_DAYS),
    )


def ask_for_new_card(due: Due, mandate: PaymentMandate, *, now: datetime) -> None:
    _write(
        due,
        f"mandate-{mandate.pk}-expiry-{mandate.expires_on}",
        "card_expiring",
        mandate=mandate,
        day=due.charge_day,
        change_url=absolute(change_address(mandate.order, now)),
    )


def tell_refund(refund: Refund) -> None:
    _write(
        refund.attempt.due,
        f"refund-{refund.pk}-done",
        "refund_done",
        refund=refund,
        mandate=refund.attempt.mandate,
    )


def _write(due: Due, event_key: str, template: str, **context: Any) -> None:
    contract = due.contract
    queue_message(
        event_key=event_key,
        template=template,
        to=contract.email,
        context={"due": due, "contract": contract, **_ways_out(due), **context},
        subject_owner=contract,
    )


def _ways_out(due: Due) -> dict[str, str]:
    """What a consumer may do in two clicks whatever the letter; a company has no such right."""
    return {"withdrawal_url": absolute("/renoncer/")} if due.order else {}
