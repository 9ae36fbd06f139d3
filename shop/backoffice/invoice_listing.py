"""The list of invoices: what each says, what of it remains unpaid, and what they make together."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from wagtail.admin.ui.tables import Column, TitleColumn

from base.money import round_cents
from base.typography import euros
from shop.backoffice.contracts import contract_page
from shop.backoffice.filters import MOST_WORDS
from shop.backoffice.listing import ONE_LINE, ShopIndexView, at_present
from shop.invoices.balance import SalesTotals, Sums, is_late, sales_totals, with_remaining
from shop.invoices.models import Invoice, InvoiceQuerySet
from shop.orders.rules import canonical_reference

AMOUNT = "shop-amount"
NOTHING_OWED = "–"


def signed(invoice: Invoice, amount: Decimal) -> Decimal:
    return invoice.sign * amount


def settlement(invoice: Invoice) -> str:
    """``invoice`` comes from ``with_remaining``."""
    remaining: Decimal = invoice.remaining  # type: ignore[attr-defined]  # see with_remaining
    if invoice.is_credit:
        return NOTHING_OWED
    if not remaining:
        return "payée"
    late = is_late(invoice, remaining, localdate(invoice.now))  # type: ignore[attr-defined]  # see at_present
    return f"reste {euros(remaining)}{', en retard' if late else ''}"


def matching_invoices(words: str) -> Q:
    """Every word in the number, the client or the order; a reference however it was typed."""
    found = Q(order__reference=canonical_reference(words))
    every = Q()
    for word in words.split()[:MOST_WORDS]:
        every &= (
            Q(number__icontains=word)
            | Q(buyer_name__icontains=word)
            | Q(order__reference__icontains=word)
            | Q(order__email__icontains=word)
            | Q(proposal__number__icontains=word)
        )
    return found | every if words.split() else found


class InvoiceIndexView(ShopIndexView):
    search_fields: ClassVar = ["number"]  # shows the search box; see search_queryset
    export_headings: ClassVar = {
        "kind": "Nature",
        "audience": "Client (nature)",
        "order.reference": "Commande ou proposition",
        "excl_vat": "Total HT (€)",
        "vat": "TVA (€)",
        "incl_vat": "Total TTC (€)",
        "remaining": "Reste à payer (€)",
        "corrects.number": "Facture corrigée",
    }

    def get_base_queryset(self) -> InvoiceQuerySet:
        rows = with_remaining(Invoice.objects.annotate(now=at_present()))
        return rows.select_related("order", "proposal", "corrects").defer(
            "content", "corrects__content", "proposal__content"
        )

    def search_queryset(self, queryset: QuerySet[Invoice]) -> QuerySet[Invoice]:
        return (
            queryset.filter(matching_invoices(self.search_query)) if self.is_searching else queryset
        )

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        return context | {"totals": totals_table(sales_totals(self.get_queryset()))}

    def to_row_dict(self, item: Invoice) -> dict[str, Any]:
        computed = {
            "kind": item.get_kind_display(),
            "audience": item.get_audience_display(),
            "order.reference": item.contract.payment_reference if item.contract else "",
            "excl_vat": signed(item, item.excl_vat),
            "vat": signed(item, item.vat),
            "incl_vat": signed(item, item.incl_vat),
            "remaining": round_cents(item.remaining),  # type: ignore[attr-defined]  # see with_remaining
            "corrects.number": item.corrects.number if item.corrects else "",
        }
        return {name: computed.get(name, getattr(item, name, "")) for name in self.list_export}


def totals_table(totals: SalesTotals) -> dict[str, Any]:
    lines = [
        ("Factures", totals.invoiced),
        ("Avoirs, à déduire", totals.credited),
        ("Acomptes que ces factures déduisent", totals.deducted),
    ]
    return {
        "lines": [(label, [euros(sum_) for sum_ in _cells(sums)]) for label, sums in lines],
        "net": [euros(sum_) for sum_ in _cells(totals.net)],
        "remaining": euros(totals.remaining),
    }


def _cells(sums: Sums) -> list[Decimal]:
    return [sums.excl_vat, sums.vat, sums.incl_vat]


def invoice_page(invoice: Invoice) -> str:
    return reverse("invoice:inspect", args=[invoice.pk])


def _amount_column(name: str, label: str) -> Column:
    return Column(
        name,
        label=label,
        accessor=lambda row: euros(signed(row, getattr(row, name))),
        sort_key=name if name == "incl_vat" else None,
        classname=AMOUNT,
    )


INVOICE_COLUMNS: list[Any] = [
    TitleColumn(
        "number", label="Numéro", get_url=invoice_page, sort_key="number", classname=ONE_LINE
    ),
    Column(
        "issued_on",
        label="Date",
        accessor=lambda row: f"{row.issued_on:%d/%m/%Y}",
        sort_key="issued_on",
    ),
    Column("get_kind_display", label="Nature", sort_key="kind"),
    Column("buyer_name", label="Client", sort_key="buyer_name"),
    TitleColumn(
        "order",
        label="Commande ou proposition",
        accessor=lambda row: row.contract.payment_reference if row.contract else "–",
        get_url=lambda row: contract_page(row.contract) if row.contract else None,
        classname=ONE_LINE,
    ),
    _amount_column("excl_vat", "HT"),
    _amount_column("vat", "TVA"),
    _amount_column("incl_vat", "TTC"),
    Column("settlement", label="Règlement", accessor=settlement),
]
INVOICE_EXPORT = [
    "number", "issued_on", "kind", "audience", "buyer_name", "order.reference", "excl_vat", "vat",
    "incl_vat", "remaining", "due_on", "corrects.number",
]  # fmt: skip
