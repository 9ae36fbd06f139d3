"""What the rows of invoices must never say (invariant I7), one French line a fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import F
from django.utils import timezone

from shop.invoices.content import arithmetic_faults
from shop.invoices.jobs import invoices_without_file
from shop.invoices.models import (
    Invoice,
)
from shop.invoices.planning import creditable
from shop.invoices.rules import CREDIT_NOTES, INVOICES
from shop.numbering.models import SeriesCounter

BATCH = 500
FILE_PATIENCE = timedelta(hours=1)


def invoice_faults() -> Iterator[str]:
    yield from _series()
    yield from _counters()
    yield from _contents()
    yield from _asked_too_early()
    yield from _credited_too_much()
    for pk in invoices_without_file(timezone.now() - FILE_PATIENCE):
        yield f"{Invoice.objects.get(pk=pk)} : le fichier n’a pas été établi."


def _series() -> Iterator[str]:
    """A gap, or a date that goes back, inside a series and a year (law.md I-03)."""
    rows = Invoice.objects.order_by("series", "year", "sequence").values_list(
        "series", "year", "sequence", "issued_on", "number"
    )
    place: tuple[str, int] = ("", 0)
    expected, latest = 1, date.min
    for series, year, sequence, issued_on, number in rows.iterator(chunk_size=BATCH):
        if (series, year) != place:
            latest = latest if series == place[0] else date.min
            place, expected = (series, year), 1
        if sequence != expected:
            yield f"Série {series} {year} : le numéro {expected} manque avant {number}."
        if issued_on < latest:
            yield f"{number} : datée avant la précédente."
        if issued_on.year != year:
            yield f"{number} : datée d’une autre année."
        expected, latest = sequence + 1, max(latest, issued_on)


def _counters() -> Iterator[str]:
    for counter in SeriesCounter.objects.filter(series__in=[INVOICES, CREDIT_NOTES]):
        rows = Invoice.objects.filter(series=counter.series).order_by("year", "sequence")
        last = rows.values_list("year", "sequence").last()
        if last != (counter.year, counter.sequence) and (last or counter.sequence):
            yield f"Série {counter.series} : le compteur et la dernière facture diffèrent."


def _contents() -> Iterator[str]:
    rows = Invoice.objects.prefetch_related("amounts").order_by("pk")
    for invoice in rows.iterator(chunk_size=BATCH):
        content = invoice.facts
        columns = (invoice.number, invoice.issued_on, invoice.excl_vat, invoice.vat)
        if columns != (content.number, content.issued_on, content.excl_vat, content.vat):
            yield f"{invoice} : les colonnes et le contenu diffèrent."
        booked = {(row.nature, row.rate, row.excl_vat, row.vat) for row in invoice.amounts.all()}
        if booked != {(t.nature.value, t.rate, t.excl_vat, t.vat) for t in content.taxes}:
            yield f"{invoice} : les montants par taux et le contenu diffèrent."
        for fault in arithmetic_faults(content):
            yield f"{invoice} : {fault}"


def _asked_too_early() -> Iterator[str]:
    """Invariant I1: nothing is invoiced to a consumer inside the withdrawal period."""
    early = Invoice.objects.filter(order__first_charge_at__gt=F("issued_at"))
    for invoice in early:
        yield f"{invoice} : émise avant la fin du délai de rétractation."


def _credited_too_much() -> Iterator[str]:
    for invoice in Invoice.objects.filter(credit_notes__isnull=False).distinct():
        if creditable(invoice) < 0:
            yield f"{invoice} : les avoirs dépassent la facture."
