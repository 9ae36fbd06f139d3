"""What remains to be paid of an invoice today: what its contract still owes, once the whole is invoiced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from base.money import round_cents
from shop.invoices.content import ZERO, InvoiceKind
from shop.invoices.models import Invoice, InvoiceDeduction, InvoiceQuerySet
from shop.payments.models import Due, DueQuerySet

FINAL = Q(kind=InvoiceKind.FINAL.value)
PENALTY = Q(kind=InvoiceKind.PENALTY.value)
CREDIT = Q(kind=InvoiceKind.CREDIT.value)


def with_remaining(invoices: InvoiceQuerySet) -> InvoiceQuerySet:
    """Each row annotated with ``remaining``, euros tax included.

    A final invoice and one of penalties ask for money: a deposit invoice is issued for what was
    already received.
    """
    zero = Value(ZERO, output_field=DecimalField(max_digits=10, decimal_places=2))
    finals = Invoice.objects.filter(FINAL, pk=OuterRef("pk"))
    owed = Coalesce(_owed("order"), _owed("proposal"), zero)
    asked = finals.annotate(owed=owed).values("owed")
    penalty = _total(Due.objects.unpaid().filter(invoice=OuterRef("pk")), "invoice")
    return invoices.annotate(remaining=Coalesce(Subquery(asked), penalty, zero))


def _owed(contract: str) -> Subquery:
    return _total(_unpaid_price().filter(**{contract: OuterRef(contract)}), contract)


def _total(dues: DueQuerySet, group: str) -> Subquery:
    return Subquery(dues.order_by().values(group).annotate(total=Sum("amount")).values("total"))


def _unpaid_price() -> DueQuerySet:
    return Due.objects.unpaid().of_price()


def unpaid_invoices(invoices: InvoiceQuerySet) -> InvoiceQuerySet:
    """Those of which a due is neither paid nor given up."""
    unpaid = _unpaid_price()
    of_price = FINAL & (
        Q(order__in=unpaid.filter(order__isnull=False).values("order"))
        | Q(proposal__in=unpaid.filter(proposal__isnull=False).values("proposal"))
    )
    penalties = Due.objects.unpaid().filter(invoice__isnull=False).values("invoice")
    return invoices.filter(of_price | PENALTY & Q(pk__in=penalties))


def remaining_of(invoice: Invoice) -> Decimal:
    return round_cents(with_remaining(Invoice.objects.filter(pk=invoice.pk)).get().remaining)


def is_late(invoice: Invoice, remaining: Decimal, today: date) -> bool:
    return remaining > 0 and invoice.due_on < today


@dataclass(frozen=True)
class Sums:
    excl_vat: Decimal = ZERO
    vat: Decimal = ZERO

    @property
    def incl_vat(self) -> Decimal:
        return self.excl_vat + self.vat

    def __sub__(self, other: Sums) -> Sums:
        return Sums(self.excl_vat - other.excl_vat, self.vat - other.vat)


@dataclass(frozen=True)
class SalesTotals:
    """Of a set of invoices; a deposit that a final invoice of the set deducts is counted once."""

    invoiced: Sums
    credited: Sums
    deducted: Sums
    remaining: Decimal

    @property
    def net(self) -> Sums:
        return self.invoiced - self.credited - self.deducted


def sales_totals(invoices: QuerySet[Invoice]) -> SalesTotals:
    """Four queries, however many rows."""
    rows = Invoice.objects.filter(pk__in=invoices.order_by().values("pk"))
    deducted = InvoiceDeduction.objects.filter(final__in=rows)
    finals = unpaid_invoices(rows).filter(FINAL)
    owed = Due.objects.unpaid().filter(
        Q(invoice__in=rows)
        | Q(order__in=finals.filter(order__isnull=False).values("order"), invoice=None)
        | Q(proposal__in=finals.filter(proposal__isnull=False).values("proposal"), invoice=None)
    )
    return SalesTotals(
        invoiced=_sums(rows.exclude(CREDIT)),
        credited=_sums(rows.filter(CREDIT)),
        deducted=_sums(deducted, "deposit__"),
        remaining=round_cents(owed.aggregate(total=Sum("amount"))["total"] or ZERO),
    )


def _sums(rows: QuerySet[Invoice] | QuerySet[InvoiceDeduction], prefix: str = "") -> Sums:
    """A database without exact decimals adds cents in binary: the sum is rounded back."""
    found = rows.order_by().aggregate(excl=Sum(F(f"{prefix}excl_vat")), tax=Sum(F(f"{prefix}vat")))
    return Sums(round_cents(found["excl"] or ZERO), round_cents(found["tax"] or ZERO))
