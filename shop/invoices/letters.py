from __future__ import annotations

from django.conf import settings

from documents.issued import IssuedDocument
from mail.actions import queue_message
from mail.rules import Attachment
from shop.invoices.models import Invoice

INVOICE = "invoice"


def event_key(invoice: Invoice) -> str:
    return f"invoice-{invoice.number}"


def send_invoice(invoice: Invoice, document: IssuedDocument) -> None:
    """The file itself, once; in the transaction that stored it."""
    contract = invoice.contract
    if contract is None:
        return
    site = settings.SITE_URL.rstrip("/")
    queue_message(
        event_key=event_key(invoice),
        template=INVOICE,
        to=contract.email,
        context={
            "invoice": invoice,
            "content": invoice.facts,
            "file_name": document.file_name,
            "contract": contract,
            "contract_url": site + contract.get_absolute_url(),
            "withdrawal_url": f"{site}/renoncer/" if invoice.order else "",
        },
        subject_owner=contract,
        attachments=[Attachment(document.sha256, document.file_name)],
    )
