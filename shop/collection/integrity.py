"""What the rows of collection must never say, one French line a fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from django.db.models import F
from django.utils import timezone

from base.money import round_cents
from shop.collection.jobs import letters_without_file
from shop.collection.models import CollectionCase, CollectionReminder, PenaltyInvoice
from shop.invoices.content import Audience

FILE_PATIENCE = timedelta(hours=1)


def collection_faults() -> Iterator[str]:
    yield from _consumers()
    yield from _days()
    yield from _amounts()
    for letter in letters_without_file(timezone.now() - FILE_PATIENCE):
        yield f"{letter} : le fichier n’a pas été établi."


def _consumers() -> Iterator[str]:
    """Neither penalties, nor 40 €, nor these reminders (law.md L-03, L-07)."""
    consumer = {"case__invoice__audience": Audience.CONSUMER.value}
    for penalty in PenaltyInvoice.objects.filter(**consumer).select_related("invoice"):
        yield f"{penalty.invoice} : pénalités demandées à un particulier."
    for reminder in CollectionReminder.objects.filter(**consumer).select_related("case__invoice"):
        yield f"{reminder} : relance d’entreprise envoyée à un particulier."


def _days() -> Iterator[str]:
    """A day is billed once, and never before the day after the one to pay (law.md L-02)."""
    cases = CollectionCase.objects.filter(penalties__isnull=False).distinct()
    for case in cases.select_related("invoice").prefetch_related("penalties"):
        rows = [row for row in case.penalties.all() if row.undone_at is None]
        for before, after in pairwise(sorted(rows, key=lambda row: row.first_day)):
            if after.first_day <= before.last_day:
                yield f"{case} : des jours de retard sont facturés deux fois."
        if any(row.first_day <= case.invoice.due_on for row in rows):
            yield f"{case} : des intérêts courent avant le lendemain de l’échéance."


def _amounts() -> Iterator[str]:
    rows = PenaltyInvoice.objects.annotate(asked=F("interest") + F("recovery"))
    for row in rows.select_related("invoice"):
        if round_cents(row.asked) != row.invoice.incl_vat:
            yield f"{row.invoice} : la facture et le calcul des pénalités diffèrent."
