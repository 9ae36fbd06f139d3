"""The content of each document of an order, without its number: shown as a preview, then issued."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils import timezone

from base.organisation import Organisation
from base.typography import french_date, french_date_range, french_number
from shop.invoices.content import (
    ZERO,
    Audience,
    Earlier,
    InvoiceContent,
    InvoiceKind,
    Tax,
)
from shop.invoices.models import Invoice
from shop.invoices.parties import consumer_of, mentions_of, seller_of
from shop.invoices.rules import (
    Invoiced,
    amount_paid,
    is_exempt,
    price_agreed,
    share_to_credit,
)
from shop.orders.models import Order
from shop.payments.models import Attempt

UNNUMBERED = "APERCU"  # as a number may be written, or its XML would be refused


def deposit_content(attempt: Attempt, today: date) -> InvoiceContent:
    """The deposit invoice of money received before the end of the training (I-01)."""
    due, order = attempt.due, attempt.due.order
    invoiced = amount_paid(
        attempt.amount,
        order.vat_rate,
        description=f"{due.label} sur la formation « {order.course_title} »",
        details=training_details(order),
    )
    base = _content_of(order, InvoiceKind.DEPOSIT, invoiced, today)
    paid_on = day_of_payment(attempt)
    return replace(
        base,
        due_on=paid_on,
        paid=attempt.amount,
        paid_on=paid_on,
        means=attempt.get_channel_display(),
    )


def final_content(
    order: Order,
    *,
    deposits: list[Invoice],
    payments: list[Attempt],
    due_on: date,
    today: date,
) -> InvoiceContent:
    """The whole price, less the deposits invoiced (I-05) and the ``payments`` that have no invoice."""
    invoiced = price_agreed(
        order.price_excl_vat,
        order.price_incl_vat,
        order.vat_rate,
        description=f"Formation « {order.course_title} »",
        details=training_details(order),
    )
    base = _content_of(order, InvoiceKind.FINAL, invoiced, today)
    return replace(
        base,
        due_on=max(due_on, today),
        paid=sum((payment.amount for payment in payments), ZERO),
        paid_on=max(map(day_of_payment, payments), default=None),
        means=payments[-1].get_channel_display() if payments else "",
        deducted=tuple(earlier(invoice) for invoice in deposits),
        performed_from=order.starts_on,
        performed_to=order.ends_on,
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


def training_details(order: Order) -> tuple[str, ...]:
    """Date, place and detailed count that a note to a consumer gives (arrêté 83-50/A)."""
    hours = french_number(sum(order.hours.values(), Decimal()))
    dates = french_date_range(order.starts_on, order.ends_on)
    return (
        f"Réf. {order.course_reference}, {dates}, {hours} heures",
        f"Lieu : {order.place}",
        f"Stagiaire : {order.trainee_name}",
        f"Commande {order.reference} du {french_date(timezone.localdate(order.placed_at))}",
    )


def _content_of(order: Order, kind: InvoiceKind, invoiced: Invoiced, today: date) -> InvoiceContent:
    return InvoiceContent(
        kind=kind,
        number=UNNUMBERED,
        issued_on=today,
        seller=seller_of(Organisation.current()),
        buyer=consumer_of(order),
        lines=invoiced.lines,
        taxes=invoiced.taxes,
        due_on=today,
        place=order.place,
        order_reference=order.reference,
        mentions=mentions_of(Audience.CONSUMER, exempt=is_exempt(order.vat_rate), on=today),
    )
