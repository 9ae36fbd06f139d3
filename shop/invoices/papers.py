"""The invoices of one contract, in the words of their reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from base.typography import euros, french_date
from documents.issued import IssuedDocument
from shop.invoices.models import DOCUMENT_KIND, Invoice
from shop.payments.models import Contract


@dataclass(frozen=True)
class Paper:
    """``document`` is None for the few seconds that the file takes."""

    invoice: Invoice
    document: IssuedDocument | None

    @property
    def label(self) -> str:
        return (
            f"{title_of(self.invoice)} du {french_date(self.invoice.issued_on)} : "
            f"{euros(self.invoice.incl_vat)}"
        )


def title_of(invoice: Invoice) -> str:
    """« Facture d’acompte F-2026-00001 »"""
    return f"{invoice.get_kind_display().capitalize()} {invoice.number}"


def papers_of(contract: Contract, documents: Iterable[IssuedDocument]) -> list[Paper]:
    """Oldest first; ``documents`` are those of the contract, already read."""
    files = {file.number: file for file in documents if file.kind == DOCUMENT_KIND}
    rows = contract.invoices.defer("content").order_by("issued_at", "pk")
    return [Paper(invoice, files.get(invoice.number)) for invoice in rows]
