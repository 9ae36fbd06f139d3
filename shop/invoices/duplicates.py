"""A copy to send again: marked « Duplicata », made once, stored beside the original (law.md I-04)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from base.events import record
from documents.issued import IssuedDocument
from documents.issued import issue as issue_document
from shop.invoices.models import Invoice
from shop.invoices.printing import TEMPLATE_VERSION, render_invoice
from shop.invoices.tasks import lay_out_duplicate_now
from shop.invoices.wording import DUPLICATE

DUPLICATE_KIND = "invoice-duplicate"


@transaction.atomic
def ask_for_duplicate(*, invoice: Invoice, actor: str, now: datetime) -> IssuedDocument | None:
    """The copy that exists; otherwise None, and the worker makes it."""
    if known := duplicate_of(invoice):
        return known
    record(
        "duplicata demandé",
        subject=invoice.contract or invoice,
        actor=actor,
        data={"number": invoice.number},
        at=now,
    )
    lay_out_duplicate_now.enqueue(invoice.pk)
    return None


def duplicate_of(invoice: Invoice) -> IssuedDocument | None:
    found: IssuedDocument | None = IssuedDocument.objects.filter(
        kind=DUPLICATE_KIND, number=invoice.number
    ).first()
    return found


def lay_out_duplicate(invoice_id: int) -> IssuedDocument:
    """Of the invoice itself, not of its order: the customer's page lists originals only."""
    invoice = Invoice.objects.get(pk=invoice_id)
    rendered = render_invoice(invoice.facts, duplicate=True)
    with transaction.atomic():
        Invoice.objects.select_for_update().get(pk=invoice_id)
        return duplicate_of(invoice) or issue_document(
            kind=DUPLICATE_KIND,
            number=invoice.number,
            title=f"{invoice.get_kind_display().capitalize()} ({DUPLICATE.lower()})",
            file_name=f"LEXOM-duplicata-{invoice.number}.pdf",
            owner=invoice,
            rendered=rendered,
            template_version=TEMPLATE_VERSION,
            context=invoice.content,
        )
