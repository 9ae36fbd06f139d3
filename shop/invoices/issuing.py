"""From a content to a number: checked, then numbered, then frozen (law.md I-03, I-04)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from base.events import record
from shop.invoices.content import (
    InvoiceContent,
    arithmetic_faults,
    particular_faults,
    to_json,
)
from shop.invoices.facturx import invoice_xml
from shop.invoices.facturx_schema import check_xml
from shop.invoices.models import Invoice, InvoiceAmount
from shop.invoices.rules import NotInvoiceable, series_of
from shop.invoices.tasks import lay_out_invoice
from shop.numbering.actions import take_place
from shop.payments.models import Attempt, Contract, of_contract


def issue(
    content: InvoiceContent,
    *,
    contract: Contract,
    actor: str,
    now: datetime,
    payment: Attempt | None = None,
    corrects: Invoice | None = None,
) -> Invoice:
    """Numbers and freezes a content, in the caller's transaction, as its last act.

    Raises NotInvoiceable when its amounts or its XML are not right: the number goes back.
    """
    place = take_place(series_of(content.kind), timezone.localdate(now))
    content = replace(
        content,
        number=place.number,
        issued_on=place.issued_on,
        due_on=max(content.due_on, place.issued_on) if content.payable else content.due_on,
    )
    refuse_faulty(content)
    invoice = Invoice.append(
        kind=content.kind.value,
        audience=content.buyer.audience.value,
        series=place.series,
        year=place.year,
        sequence=place.sequence,
        number=place.number,
        issued_on=place.issued_on,
        issued_at=now,
        due_on=content.due_on,
        **of_contract(contract),
        payment=payment,
        corrects=corrects,
        buyer_name=content.buyer.name[:200],
        excl_vat=content.excl_vat,
        vat=content.vat,
        incl_vat=content.incl_vat,
        payable=content.payable,
        content=to_json(content),
        actor=actor[:200],
    )
    _book(invoice, content)
    _tell(invoice, contract, actor, now)
    lay_out_invoice.enqueue(invoice.pk)
    return invoice


def refuse_faulty(content: InvoiceContent) -> None:
    """Raises NotInvoiceable with every fault that our arithmetic and the XML schema find."""
    faults = [*particular_faults(content), *arithmetic_faults(content)] or check_xml(
        invoice_xml(content)
    )
    if faults:
        raise NotInvoiceable(f"{content.kind.label.capitalize()} : {' '.join(faults)}"[:500])


def _book(invoice: Invoice, content: InvoiceContent) -> None:
    for tax in content.taxes:
        InvoiceAmount.append(
            invoice=invoice,
            nature=tax.nature.value,
            rate=tax.rate,
            excl_vat=tax.excl_vat,
            vat=tax.vat,
        )


def _tell(invoice: Invoice, contract: Contract, actor: str, now: datetime) -> None:
    data = {"number": invoice.number, "incl_vat": invoice.incl_vat, "kind": invoice.kind}
    if invoice.corrects:
        data["corrects"] = invoice.corrects.number
    name = f"{invoice.get_kind_display().capitalize()} {'émis' if invoice.is_credit else 'émise'}"
    record(name, subject=contract, actor=actor, data=data, at=now)
