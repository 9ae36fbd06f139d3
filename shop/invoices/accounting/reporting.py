"""Sales to consumers and their payments, by Paris day and VAT rate (law.md I-10). Pure.

Exempt sales are outside the report. Amounts are ``Decimal`` euros with two places.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from base.vat import EXEMPT_RATE
from shop.invoices.accounting.rules import ZERO, Sale, Settlement, percent
from shop.invoices.content import Audience, InvoiceKind

CATEGORY = "prestations de services"
_Place = tuple[date, Decimal]


@dataclass(frozen=True)
class DailySales:
    """Invoices less credit notes and deducted deposits; ``transactions`` counts the invoices."""

    day: date
    rate: Decimal
    excl_vat: Decimal
    vat: Decimal
    transactions: int


@dataclass(frozen=True)
class DailyReceipts:
    """Money received less money given back, tax included; ``day`` is that of the bank."""

    day: date
    rate: Decimal
    amount: Decimal


def daily_sales(sales: Iterable[Sale]) -> list[DailySales]:
    """Company sales are left out: those are invoiced electronically."""
    excl_vat: defaultdict[_Place, Decimal] = defaultdict(lambda: ZERO)
    vat: defaultdict[_Place, Decimal] = defaultdict(lambda: ZERO)
    transactions: Counter[_Place] = Counter()
    for sale in sales:
        if sale.audience != Audience.CONSUMER:
            continue
        for rate, base, tax in _taxed(sale):
            excl_vat[sale.issued_on, rate] += base
            vat[sale.issued_on, rate] += tax
        if sale.kind != InvoiceKind.CREDIT:
            transactions.update({(sale.issued_on, rate) for rate, _, _ in _taxed(sale)})
    return [
        DailySales(*place, excl_vat[place], vat[place], transactions[place])
        for place in sorted(excl_vat)
    ]


def _taxed(sale: Sale) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    """A deposit that bore VAT was taxed at the rate of its order: the highest of the final invoice."""
    rates = [item.rate for item in sale.amounts if item.rate != EXEMPT_RATE]
    for item in sale.amounts:
        if item.rate != EXEMPT_RATE:
            yield item.rate, sale.sign * item.excl_vat, sale.sign * item.vat
    for deposit in sale.deducted:
        if deposit.vat and rates:
            yield max(rates), -deposit.excl_vat, -deposit.vat


def daily_receipts(settlements: Iterable[Settlement]) -> list[DailyReceipts]:
    received: defaultdict[_Place, Decimal] = defaultdict(lambda: ZERO)
    for settlement in settlements:
        if settlement.rate != EXEMPT_RATE:
            received[settlement.moved_on, settlement.rate] += settlement.amount
    return [DailyReceipts(*place, received[place]) for place in sorted(received)]


REPORT_HEADINGS = (
    "SIREN", "Flux", "Jour", "Catégorie", "Taux de TVA (%)", "HT", "TVA", "TTC", "Transactions",
)  # fmt: skip
_Cell = str | date | Decimal | int


def sales_row(siren: str, found: DailySales) -> tuple[_Cell, ...]:
    return (
        siren, "ventes", found.day, CATEGORY, percent(found.rate), found.excl_vat, found.vat,
        found.excl_vat + found.vat, found.transactions,
    )  # fmt: skip


def receipts_row(siren: str, found: DailyReceipts) -> tuple[_Cell, ...]:
    return (
        siren, "encaissements", found.day, CATEGORY, percent(found.rate), "", "", found.amount, "",
    )  # fmt: skip
