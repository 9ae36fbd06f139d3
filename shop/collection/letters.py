"""What a company is told of an invoice that it has not paid: queued with what happened, once each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse

from mail.actions import queue_message
from mail.rules import Attachment
from shop.collection.models import CollectionReminder, Suspension, SuspensionCause
from shop.collection.rules import LEVELS
from shop.invoices.models import Invoice
from shop.payments.links import absolute
from shop.payments.models import Contract
from shop.proposals.letters import proposal_context

REMINDER = "collection_reminder"
SUSPENDED = "training_suspended"
RESUMED = "training_resumed"


def send_reminder(reminder: CollectionReminder) -> None:
    case = reminder.case
    queue_message(
        event_key=f"collection-{case.pk}-reminder-{reminder.level}",
        template=REMINDER,
        to=case.contract.email,
        context={
            "contract": case.contract,
            "payment_url": absolute(reverse("proposal_payment", args=[case.contract.token])),
            "invoice": case.invoice,
            "amount": reminder.amount,
            "level": reminder.level,
            "warns": reminder.level > 1 and not case.is_public,
            "is_last": reminder.level == len(LEVELS),
            "terms_number": _terms_number(case.contract),
        },
        subject_owner=case.contract,
        attachments=_files(case.invoice),
    )


def tell_suspension(suspension: Suspension, *, unpaid: Decimal) -> None:
    _tell(suspension, SUSPENDED, {"unpaid": unpaid})


def tell_resumption(suspension: Suspension) -> None:
    _tell(suspension, RESUMED, {})


def _tell(suspension: Suspension, template: str, more: dict[str, Any]) -> None:
    proposal, case = suspension.proposal, suspension.case
    queue_message(
        event_key=f"suspension-{suspension.pk}",
        template=template,
        to=proposal.email,
        context={
            **proposal_context(proposal),
            "suspension": suspension,
            "invoice": case.invoice if case else None,
            "is_deposit": suspension.cause == SuspensionCause.DEPOSIT,
            **more,
        },
        subject_owner=proposal,
    )


def _terms_number(contract: Contract) -> str:
    return contract.terms_version.number if contract.terms_version else ""


def _files(invoice: Invoice) -> list[Attachment]:
    """A reminder encloses the invoice that it is about, as it was issued."""
    document = invoice.document
    return [Attachment(document.sha256, document.file_name)] if document else []
