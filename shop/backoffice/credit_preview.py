"""A credit note shown before it exists: no number, but every amount as it will be issued."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from base.typography import euros
from shop.invoices.content import InvoiceContent
from shop.invoices.issuing import refuse_faulty
from shop.invoices.planning import PlannedCredit
from shop.invoices.rules import NotInvoiceable


@dataclass(frozen=True)
class CreditRow:
    corrects: str
    excl_vat: str
    vat: str
    incl_vat: str


@dataclass(frozen=True)
class CreditPreview:
    """``problem`` is why no credit note can be issued, in French."""

    rows: tuple[CreditRow, ...] = ()
    problem: str = ""


def preview(plan: Callable[[], Iterable[PlannedCredit]]) -> CreditPreview:
    """Of what ``plan`` gives; what would be refused at issue is refused here."""
    try:
        planned = list(plan())
        for credit in planned:
            refuse_faulty(credit.content)
    except NotInvoiceable as problem:
        return CreditPreview(problem=str(problem))
    return CreditPreview(tuple(_row(credit) for credit in planned))


def _row(credit: PlannedCredit) -> CreditRow:
    content = credit.content
    return CreditRow(
        corrects=_corrected(credit, content),
        excl_vat=euros(content.excl_vat),
        vat=euros(content.vat),
        incl_vat=euros(content.incl_vat),
    )


def _corrected(credit: PlannedCredit, content: InvoiceContent) -> str:
    if credit.corrects is None and content.corrects:
        return f"{content.corrects.kind.label}, émise juste avant l’avoir"
    return str(credit.corrects)
