"""Invoices, credit notes and files that are late, each with the reason: read, never written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.utils import timezone

from base.typography import euros
from shop.invoices.content import ZERO, InvoiceContent
from shop.invoices.issuing import refuse_faulty
from shop.invoices.jobs import (
    invoices_without_file,
    orders_to_invoice,
    payments_to_credit,
    payments_to_invoice,
)
from shop.invoices.models import Invoice
from shop.invoices.planning import (
    content_for_payment,
    content_of_final,
    credited_for,
    given_back,
    plan_credits,
    proposals_to_invoice,
)
from shop.invoices.rules import NotInvoiceable
from shop.orders.models import Order
from shop.payments.models import Attempt
from shop.proposals.models import Proposal

# The job has passed twice by then.
PATIENCE = timedelta(minutes=10)
# Each reason is worked out by composing the document again.
MOST_SHOWN = 20
NO_REASON = "le traitement automatique n’a pas encore tourné"


@dataclass(frozen=True)
class Delay:
    """``subject`` is the invoice itself when only its file is missing."""

    text: str
    subject: Order | Proposal | Invoice


def delays(now: datetime) -> Iterator[Delay]:
    """At most ``MOST_SHOWN`` of each kind, oldest first."""
    limit, today = now - PATIENCE, timezone.localdate(now)
    for attempt in _attempts(list(payments_to_invoice(limit)[:MOST_SHOWN])):
        reason = _reason(partial(content_for_payment, attempt, today))
        text = f"{attempt.due.label} de {euros(attempt.amount)} sans facture : {reason}."
        yield Delay(text, attempt.due.contract)
    for contract in (
        *Order.objects.filter(pk__in=list(orders_to_invoice(limit)[:MOST_SHOWN])),
        *proposals_to_invoice(limit).order_by("ends_on", "pk")[:MOST_SHOWN],
    ):
        reason = _reason(partial(content_of_final, contract, today))
        yield Delay(f"formation terminée sans facture : {reason}.", contract)
    for attempt in _attempts(list(payments_to_credit(limit)[:MOST_SHOWN])):
        missing = euros(given_back(attempt) - credited_for(attempt))
        reason = _reason(partial(_credit, attempt, today))
        yield Delay(f"remboursement de {missing} sans avoir : {reason}.", attempt.due.contract)
    yield from _files(limit)


def _files(limit: datetime) -> Iterator[Delay]:
    rows = Invoice.objects.filter(pk__in=list(invoices_without_file(limit)[:MOST_SHOWN]))
    for invoice in rows.order_by("pk"):
        yield Delay("son fichier n’est pas établi.", invoice)


def _attempts(keys: list[int]) -> Iterator[Attempt]:
    found = Attempt.objects.filter(pk__in=keys).select_related("due__order", "due__proposal")
    yield from found.order_by("finished_at", "pk")


def _credit(attempt: Attempt, today: date) -> InvoiceContent:
    (plan,) = plan_credits([(attempt, ZERO)], reason="", today=today)
    return plan.content


def _reason(compose: Callable[[], InvoiceContent]) -> str:
    """What would refuse it now; « not run yet » when nothing would."""
    try:
        refuse_faulty(compose())
    except NotInvoiceable as problem:
        return str(problem).rstrip(".")
    return NO_REASON
