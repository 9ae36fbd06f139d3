"""The PDF of an invoice, with its XML inside: PDF/A-3a, PDF/UA-1 and Factur-X."""

from __future__ import annotations

from datetime import datetime, time

from django.template.loader import render_to_string

from base.civil_dates import PARIS
from base.identifiers import spaced_siret
from documents.issued import render_to_issue
from documents.letterhead import Letterhead, identity_line
from documents.rendering import FACTUR_X_FILE, Attachment, Rendered
from shop.invoices.content import Address, InvoiceContent, Seller
from shop.invoices.facturx import invoice_xml
from shop.invoices.wording import PrintedInvoice

# Raise it when the template, its styles or its sentences change.
TEMPLATE_VERSION = "2"
TEMPLATE = "documents/invoice.html"
STYLESHEET = "invoice"


def render_invoice(content: InvoiceContent, *, duplicate: bool = False) -> Rendered:
    """The same bytes for the same content; a copy sent again says « Duplicata » (I-04).

    Raises RenderingFailed.
    """
    return render_to_issue(
        invoice_html(content, duplicate=duplicate),
        stylesheet=STYLESHEET,
        attachments=[_attachment(content)],
    )


def invoice_html(content: InvoiceContent, *, duplicate: bool = False) -> str:
    printed = PrintedInvoice(content, duplicate)
    return render_to_string(TEMPLATE, {"invoice": printed, "issuer": letterhead(content.seller)})


def letterhead(seller: Seller) -> Letterhead:
    """From the frozen content: the company may have moved since."""
    address = one_line(seller.address)
    identity = identity_line(
        legal_form=seller.legal_form,
        name=seller.name,
        capital=seller.capital,
        address=address,
        spaced_siret=spaced_siret(seller.siret),
        rcs_city=seller.rcs_city,
        naf_code=seller.naf_code,
        vat_number=seller.vat_number,
    )
    return Letterhead(seller.name, identity, address=address)


def one_line(address: Address) -> str:
    return ", ".join(filter(None, [address.street, f"{address.postcode} {address.town}"]))


def _attachment(content: InvoiceContent) -> Attachment:
    """Dated noon of the day of issue, so that UTC names the same day."""
    dated = datetime.combine(content.issued_on, time(12), PARIS)
    description = "Données Factur-X de la facture"
    return Attachment(FACTUR_X_FILE, invoice_xml(content), description, dated)
