"""Invoices as rows, without the road that issues them: what is exported is what is stored."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from base.civil_dates import PARIS
from shop.invoices.content import (
    Address,
    Audience,
    Buyer,
    Earlier,
    InvoiceContent,
    InvoiceKind,
    Line,
    Nature,
    Seller,
    Tax,
    to_json,
)
from shop.models import Invoice, InvoiceAmount, InvoiceDeduction
from tests.factories.orders import OrderFactory

TAXED, EXEMPT = Decimal("0.200"), Decimal("0.000")
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
HERE = Address("1 rue de l’Exemple", "07000", "Privas")
SELLER = Seller("LEXOM", HERE, "12345678900012", "FR00123456789")


def tax(excl_vat, vat, rate=TAXED, nature=Nature.TRAINING):
    return Tax(nature, rate, Decimal(excl_vat), Decimal(vat))


@pytest.fixture
def order(home):
    return OrderFactory()


@pytest.fixture
def bill(order):
    """Stores an invoice with its amounts and deductions."""
    places = {"F": 0, "AV": 0}

    def bill(kind, *taxes, on=FIRST, deducts=(), corrects=None, buyer=None, order=order):
        series = "AV" if kind == InvoiceKind.CREDIT else "F"
        places[series] += 1
        content = InvoiceContent(
            kind=InvoiceKind(kind),
            number=f"{series}-{on.year}-{places[series]:05d}",
            issued_on=on,
            seller=SELLER,
            buyer=buyer or Buyer("Camille Exemple", HERE, Audience.CONSUMER),
            lines=tuple(Line("Formation", item.excl_vat, item.rate) for item in taxes),
            taxes=taxes,
            due_on=on,
            deducted=tuple(earlier(found) for found in deducts),
            corrects=corrects and earlier(corrects),
        )
        return store(content, series, places[series], order, deducts, corrects)

    return bill


def earlier(invoice):
    return Earlier(
        invoice.number, invoice.issued_on, invoice.excl_vat, invoice.vat, InvoiceKind(invoice.kind)
    )


def store(content, series, sequence, order, deducts, corrects):
    on = content.issued_on
    invoice = Invoice.append(
        kind=content.kind.value, audience=content.buyer.audience.value, series=series,
        year=on.year, sequence=sequence, number=content.number, issued_on=on,
        issued_at=datetime.combine(on, time(12), PARIS), due_on=on, order=order,
        corrects=corrects, buyer_name=content.buyer.name, excl_vat=content.excl_vat,
        vat=content.vat, incl_vat=content.incl_vat, payable=content.payable,
        content=to_json(content), actor="essai",
    )  # fmt: skip
    for item in content.taxes:
        InvoiceAmount.append(
            invoice=invoice, nature=item.nature.value, rate=item.rate,
            excl_vat=item.excl_vat, vat=item.vat,
        )  # fmt: skip
    for deposit in deducts:
        InvoiceDeduction.append(final=invoice, deposit=deposit)
    return invoice
