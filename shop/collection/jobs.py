from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from base.clock import Job, register
from documents.issued import IssuedDocument
from shop.collection.actions import follow_case, open_case
from shop.collection.models import LETTER_DOCUMENT, CollectionCase, RegisteredLetter
from shop.collection.suspending import lift_what_waits_for_nothing
from shop.collection.tasks import lay_out_letter
from shop.invoices.balance import FINAL, unpaid_invoices
from shop.invoices.models import Invoice
from shop.payments.rules import MORNING

PATIENCE = timedelta(minutes=5)


def register_jobs() -> None:
    register(Job("impayés à suivre", timedelta(minutes=10), follow_unpaid))
    register(Job("suspensions à lever", timedelta(minutes=10), lift_what_waits_for_nothing))
    register(Job("lettres de recouvrement à mettre en page", PATIENCE, lay_out_forgotten))


def follow_unpaid(now: datetime) -> None:
    """In the morning, Paris time: a company reads its reminders at work."""
    if timezone.localtime(now).time() < MORNING:
        return
    late = unpaid_invoices(Invoice.objects.filter(FINAL, due_on__lt=timezone.localdate(now)))
    for invoice in late.filter(collection_case__isnull=True).order_by("pk"):
        open_case(invoice=invoice, now=now)
    followed = Q(settled_at__isnull=True) | Q(invoice__in=late)
    cases = CollectionCase.objects.filter(followed).order_by("pk")
    for pk in list(cases.values_list("pk", flat=True)):
        follow_case(case_id=pk, now=now)


def lay_out_forgotten(now: datetime) -> None:
    for letter in letters_without_file(now - PATIENCE):
        lay_out_letter.enqueue(letter.pk)


def letters_without_file(before: datetime) -> list[RegisteredLetter]:
    filed = IssuedDocument.objects.filter(kind=LETTER_DOCUMENT).values("number")
    return list(RegisteredLetter.objects.filter(prepared_at__lt=before).exclude(number__in=filed))
