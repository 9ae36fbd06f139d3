"""What would be issued now and what it would say, without a number: shown as a preview, then issued."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from courses.sessions.rules import SessionState
from shop.invoices.composing import credit_on, day_of_payment, deposit_content, final_content
from shop.invoices.content import ZERO, InvoiceContent, InvoiceKind, Nature, Tax
from shop.invoices.models import Invoice, InvoiceAmount, InvoiceDeduction, InvoiceQuerySet
from shop.invoices.rules import NotInvoiceable, is_performed, left_of
from shop.orders.models import Order
from shop.payments.models import (
    OWING_STATES,
    Attempt,
    Contract,
    Due,
    Refund,
    RefundState,
    of_contract,
)
from shop.payments.rules import AttemptState
from shop.pricing.rules import DueKind
from shop.proposals.models import Proposal


@dataclass(frozen=True)
class PlannedCredit:
    """A credit note to be; ``corrects`` is None while the invoice it corrects is not issued either.

    ``payment`` is the payment given back, None for an amount that was never paid.
    """

    content: InvoiceContent
    corrects: Invoice | None
    payment: Attempt | None = None


def plan_credits(
    parts: Iterable[tuple[Attempt, Decimal]], *, reason: str, today: date
) -> list[PlannedCredit]:
    """The credit note of each part of a payment about to be given back, and the invoice it corrects.

    A part is in euros, tax included. One that earlier credit notes cover gives none. Raises
    NotInvoiceable.
    """
    planned: list[PlannedCredit] = []
    for attempt, part in parts:
        amount = given_back(attempt) + part - credited_for(attempt)
        if amount > 0:
            planned.append(_plan_credit(attempt, amount, planned, reason, today))
    return planned


def _plan_credit(
    attempt: Attempt, amount: Decimal, before: list[PlannedCredit], reason: str, today: date
) -> PlannedCredit:
    invoice = invoice_of(attempt)
    original = corrected(invoice) if invoice else None
    content = original.facts if original else content_for_payment(attempt, today)
    left = left_to_credit(original) if original else content.taxes
    for plan in before:
        if original and plan.corrects == original:
            left = left_of(left, plan.content.taxes)
    credit = credit_on(content, left=left, amount=amount, reason=reason, today=today)
    return PlannedCredit(credit, original, attempt)


def plan_unpaid_credit(due: Due, *, reason: str, today: date) -> PlannedCredit:
    """The credit note of a due that is given up, of an issued final invoice or of penalties.

    Raises NotInvoiceable for a due that is paid, under way or on no invoice.
    """
    final = invoice_asking(due)
    if final is None:
        raise NotInvoiceable("La facture finale n’est pas encore émise : rien n’est à corriger.")
    if due.stopped_at or due.is_paid or any(attempt.is_live for attempt in due.attempts.all()):
        raise NotInvoiceable("Cette échéance est payée, abandonnée ou en cours de paiement.")
    left = left_to_credit(final)
    content = credit_on(final.facts, left=left, amount=due.amount, reason=reason, today=today)
    return PlannedCredit(content, final)


def content_for_payment(attempt: Attempt, today: date) -> InvoiceContent:
    """What a payment without an invoice gives: a deposit's, or the final one after the training."""
    if settles_final(attempt):
        return content_of_final(attempt.due.contract, today)
    return deposit_content(attempt, today)


def settles_final(attempt: Attempt) -> bool:
    contract = attempt.due.contract
    return owes_its_price(contract) and is_performed(last_day(contract), day_of_payment(attempt))


def owes_its_price(contract: Contract) -> bool:
    """It has not ended with less to pay: a course that was given may still be owed for."""
    if isinstance(contract, Order):
        return contract.state in OWING_STATES
    return Proposal.objects.held().filter(pk=contract.pk).exists()


def proposals_to_invoice(now: datetime) -> QuerySet[Proposal]:
    """Training given, and no final invoice yet."""
    final = Invoice.objects.filter(proposal=OuterRef("pk"), kind=InvoiceKind.FINAL.value)
    given = Proposal.objects.held().filter(~Exists(final), ends_on__lt=timezone.localdate(now))
    return given.exclude(session__state=SessionState.CANCELLED.value)


def last_day(contract: Contract) -> date:
    assert contract.ends_on is not None  # noqa: S101  of an order or an issued proposal
    return contract.ends_on


def content_of_final(contract: Contract, today: date) -> InvoiceContent:
    return final_content(
        contract,
        deposits=list(deposits_of(contract)),
        payments=_payments_without_invoice(contract),
        due_on=_last_day_to_pay(contract, today),
        today=today,
    )


def deposits_of(contract: Contract) -> QuerySet[Invoice]:
    """Oldest first: the order in which the final invoice deducts them."""
    found: QuerySet[Invoice] = contract.invoices.filter(kind=InvoiceKind.DEPOSIT.value)
    return found.order_by("issued_on", "pk")


def invoice_of(attempt: Attempt) -> Invoice | None:
    """The deposit invoice of a payment, or the invoice that it settles."""
    deposit: Invoice | None = attempt.invoices.filter(kind=InvoiceKind.DEPOSIT.value).first()
    if deposit:
        return deposit
    final = invoice_asking(attempt.due)
    return final if attempt.state == AttemptState.SUCCEEDED else None


def invoice_asking(due: Due) -> Invoice | None:
    """Penalties have an invoice of their own, all the rest is on the contract's final one."""
    return due.invoice or final_invoice_of(due.contract)


def final_invoice_of(contract: Contract) -> Invoice | None:
    found: Invoice | None = contract.invoices.filter(kind=InvoiceKind.FINAL.value).first()
    return found


def corrected(invoice: Invoice) -> Invoice:
    """A deposit that a final invoice has deducted is corrected there: it holds the whole price.

    One that was credited whole, its contract having ended, became a part of the final invoice too.
    """
    deduction = InvoiceDeduction.objects.filter(deposit=invoice).select_related("final").first()
    if deduction:
        return deduction.final
    final = final_invoice_of(invoice.contract) if invoice.contract else None
    return final if final and creditable(invoice) <= 0 else invoice


def creditable(invoice: Invoice) -> Decimal:
    """What an invoice still holds: its total less its credit notes and those of its deposits."""
    return invoice.incl_vat - _credit_notes_on(invoice).total()


def left_to_credit(invoice: Invoice) -> tuple[Tax, ...]:
    """``creditable`` by nature and rate: the last credit note takes it to the very cents."""
    taken = InvoiceAmount.objects.filter(invoice__in=_credit_notes_on(invoice))
    return left_of(
        invoice.facts.taxes,
        [Tax(Nature(row.nature), row.rate, row.excl_vat, row.vat) for row in taken],
    )


def _credit_notes_on(invoice: Invoice) -> InvoiceQuerySet:
    deposits = Invoice.objects.filter(deducted_by__final=invoice)
    return Invoice.objects.credit_notes().filter(corrects__in=[invoice, *deposits])


def credited_for(attempt: Attempt) -> Decimal:
    return attempt.invoices.filter(kind=InvoiceKind.CREDIT.value).total()


def given_back(attempt: Attempt) -> Decimal:
    refunds = Refund.objects.filter(attempt=attempt).exclude(state=RefundState.FAILED)
    return sum((refund.amount for refund in refunds), ZERO)


def _payments_without_invoice(contract: Contract) -> list[Attempt]:
    paid = Attempt.objects.filter(
        **of_contract(contract, "due__"), state=AttemptState.SUCCEEDED, due__invoice__isnull=True
    )
    return list(paid.exclude(invoices__kind=InvoiceKind.DEPOSIT.value).order_by("finished_at"))


def _last_day_to_pay(contract: Contract, today: date) -> date:
    asked = contract.dues.unpaid().exclude(kind=DueKind.FUNDED.value)
    days = [due.charge_day or due.due_on for due in asked]
    return max([today, *days])
