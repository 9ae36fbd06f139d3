"""What a bank statement says, whatever its format: money received, one entry a transfer. Pure.

Amounts are positive ``Decimal`` of ``currency``; days are those of the bank, in Paris.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from hashlib import sha256

from base.money import CENT

LARGEST_FILE = 8 * 1024 * 1024
MOST_LINES = 20_000
LARGEST_AMOUNT = Decimal("99999999.99")
LONGEST_TEXT = 1000
LONGEST_NAME = 140
LONGEST_REFERENCE = 140
EARLIEST = date(2000, 1, 1)
LATEST = date(2100, 12, 31)
EURO = "EUR"


class StatementRefused(Exception):
    """The message is one French sentence for the person who chose the file; nothing is imported."""

    def __init__(self, problem: str, *, line: int | None = None) -> None:
        super().__init__(problem if line is None else f"Ligne {line} : {problem}")
        self.line = line


class StatementFormat(StrEnum):
    CAMT = "camt"
    CSV = "csv"

    @property
    def label(self) -> str:
        return {StatementFormat.CAMT: "CAMT.053", StatementFormat.CSV: "CSV"}[self]


@dataclass(frozen=True)
class Entry:
    """``place`` is its line in the file, from 1. A reversal gives back what we had sent."""

    booked_on: date
    amount: Decimal
    currency: str = EURO
    value_on: date | None = None
    payer: str = ""
    payer_iban: str = ""
    text: str = ""
    end_to_end: str = ""
    bank_reference: str = ""
    is_reversal: bool = False
    place: int = 0

    @property
    def searched(self) -> str:
        """Everything in which a payer may have quoted what it pays."""
        return " ".join(filter(None, (self.text, self.end_to_end, self.bank_reference)))


@dataclass(frozen=True)
class Ignored:
    """How many movements of the file are not money received: told to whoever imports it."""

    debits: int = 0
    not_booked: int = 0
    taken_back: int = 0
    balances: int = 0

    @property
    def sentences(self) -> list[str]:
        told = (
            (self.debits, "débit", "débits"),
            (self.not_booked, "mouvement non comptabilisé", "mouvements non comptabilisés"),
            (self.balances, "ligne de solde ou de total", "lignes de solde ou de total"),
        )
        found = [
            f"Laissé de côté : {count} {one if count == 1 else several}."
            for count, one, several in told
            if count
        ]
        if self.taken_back:
            found.append(
                f"Virements repris par la banque : {self.taken_back}. À traiter à la main, avec elle."
            )
        return found


@dataclass(frozen=True)
class Statement:
    """``account`` is the IBAN of the account, without spaces, empty when the file does not say it."""

    format: StatementFormat
    entries: tuple[Entry, ...]
    account: str = ""
    ignored: Ignored = field(default_factory=Ignored)

    @property
    def total(self) -> Decimal:
        return sum((e.amount for e in self.entries if e.currency == EURO), Decimal("0.00"))

    @property
    def first_day(self) -> date | None:
        return min((entry.booked_on for entry in self.entries), default=None)

    @property
    def last_day(self) -> date | None:
        return max((entry.booked_on for entry in self.entries), default=None)


def fingerprints(statement: Statement) -> list[str]:
    """One for each entry, the same for the same entry of any other statement of the account.

    Two transfers that are alike in every respect, in one file, get two: the first and the second.
    """
    met: Counter[tuple[str, ...]] = Counter()
    found = []
    for entry in statement.entries:
        facts = _facts(statement.account, entry)
        met[facts] += 1
        found.append(sha256("\x1f".join((*facts, str(met[facts]))).encode()).hexdigest())
    return found


def _facts(account: str, entry: Entry) -> tuple[str, ...]:
    return (
        account, entry.booked_on.isoformat(), str(entry.amount), entry.currency, entry.payer,
        entry.payer_iban, entry.text, entry.end_to_end, entry.bank_reference,
        "reversal" if entry.is_reversal else "",
    )  # fmt: skip


def tidy(text: str | None, longest: int) -> str:
    """One line without control characters, cut to what is kept."""
    kept = (
        "" if unicodedata.category(c) in ("Cc", "Cs") and not c.isspace() else c for c in text or ""
    )
    return " ".join("".join(kept).split())[:longest].rstrip()


def tidy_iban(text: str | None) -> str:
    """Empty for what cannot be an IBAN."""
    compact = re.sub(r"[\s-]", "", text or "").upper()
    return compact if re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}", compact) else ""


def checked_amount(typed: str, *, line: int) -> Decimal:
    """A positive amount in whole cents. ``typed`` has a decimal point and no spaces."""
    if not re.fullmatch(r"\d{1,12}(\.\d{0,5})?", typed, re.ASCII):
        raise StatementRefused(f"le montant « {_shown(typed)} » ne se lit pas.", line=line)
    try:
        amount = Decimal(typed)
        cents = amount.quantize(CENT)
    except InvalidOperation as error:
        raise StatementRefused(
            f"le montant « {_shown(typed)} » ne se lit pas.", line=line
        ) from error
    if cents != amount:
        raise StatementRefused(
            f"le montant « {_shown(typed)} » a plus de deux décimales.", line=line
        )
    if cents > LARGEST_AMOUNT:
        raise StatementRefused(f"le montant « {_shown(typed)} » est trop grand.", line=line)
    return cents


def checked_day(day: date, *, line: int) -> date:
    if not EARLIEST <= day <= LATEST:
        raise StatementRefused(f"la date {day:%d/%m/%Y} est impossible.", line=line)
    return day


def refuse_too_many(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    kept = tuple(entries)
    if len(kept) > MOST_LINES:
        raise StatementRefused(
            f"Ce relevé compte plus de {MOST_LINES} virements : exportez une période plus courte."
        )
    return kept


def _shown(text: str) -> str:
    return tidy(text, 40)


def refused_amount(text: str, *, line: int) -> StatementRefused:
    return StatementRefused(f"le montant « {_shown(text)} » ne se lit pas.", line=line)


def refused_day(text: str, *, line: int) -> StatementRefused:
    return StatementRefused(
        f"la date « {_shown(text)} » ne se lit pas : 25/11/2026 ou 2026-11-25 sont attendus.",
        line=line,
    )
