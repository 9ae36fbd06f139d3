"""When an order gives an invoice, and when an invoice gives a credit note (law.md I-01, I-05, I-06).

Each function may be called again by anybody: it issues what is missing and nothing twice.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from courses.sessions.rules import SessionState
from shop.invoices.composing import (
    credit_content,
    day_of_payment,
    deposit_content,
    final_content,
)
from shop.invoices.content import ZERO, InvoiceKind
from shop.invoices.issuing import issue
from shop.invoices.models import Invoice, InvoiceDeduction
from shop.invoices.rules import NotInvoiceable, is_performed
from shop.orders.models import Order
from shop.payments.models import OWING_STATES, Attempt, Due, Refund, RefundState
from shop.payments.rules import AttemptState

AUTHOR = "LEXOM"


@transaction.atomic
def invoice_payment(*, attempt_id: int, now: datetime) -> Invoice | None:
    """The invoice that money received belongs to: a deposit's, or the final one after the training.

    None for an attempt that brought no money. Raises NotInvoiceable.
    """
    attempt = Attempt.objects.select_related("due__order").get(pk=attempt_id)
    if attempt.state != AttemptState.SUCCEEDED:
        return None
    order = _hold(attempt.due.order_id)
    attempt.due.order = order
    if known := invoice_of(attempt):
        return known
    if order.state in OWING_STATES and is_performed(order.ends_on, day_of_payment(attempt)):
        return _final_of(order, now)
    content = deposit_content(attempt, timezone.localdate(now))
    return issue(content, order=order, payment=attempt, actor=AUTHOR, now=now)


@transaction.atomic
def invoice_order(*, order_id: int, now: datetime) -> Invoice | None:
    """The final invoice, once the training has been given; None while it has not. Raises NotInvoiceable."""
    order = _hold(order_id)
    if not is_performed(order.ends_on, timezone.localdate(now)) or not _owes(order, now):
        return None
    return final_invoice_of(order) or _final_of(order, now)


@transaction.atomic
def credit_payment(*, attempt_id: int, now: datetime) -> Invoice | None:
    """The credit note of what is being given back of a payment; it comes before the money (I-06).

    A refund that failed and is made again gives no second one. Raises NotInvoiceable.
    """
    attempt = Attempt.objects.select_related("due").get(pk=attempt_id)
    order = _hold(attempt.due.order_id)
    amount = _given_back(attempt) - credited_for(attempt)
    if amount <= 0:
        return None
    invoice = invoice_of(attempt) or invoice_payment(attempt_id=attempt_id, now=now)
    if invoice is None:
        raise NotInvoiceable("Ce paiement n’a pas de facture à corriger.")
    last = attempt.refunds.exclude(state=RefundState.FAILED).order_by("-pk").first()
    return _credit(
        corrected(invoice),
        order=order,
        amount=amount,
        reason=last.reason if last else "",
        actor=last.actor if last else AUTHOR,
        payment=attempt,
        now=now,
    )


@transaction.atomic
def credit_unpaid(*, due: Due, reason: str, actor: str, now: datetime) -> Invoice:
    """A due of an issued final invoice is given up: the invoice falls by as much, nothing is debited.

    Raises NotInvoiceable for a due that is paid, under way or on no invoice.
    """
    order = _hold(due.order_id)
    due = Due.objects.select_for_update().get(pk=due.pk)
    final = final_invoice_of(order)
    if final is None:
        raise NotInvoiceable("La facture finale n’est pas encore émise : rien n’est à corriger.")
    if due.stopped_at or due.is_paid or any(attempt.is_live for attempt in due.attempts.all()):
        raise NotInvoiceable("Cette échéance est payée, abandonnée ou en cours de paiement.")
    due.stopped_at, due.next_try_at = now, None
    due.asks_customer = due.asks_staff = ""
    due.save(update_fields=["stopped_at", "next_try_at", "asks_customer", "asks_staff"])
    return _credit(
        final, order=order, amount=due.amount, reason=reason, actor=actor, payment=None, now=now
    )


def _hold(order_id: int) -> Order:
    return Order.objects.select_for_update(of=("self",)).select_related("session").get(pk=order_id)


def _owes(order: Order, now: datetime) -> bool:
    """Nothing is invoiced to a consumer inside the withdrawal period, nor while it is in doubt (I1)."""
    return (
        order.state in OWING_STATES
        and order.session.state != SessionState.CANCELLED
        and order.first_charge_at is not None
        and now >= order.first_charge_at
        and not order.freezes.filter(lifted_at__isnull=True).exists()
    )


def _final_of(order: Order, now: datetime) -> Invoice:
    deposits = list(
        order.invoices.filter(kind=InvoiceKind.DEPOSIT.value).order_by("issued_on", "pk")
    )
    content = final_content(
        order,
        deposits=deposits,
        payments=_payments_without_invoice(order),
        due_on=_last_day_to_pay(order, timezone.localdate(now)),
        today=timezone.localdate(now),
    )
    final = issue(content, order=order, actor=AUTHOR, now=now)
    for deposit in deposits:
        InvoiceDeduction.append(final=final, deposit=deposit)
    return final


def _credit(
    invoice: Invoice,
    *,
    order: Order,
    amount: Decimal,
    reason: str,
    actor: str,
    payment: Attempt | None,
    now: datetime,
) -> Invoice:
    if amount > creditable(invoice):
        raise NotInvoiceable("Cet avoir dépasse ce qui reste de la facture.")
    content = credit_content(invoice, amount=amount, reason=reason, today=timezone.localdate(now))
    return issue(content, order=order, payment=payment, corrects=invoice, actor=actor, now=now)


def invoice_of(attempt: Attempt) -> Invoice | None:
    """The deposit invoice of a payment, or the final invoice that it settles."""
    deposit: Invoice | None = attempt.invoices.filter(kind=InvoiceKind.DEPOSIT.value).first()
    if deposit:
        return deposit
    final = final_invoice_of(attempt.due.order)
    return final if attempt.state == AttemptState.SUCCEEDED else None


def final_invoice_of(order: Order) -> Invoice | None:
    found: Invoice | None = order.invoices.filter(kind=InvoiceKind.FINAL.value).first()
    return found


def corrected(invoice: Invoice) -> Invoice:
    """A deposit that a final invoice has deducted is corrected there: it holds the whole price."""
    deduction = InvoiceDeduction.objects.filter(deposit=invoice).select_related("final").first()
    return deduction.final if deduction else invoice


def creditable(invoice: Invoice) -> Decimal:
    """What an invoice still holds: its total less its credit notes and those of its deposits."""
    deposits = Invoice.objects.filter(deducted_by__final=invoice)
    given = Invoice.objects.credit_notes().filter(corrects__in=[invoice, *deposits])
    return invoice.incl_vat - given.total()


def credited_for(attempt: Attempt) -> Decimal:
    return attempt.invoices.filter(kind=InvoiceKind.CREDIT.value).total()


def _given_back(attempt: Attempt) -> Decimal:
    refunds = Refund.objects.filter(attempt=attempt).exclude(state=RefundState.FAILED)
    return sum((refund.amount for refund in refunds), ZERO)


def _payments_without_invoice(order: Order) -> list[Attempt]:
    paid = Attempt.objects.filter(due__order=order, state=AttemptState.SUCCEEDED)
    return list(paid.exclude(invoices__kind=InvoiceKind.DEPOSIT.value).order_by("finished_at"))


def _last_day_to_pay(order: Order, today: date) -> date:
    days = [due.charge_day or due.due_on for due in order.dues.unpaid()]
    return max([today, *days])
