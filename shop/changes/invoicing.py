"""A contract that ended is invoiced for what it owes: training apart from indemnity (law.md I-07)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from shop.changes.invoiced import after_changes
from shop.changes.models import RequestOutcome
from shop.invoices.actions import AUTHOR, invoice_payment
from shop.invoices.composing import credit_on, day_of_payment, ending_content
from shop.invoices.content import ZERO, InvoiceKind
from shop.invoices.issuing import issue
from shop.invoices.models import Invoice
from shop.invoices.planning import (
    creditable,
    final_invoice_of,
    given_back,
    invoice_of,
    left_to_credit,
)
from shop.invoices.sold import sold_by
from shop.payments.locking import lock_same
from shop.payments.models import Attempt, Contract, of_contract
from shop.payments.rules import AttemptState

REPLACED = "Acompte conservé après annulation, facturé pour ce qu’il est devenu"


@transaction.atomic
def invoice_outcome(*, outcome_id: int, now: datetime) -> Invoice | None:
    """Deposits that were kept are credited, and what is owed in the end is invoiced, once.

    None for a request that did not end its contract, or that leaves nothing to invoice. Raises
    NotInvoiceable.
    """
    outcome = RequestOutcome.objects.select_related("request").get(pk=outcome_id)
    contract = lock_same(outcome.request.contract)
    if not (outcome.applied and outcome.ends) or final_invoice_of(contract):
        return final_invoice_of(contract)
    paid = list(_payments(contract))
    for attempt in paid:
        invoice_payment(attempt_id=attempt.pk, now=now)
    kept = [(attempt, _kept_of(attempt)) for attempt in paid]
    for attempt, amount in kept:
        _credit(attempt, amount, contract, now)
    return _final(contract, [(attempt, amount) for attempt, amount in kept if amount > 0], now)


def outcomes_to_invoice(before: datetime) -> list[int]:
    """Of contracts that ended before that instant, still owe something and have no final invoice."""
    final = Invoice.objects.filter(kind=InvoiceKind.FINAL.value)
    of_order = final.filter(order=OuterRef("request__order"))
    of_proposal = final.filter(proposal=OuterRef("request__proposal"))
    rows = RequestOutcome.objects.applied().filter(
        ~Exists(of_order), ~Exists(of_proposal), ends=True, decided_at__lte=before
    )
    return [row.pk for row in rows.order_by("pk") if _owed(row.request.contract) > 0]


def _owed(contract: Contract) -> Decimal:
    return RequestOutcome.objects.all().of(contract).applied().total("due")


def _payments(contract: Contract) -> Iterable[Attempt]:
    paid = Attempt.objects.filter(**of_contract(contract, "due__"), state=AttemptState.SUCCEEDED)
    return paid.select_related("due").order_by("finished_at", "pk")


def _kept_of(attempt: Attempt) -> Decimal:
    """Less what was given back, and what somebody will send back by hand."""
    return attempt.amount - given_back(attempt) - (attempt.due.give_back or ZERO)


def _credit(attempt: Attempt, amount: Decimal, contract: Contract, now: datetime) -> None:
    """The whole of what is kept of it: what is refunded has a credit note of its own (I-06)."""
    invoice = invoice_of(attempt)
    if invoice is None or amount <= 0 or creditable(invoice) < amount:
        return
    content = credit_on(
        invoice.facts,
        left=left_to_credit(invoice),
        amount=amount,
        reason=REPLACED,
        today=timezone.localdate(now),
    )
    issue(content, contract=contract, corrects=invoice, actor=AUTHOR, now=now)


def _final(
    contract: Contract, kept: list[tuple[Attempt, Decimal]], now: datetime
) -> Invoice | None:
    outcomes = RequestOutcome.objects.all().of(contract).applied()
    training, due = outcomes.total("training"), outcomes.total("due")
    if due <= 0:
        return None
    sold = replace(
        sold_by(contract),
        whole=after_changes(sold_by(contract), training=training, indemnity=due - training),
    )
    content = ending_content(
        sold,
        paid=sum((amount for _, amount in kept), ZERO),
        paid_on=max((day_of_payment(attempt) for attempt, _ in kept), default=None),
        means=kept[-1][0].get_channel_display() if kept else "",
        has_training=training > 0,
        today=_today(now),
    )
    return issue(content, contract=contract, actor=AUTHOR, now=now)


def _today(now: datetime) -> date:
    return timezone.localdate(now)
