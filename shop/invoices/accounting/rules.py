"""Sales and settlements as the accountant reads them (law.md I-03, I-05). Pure.

Amounts are ``Decimal`` euros with two places; those of a ``Sale`` are positive, credit notes
included, as they are printed. Days are Paris dates; ``rate`` is a fraction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from shop.invoices.content import Audience, InvoiceKind, Nature

ZERO = Decimal("0.00")
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class SoldAmount:
    """What an invoice books for one nature and rate."""

    nature: str
    rate: Decimal
    excl_vat: Decimal
    vat: Decimal


@dataclass(frozen=True)
class Deducted:
    """A deposit that a final invoice deducts."""

    number: str
    excl_vat: Decimal
    vat: Decimal


@dataclass(frozen=True)
class Sale:
    """An invoice or a credit note.

    ``client_code`` names the account of one client. ``takes_back_deposit``: a credit note on a
    deposit that no final invoice had deducted yet; ``credited_excl_vat``: what such credit notes
    undid, VAT excluded, of the deposits that this final invoice deducts.
    """

    number: str
    kind: str
    audience: str
    issued_on: date
    client_code: str
    client_name: str
    amounts: tuple[SoldAmount, ...]
    deducted: tuple[Deducted, ...] = ()
    corrects: str = ""
    takes_back_deposit: bool = False
    credited_excl_vat: Decimal = ZERO

    @property
    def sign(self) -> int:
        return -1 if self.kind == InvoiceKind.CREDIT else 1

    @property
    def incl_vat(self) -> Decimal:
        return sum((item.excl_vat + item.vat for item in self.amounts), ZERO)

    @property
    def deducted_excl_vat(self) -> Decimal:
        return sum((item.excl_vat for item in self.deducted), ZERO)

    @property
    def deducted_vat(self) -> Decimal:
        return sum((item.vat for item in self.deducted), ZERO)


@dataclass(frozen=True)
class Settlement:
    """An entry of the ledger; ``amount`` is positive for money received.

    ``entered_on`` is the day of the entry, ``moved_on`` that of the bank.
    """

    number: int
    label: str
    amount: Decimal
    rate: Decimal
    channel: str
    reference: str
    client_code: str
    client_name: str
    entered_on: date
    moved_on: date


class JournalRow(NamedTuple):
    """A credit note and a deduction are negative: every column adds up."""

    number: str
    issued_on: date
    kind: str
    buyer: str
    audience: str
    nature: str
    rate: Decimal
    excl_vat: Decimal
    vat: Decimal
    incl_vat: Decimal
    deducted_excl_vat: Decimal
    deducted_vat: Decimal
    refers_to: str


JOURNAL_HEADINGS = (
    "Numéro", "Date", "Nature du document", "Client", "Type de client", "Objet", "Taux de TVA (%)",
    "HT", "TVA", "TTC", "Acomptes déduits HT", "Acomptes déduits TVA", "Documents liés",
)  # fmt: skip


def journal_rows(sale: Sale) -> Iterator[JournalRow]:
    """One row a nature and rate; what is deducted stands on the first one.

    Sales of a period: the sum of HT and of the deductions, or a deposit would count twice.
    """
    numbers = [sale.corrects] if sale.corrects else [item.number for item in sale.deducted]
    deducted = (-sale.deducted_excl_vat, -sale.deducted_vat)
    for item in sale.amounts:
        excl_vat, vat = sale.sign * item.excl_vat, sale.sign * item.vat
        yield JournalRow(
            sale.number,
            sale.issued_on,
            InvoiceKind(sale.kind).label,
            sale.client_name,
            Audience(sale.audience).label,
            Nature(item.nature).label,
            percent(item.rate),
            excl_vat,
            vat,
            excl_vat + vat,
            *deducted,
            ", ".join(numbers),
        )
        deducted = (ZERO, ZERO)


def percent(rate: Decimal) -> Decimal:
    return (rate * 100).quantize(_TENTH)
