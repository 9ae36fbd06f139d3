"""Invoices and ledger of a period, read in order and a few at a time.

A period goes from its first to its last Paris day, both included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby, islice
from typing import Any, NamedTuple

from django.db.models import DecimalField, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce
from django.utils import timezone

from base.money import round_cents
from documents.issued import IssuedDocument
from shop.invoices.accounting.rules import Deducted, Sale, Settlement, SoldAmount
from shop.invoices.content import InvoiceKind
from shop.invoices.ledger.models import LedgerClosing, LedgerEntry
from shop.invoices.ledger.rules import EntryKind
from shop.invoices.models import DOCUMENT_KIND, Invoice, InvoiceAmount, InvoiceDeduction

BATCH = 500


def sales(first: date, last: date) -> Iterator[Sale]:
    """In the order of the series, with what the accountant has to know of deducted deposits."""
    rows = _amounts(first, last).annotate(
        takes_back=_corrects_a_deposit_not_deducted(), credited=_credited_before()
    )
    named = rows.values(*_SALE_FIELDS, "takes_back", "credited")
    yield from _grouped(named.iterator(chunk_size=BATCH))


def issued(first: date, last: date) -> Iterator[Sale]:
    """The same without what only accounting entries need."""
    yield from _grouped(_amounts(first, last).values(*_SALE_FIELDS).iterator(chunk_size=BATCH))


_SALE_FIELDS = (
    "invoice__number", "invoice__kind", "invoice__audience", "invoice__issued_on",
    "invoice__buyer_name", "invoice__order__reference", "invoice__proposal__number",
    "invoice__corrects__number",
    "deducted", "siren",
    "nature", "rate", "excl_vat", "vat",
)  # fmt: skip


def _amounts(first: date, last: date) -> QuerySet[InvoiceAmount]:
    """A SIREN is a text of digits: read as JSON, it would lose its leading zeros."""
    found: QuerySet[InvoiceAmount] = (
        InvoiceAmount.objects.filter(invoice__issued_on__range=(first, last))
        .annotate(
            siren=KeyTextTransform("siren", KeyTransform("buyer", "invoice__content")),
            deducted=KeyTransform("deducted", "invoice__content"),
        )
        .order_by(
            "invoice__issued_on", "invoice__series", "invoice__year", "invoice__sequence", "pk"
        )
    )
    return found


def _corrects_a_deposit_not_deducted() -> Exists:
    """For a credit note on a deposit: no final invoice issued before it had deducted that one."""
    deposits = Invoice.objects.filter(
        pk=OuterRef("invoice__corrects"), kind=InvoiceKind.DEPOSIT.value
    )
    deducted = InvoiceDeduction.objects.filter(
        deposit=OuterRef("pk"), final__lt=OuterRef(OuterRef("invoice"))
    )
    return Exists(deposits.exclude(Exists(deducted)))


def _credited_before() -> Coalesce:
    """Credit notes issued before a final invoice on the deposits that it deducts, VAT excluded."""
    notes = Invoice.objects.filter(
        corrects__deducted_by__final=OuterRef("invoice"), pk__lt=OuterRef("invoice")
    )
    total = notes.order_by().values("corrects__deducted_by__final").annotate(total=Sum("excl_vat"))
    return Coalesce(Subquery(total.values("total")), Value(Decimal(0)), output_field=DecimalField())


def _grouped(rows: Iterable[dict[str, Any]]) -> Iterator[Sale]:
    for _, group in groupby(rows, key=lambda row: row["invoice__number"]):
        yield _sale(list(group))


def _sale(rows: list[dict[str, Any]]) -> Sale:
    one = rows[0]
    number: str = one["invoice__number"]
    siren: str = one["siren"] or ""
    return Sale(
        number=number,
        kind=one["invoice__kind"],
        audience=one["invoice__audience"],
        issued_on=one["invoice__issued_on"],
        client_code=one["invoice__order__reference"]
        or siren
        or one["invoice__proposal__number"]
        or number,
        client_name=one["invoice__buyer_name"],
        amounts=tuple(
            SoldAmount(row["nature"], row["rate"], row["excl_vat"], row["vat"]) for row in rows
        ),
        deducted=tuple(
            Deducted(item["number"], Decimal(item["excl_vat"]), Decimal(item["vat"]))
            for item in one["deducted"] or ()
        ),
        corrects=one["invoice__corrects__number"] or "",
        takes_back_deposit=bool(one.get("takes_back", False)),
        credited_excl_vat=round_cents(Decimal(one.get("credited", 0))),
    )


def settlements_entered(first: date, last: date) -> Iterator[Settlement]:
    """By the day of the entry: no later export of the same period says anything else."""
    rows = LedgerEntry.objects.filter(at__gte=_midnight(first), at__lt=_midnight(_next(last)))
    yield from _settlements(rows)


def consumer_settlements(first: date, last: date) -> Iterator[Settlement]:
    """By the day of the bank, which may be told later; companies are invoiced electronically."""
    rows = LedgerEntry.objects.filter(moved_on__range=(first, last))
    yield from _settlements(rows.filter(attempt__due__order__isnull=False))


def _settlements(rows: QuerySet[LedgerEntry]) -> Iterator[Settlement]:
    named = rows.order_by("number").values(
        "number", "kind", "amount", "vat_rate", "channel", "reference", "order_reference",
        "at", "moved_on",
        first_name=F("attempt__due__order__first_name"),
        last_name=F("attempt__due__order__last_name"),
        siren=F("attempt__due__proposal__siren"),
        company=F("attempt__due__proposal__company_name"),
        proposal=F("attempt__due__proposal__number"),
    )  # fmt: skip
    for row in named.iterator(chunk_size=BATCH):
        yield Settlement(
            number=row["number"],
            label=EntryKind(row["kind"]).label,
            amount=row["amount"],
            rate=row["vat_rate"],
            channel=row["channel"],
            reference=row["reference"],
            client_code=row["siren"] or row["proposal"] or row["order_reference"],
            client_name=row["company"] or f"{row['first_name']} {row['last_name']}",
            entered_on=timezone.localdate(row["at"]),
            moved_on=row["moved_on"],
        )


def entries(first: date, last: date) -> Iterator[LedgerEntry]:
    rows = LedgerEntry.objects.filter(at__gte=_midnight(first), at__lt=_midnight(_next(last)))
    yield from rows.order_by("number").iterator(chunk_size=BATCH)


def closings(first: date, last: date) -> Iterator[LedgerClosing]:
    """Those of periods that end in this one."""
    rows = LedgerClosing.objects.filter(ends_on__range=(first, last))
    yield from rows.order_by("number").iterator(chunk_size=BATCH)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _next(day: date) -> date:
    return day + timedelta(days=1)


class InvoiceFile(NamedTuple):
    """``sha256`` is empty while the document is not laid out."""

    number: str
    kind: str
    issued_on: date
    buyer_name: str
    incl_vat: Decimal
    sha256: str


def invoice_files(first: date, last: date) -> Iterator[InvoiceFile]:
    """In the order of the series; the stored files are looked up for many invoices at once."""
    rows = (
        Invoice.objects.filter(issued_on__range=(first, last))
        .order_by("issued_on", "series", "year", "sequence")
        .values_list("number", "kind", "issued_on", "buyer_name", "incl_vat")
        .iterator(chunk_size=BATCH)
    )
    while batch := list(islice(rows, BATCH)):
        digests = _digests([number for number, *_ in batch])
        for number, kind, issued_on, buyer_name, incl_vat in batch:
            digest = digests.get(number, "")
            yield InvoiceFile(number, kind, issued_on, buyer_name, incl_vat, digest)


def _digests(numbers: list[str]) -> dict[str, str]:
    documents = IssuedDocument.objects.filter(kind=DOCUMENT_KIND, number__in=numbers)
    return dict(documents.values_list("number", "sha256"))
