"""The content of each document of an order, without its number: shown as a preview, then issued."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils import timezone

from base.organisation import Organisation
from base.vat import EXEMPT_RATE
from shop.changes.invoiced import whole_of
from shop.invoices.content import (
    ZERO,
    Earlier,
    InvoiceContent,
    InvoiceKind,
    Nature,
    Tax,
)
from shop.invoices.models import Invoice
from shop.invoices.parties import mentions_of, seller_of
from shop.invoices.rules import (
    Invoiced,
    amount_paid,
    is_exempt,
    share_to_credit,
)
from shop.invoices.sold import Sold, sold_by
from shop.payments.models import Attempt, Contract
from shop.pricing.rules import DueKind

UNNUMBERED = "APERCU"  # as a number may be written, or its XML would be refused


def deposit_content(attempt: Attempt, today: date) -> InvoiceContent:
    """The deposit invoice of money received before the end of the training (I-01)."""
    due, sold = attempt.due, sold_by(attempt.due.contract)
    is_indemnity = due.kind == DueKind.INDEMNITY
    invoiced = amount_paid(
        attempt.amount,
        EXEMPT_RATE if is_indemnity else sold.rate,
        description=(
            f"{due.label}, commande {sold.reference}"
            if is_indemnity
            else f"{due.label} sur la formation « {sold.title} »"
        ),
        details=sold.details,
        nature=Nature.INDEMNITY if is_indemnity else Nature.TRAINING,
    )
    base = _content_of(sold, InvoiceKind.DEPOSIT, invoiced, today)
    paid_on = day_of_payment(attempt)
    return replace(
        base,
        due_on=paid_on,
        paid=attempt.amount,
        paid_on=paid_on,
        means=attempt.get_channel_display(),
    )


def final_content(
    contract: Contract,
    *,
    deposits: list[Invoice],
    payments: list[Attempt],
    due_on: date,
    today: date,
) -> InvoiceContent:
    """The whole price, less the deposits invoiced (I-05) and the ``payments`` that have no invoice."""
    sold = sold_by(contract)
    base = _content_of(sold, InvoiceKind.FINAL, whole_of(contract, sold), today)
    return replace(
        base,
        due_on=max(due_on, today),
        paid=sum((payment.amount for payment in payments), ZERO),
        paid_on=max(map(day_of_payment, payments), default=None),
        means=payments[-1].get_channel_display() if payments else "",
        deducted=tuple(earlier(invoice) for invoice in deposits),
        performed_from=sold.starts_on,
        performed_to=sold.ends_on,
    )


def ending_content(
    sold: Sold,
    *,
    paid: Decimal,
    paid_on: date | None,
    means: str,
    has_training: bool,
    today: date,
) -> InvoiceContent:
    """What a contract that ended owes, ``sold.whole``; its deposits were credited, not deducted."""
    base = _content_of(sold, InvoiceKind.FINAL, sold.whole, today)
    return replace(
        base,
        paid=paid,
        paid_on=paid_on,
        means=means,
        performed_from=sold.starts_on if has_training else None,
        performed_to=sold.ends_on if has_training else None,
    )


def credit_on(
    original: InvoiceContent, *, left: tuple[Tax, ...], amount: Decimal, reason: str, today: date
) -> InvoiceContent:
    """Part or all of what is ``left`` of an invoice given back, with the parties of that invoice (I-06).

    ``original`` may not be issued yet: a preview of both. ``amount`` is in euros, tax included.
    Raises NotInvoiceable for more than what is left.
    """
    invoiced = share_to_credit(left, amount)
    return replace(
        original,
        kind=InvoiceKind.CREDIT,
        number=UNNUMBERED,
        issued_on=today,
        lines=invoiced.lines,
        taxes=invoiced.taxes,
        due_on=today,
        paid=ZERO,
        paid_on=None,
        means="",
        deducted=(),
        corrects=Earlier(
            original.number, original.issued_on, original.excl_vat, original.vat, original.kind
        ),
        reason=reason,
    )


def day_of_payment(attempt: Attempt) -> date:
    return timezone.localdate(attempt.finished_at or attempt.created_at)


def earlier(invoice: Invoice) -> Earlier:
    return Earlier(
        invoice.number,
        invoice.issued_on,
        invoice.excl_vat,
        invoice.vat,
        InvoiceKind(invoice.kind),
    )


def _content_of(sold: Sold, kind: InvoiceKind, invoiced: Invoiced, today: date) -> InvoiceContent:
    return InvoiceContent(
        kind=kind,
        number=UNNUMBERED,
        issued_on=today,
        seller=seller_of(Organisation.current()),
        buyer=sold.buyer,
        lines=invoiced.lines,
        taxes=invoiced.taxes,
        due_on=today,
        place=sold.place,
        order_reference=sold.reference,
        purchase_order=sold.purchase_order,
        mentions=mentions_of(sold.buyer.audience, exempt=is_exempt(sold.rate), on=today),
    )
