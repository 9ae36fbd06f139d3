"""Fills the site with invoices, a hundred a day from 1 January 2026 on; prints JSON."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  needs the line above

from shop.invoices.content import (  # noqa: E402
    Address,
    Audience,
    Buyer,
    InvoiceContent,
    InvoiceKind,
    Line,
    Seller,
    taxes_of,
    to_json,
)
from shop.models import Invoice, InvoiceAmount  # noqa: E402

BATCH, A_DAY = 1000, 100
FIRST = date(2026, 1, 1)
HERE = Address("1 rue de l’Exemple", "07000", "Privas")
LINES = (Line("Conduire une réunion", Decimal("990.00"), Decimal("0.20"), details=("Privas",)),)
CONTENT = InvoiceContent(
    kind=InvoiceKind.FINAL,
    number="F-2026-00001",
    issued_on=FIRST,
    seller=Seller("LEXOM", HERE, "12345678900012", "FR00123456789"),
    buyer=Buyer("Camille Exemple", HERE, Audience.CONSUMER),
    lines=LINES,
    taxes=taxes_of(LINES),
    due_on=FIRST,
)


def main() -> None:
    total = int(sys.argv[1])
    started = time.perf_counter()
    content = to_json(CONTENT)
    for first in range(0, total, BATCH):
        numbers = range(first, min(first + BATCH, total))
        invoices = Invoice.objects.bulk_create(new_invoice(number, content) for number in numbers)
        InvoiceAmount.objects.bulk_create(map(new_amount, invoices))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    sys.stdout.write(json.dumps({"built": time.perf_counter() - started}))


def new_invoice(number: int, content: dict[str, Any]) -> Invoice:
    on = FIRST + timedelta(days=number // A_DAY)
    return Invoice(
        kind=CONTENT.kind.value,
        audience=CONTENT.buyer.audience.value,
        series="F",
        year=on.year,
        sequence=number + 1,
        number=f"F-{on.year}-{number + 1:06d}",
        issued_on=on,
        issued_at=datetime(on.year, on.month, on.day, 11, tzinfo=UTC),
        due_on=on,
        buyer_name=f"Client {number:06d}",
        excl_vat=CONTENT.excl_vat,
        vat=CONTENT.vat,
        incl_vat=CONTENT.incl_vat,
        payable=CONTENT.payable,
        content=content,
        actor="essai",
    )


def new_amount(invoice: Invoice) -> InvoiceAmount:
    (tax,) = CONTENT.taxes
    return InvoiceAmount(
        invoice=invoice,
        nature=tax.nature.value,
        rate=tax.rate,
        excl_vat=tax.excl_vat,
        vat=tax.vat,
    )


if __name__ == "__main__":
    main()
