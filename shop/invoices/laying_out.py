"""The file of an invoice: laid out once from its frozen content, stored, then sent to the customer."""

from __future__ import annotations

from django.db import transaction

from documents.issued import IssuedDocument
from documents.issued import issue as issue_document
from shop.invoices.content import InvoiceKind
from shop.invoices.letters import send_invoice
from shop.invoices.models import DOCUMENT_KIND, Invoice
from shop.invoices.printing import TEMPLATE_VERSION, render_invoice

FILE_NAMES = {
    InvoiceKind.DEPOSIT: "facture-acompte",
    InvoiceKind.FINAL: "facture",
    InvoiceKind.PENALTY: "facture-penalites",
    InvoiceKind.CREDIT: "avoir",
}


def lay_out(invoice_id: int) -> IssuedDocument:
    """Stores the PDF with its XML, and queues its letter; the file that exists is never made again."""
    invoice = Invoice.objects.select_related("order", "proposal").get(pk=invoice_id)
    if known := invoice.document:
        return known
    rendered = render_invoice(invoice.facts)
    with transaction.atomic():
        document = issue_document(
            kind=DOCUMENT_KIND,
            number=invoice.number,
            title=invoice.get_kind_display().capitalize(),
            file_name=f"LEXOM-{FILE_NAMES[InvoiceKind(invoice.kind)]}-{invoice.number}.pdf",
            owner=invoice.contract or invoice,
            rendered=rendered,
            template_version=TEMPLATE_VERSION,
            context=invoice.content,
        )
        send_invoice(invoice, document)
    return document
