"""Whatever was forgotten: each invoice, credit note and file that the rows ask for is made."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from base.clock import Job, register
from base.money import CENT
from courses.sessions.rules import SessionState
from documents.issued import IssuedDocument
from shop.invoices.actions import (
    credit_payment,
    invoice_order,
    invoice_payment,
    invoice_proposal,
)
from shop.invoices.content import InvoiceKind
from shop.invoices.models import DOCUMENT_KIND, Invoice
from shop.invoices.planning import proposals_to_invoice
from shop.invoices.rules import NotInvoiceable
from shop.invoices.tasks import lay_out_invoice
from shop.orders.models import Order
from shop.payments.models import OWING_STATES, Attempt, Refund, RefundState
from shop.payments.rules import AttemptState

logger = logging.getLogger(__name__)
PATIENCE = timedelta(minutes=2)


def register_jobs() -> None:
    register(Job("factures à émettre", timedelta(minutes=5), issue_missing, own_transactions=True))


def issue_missing(now: datetime) -> None:
    """Job: one row that cannot be invoiced does not keep the others from it."""
    limit = now - PATIENCE
    _each(payments_to_invoice(limit), lambda pk: invoice_payment(attempt_id=pk, now=now))
    _each(orders_to_invoice(now), lambda pk: invoice_order(order_id=pk, now=now))
    proposals = proposals_to_invoice(now).order_by("ends_on", "pk").values_list("pk", flat=True)
    _each(proposals, lambda pk: invoice_proposal(proposal_id=pk, now=now))
    _each(payments_to_credit(limit), lambda pk: credit_payment(attempt_id=pk, now=now))
    _each(invoices_without_file(limit), lambda pk: lay_out_invoice.enqueue(pk))


def _each(keys: Iterable[int], act: Callable[[int], object]) -> None:
    for key in list(keys):
        try:
            act(key)
        except NotInvoiceable:
            logger.exception("Facturation impossible (%s)", key)


def payments_to_invoice(before: datetime) -> QuerySet[Attempt, int]:
    """Money received before that instant and on no invoice."""
    deposit = Invoice.objects.filter(payment=OuterRef("pk"), kind=InvoiceKind.DEPOSIT.value)
    finals = Invoice.objects.filter(kind=InvoiceKind.FINAL.value)
    settled = Q(order=OuterRef("due__order")) | Q(proposal=OuterRef("due__proposal"))
    return (
        Attempt.objects.filter(
            ~Exists(deposit),
            ~Exists(finals.filter(settled)),
            state=AttemptState.SUCCEEDED,
            finished_at__lte=before,
        )
        .order_by("finished_at", "pk")
        .values_list("pk", flat=True)
    )


def orders_to_invoice(now: datetime) -> QuerySet[Order, int]:
    """Training given, nothing against it, and no final invoice yet."""
    final = Invoice.objects.filter(order=OuterRef("pk"), kind=InvoiceKind.FINAL.value)
    return (
        Order.objects.filter(
            ~Exists(final),
            ~Q(freezes__isnull=False, freezes__lifted_at__isnull=True),
            state__in=OWING_STATES,
            ends_on__lt=timezone.localdate(now),
            first_charge_at__lte=now,
        )
        .exclude(session__state=SessionState.CANCELLED.value)
        .order_by("ends_on", "pk")
        .values_list("pk", flat=True)
    )


def payments_to_credit(before: datetime) -> QuerySet[Attempt, int]:
    """A cent or more is being given back that no credit note says; sums may be in binary."""
    zero = Value(0, output_field=DecimalField())
    refunds = Refund.objects.filter(attempt=OuterRef("pk")).exclude(state=RefundState.FAILED)
    credits_ = Invoice.objects.filter(payment=OuterRef("pk"), kind=InvoiceKind.CREDIT.value)
    given = refunds.order_by().values("attempt").annotate(total=Sum("amount")).values("total")
    credited = credits_.order_by().values("payment").annotate(total=Sum("incl_vat")).values("total")
    return (
        Attempt.objects.filter(refunds__created_at__lte=before)
        .annotate(
            given=Coalesce(Subquery(given), zero), credited=Coalesce(Subquery(credited), zero)
        )
        .filter(given__gt=F("credited") + CENT / 2)
        .order_by("pk")
        .distinct()
        .values_list("pk", flat=True)
    )


def invoices_without_file(before: datetime) -> QuerySet[Invoice, int]:
    file = IssuedDocument.objects.filter(kind=DOCUMENT_KIND, number=OuterRef("number"))
    rows = Invoice.objects.filter(~Exists(file), issued_at__lte=before)
    found: QuerySet[Invoice, int] = rows.order_by("pk").values_list("pk", flat=True)
    return found
