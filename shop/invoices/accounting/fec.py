"""Accounting entries in the form of the FEC: the 18 columns of LPF art. A47 A-1. Pure.

Amounts are ``Decimal`` euros with two places, days are Paris dates. Every piece balances.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from base.spreadsheets import harmless_cell
from shop.invoices.accounting.rules import ZERO, Sale, Settlement
from shop.invoices.content import InvoiceKind, Nature
from shop.payments.rules import Channel

CURRENT_ACCOUNT, SALES, BANK = "Clients", "Ventes", "Banque"


@dataclass(frozen=True)
class Accounts:
    """Numbers of accounts and codes of journals, as the accountant chose them."""

    client: str = "411000"
    deposit: str = "419100"
    training: str = "706000"
    indemnity: str = "708000"
    vat: str = "445710"
    bank: str = "512000"
    stripe: str = "467000"
    sales_journal: str = "VE"
    bank_journal: str = "BQ"


class FecLine(NamedTuple):
    """Names of the fields are those of the law; dates are AAAAMMJJ, decimals have a comma."""

    JournalCode: str
    JournalLib: str
    EcritureNum: str
    EcritureDate: str
    CompteNum: str
    CompteLib: str
    CompAuxNum: str
    CompAuxLib: str
    PieceRef: str
    PieceDate: str
    EcritureLib: str
    Debit: str
    Credit: str
    EcritureLet: str
    DateLet: str
    ValidDate: str
    Montantdevise: str
    Idevise: str


@dataclass(frozen=True)
class _Posting:
    """``amount`` is debited when positive, credited when negative."""

    account: str
    name: str
    amount: Decimal
    label: str


@dataclass(frozen=True)
class _Piece:
    journal: str
    journal_name: str
    number: str
    reference: str
    booked_on: date
    dated: date
    client_account: str
    client_code: str
    client_name: str


def sale_lines(sale: Sale, accounts: Accounts) -> tuple[FecLine, ...]:
    """A deposit goes to its own account, from which the final invoice takes it back (law.md I-05)."""
    piece = _Piece(
        journal=accounts.sales_journal,
        journal_name=SALES,
        number=sale.number,
        reference=sale.number,
        booked_on=sale.issued_on,
        dated=sale.issued_on,
        client_account=accounts.client,
        client_code=sale.client_code,
        client_name=sale.client_name,
    )
    return _lines(piece, list(_sale_postings(sale, accounts)))


def _sale_postings(sale: Sale, accounts: Accounts) -> Iterator[_Posting]:
    label = _label_of(sale)
    deducted = sale.deducted_excl_vat + sale.deducted_vat
    yield _Posting(accounts.client, CURRENT_ACCOUNT, sale.sign * sale.incl_vat - deducted, label)
    for item in sale.amounts:
        account, name = _sold_account(sale, item.nature, accounts)
        yield _Posting(account, name, -sale.sign * item.excl_vat, label)
        yield _Posting(accounts.vat, "TVA collectée", -sale.sign * item.vat, label)
    yield from _deposits_taken_back(sale, accounts, f"Acomptes déduits – {sale.number}")


def _deposits_taken_back(sale: Sale, accounts: Accounts, label: str) -> Iterator[_Posting]:
    """What a credit note undid of a deposit was sold for less: it leaves the sales as well."""
    left = sale.deducted_excl_vat - sale.credited_excl_vat
    yield _Posting(accounts.deposit, "Acomptes reçus", left, label)
    yield _Posting(accounts.training, "Ventes de formations", sale.credited_excl_vat, label)
    yield _Posting(accounts.vat, "TVA collectée", sale.deducted_vat, label)


def _label_of(sale: Sale) -> str:
    kind = InvoiceKind(sale.kind).label.capitalize()
    about = f" sur {sale.corrects}" if sale.corrects else ""
    return f"{kind} {sale.number}{about} – {sale.client_name}"


def _sold_account(sale: Sale, nature: str, accounts: Accounts) -> tuple[str, str]:
    if sale.kind == InvoiceKind.DEPOSIT or sale.takes_back_deposit:
        return accounts.deposit, "Acomptes reçus"
    if nature == Nature.INDEMNITY:
        return accounts.indemnity, "Indemnités"
    return accounts.training, "Ventes de formations"


def settlement_lines(settlement: Settlement, accounts: Accounts) -> tuple[FecLine, ...]:
    """Money through Stripe waits on Stripe's account until its payout reaches the bank."""
    piece = _Piece(
        journal=accounts.bank_journal,
        journal_name=BANK,
        number=str(settlement.number),
        reference=settlement.reference or str(settlement.number),
        booked_on=settlement.entered_on,
        dated=settlement.moved_on,
        client_account=accounts.client,
        client_code=settlement.client_code,
        client_name=settlement.client_name,
    )
    by_transfer = settlement.channel == Channel.TRANSFER
    account, name = (accounts.bank, BANK) if by_transfer else (accounts.stripe, "Stripe")
    label = f"{settlement.label.capitalize()} – {settlement.client_code}"
    postings = [
        _Posting(account, name, settlement.amount, label),
        _Posting(accounts.client, CURRENT_ACCOUNT, -settlement.amount, label),
    ]
    return _lines(piece, postings)


def _lines(piece: _Piece, postings: Sequence[_Posting]) -> tuple[FecLine, ...]:
    return tuple(_line(piece, posting) for posting in postings if posting.amount)


def _line(piece: _Piece, posting: _Posting) -> FecLine:
    of_client = posting.account == piece.client_account
    return FecLine(
        JournalCode=piece.journal,
        JournalLib=piece.journal_name,
        EcritureNum=piece.number,
        EcritureDate=fec_day(piece.booked_on),
        CompteNum=posting.account,
        CompteLib=posting.name,
        CompAuxNum=fec_text(piece.client_code) if of_client else "",
        CompAuxLib=fec_text(piece.client_name) if of_client else "",
        PieceRef=fec_text(piece.reference),
        PieceDate=fec_day(piece.dated),
        EcritureLib=fec_text(posting.label),
        Debit=fec_amount(max(posting.amount, ZERO)),
        Credit=fec_amount(max(-posting.amount, ZERO)),
        EcritureLet="",
        DateLet="",
        ValidDate=fec_day(piece.booked_on),
        Montantdevise="",
        Idevise="",
    )


def fec_day(day: date) -> str:
    return f"{day:%Y%m%d}"


def fec_amount(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def fec_text(text: str) -> str:
    """On one line and without the separator of columns."""
    return harmless_cell(" ".join(text.split()))


def balance(lines: Sequence[FecLine]) -> Decimal:
    """Debits less credits: zero for every piece."""
    return sum((_read(line.Debit) - _read(line.Credit) for line in lines), ZERO)


def _read(amount: str) -> Decimal:
    return Decimal(amount.replace(",", "."))
