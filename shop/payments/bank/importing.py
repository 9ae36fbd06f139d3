"""A statement enters the books: all its lines that are not there yet, or nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath

from django.db import IntegrityError, transaction
from django.utils import timezone

from base.events import record
from base.private_files import keep
from base.typography import counted, french_date
from shop.payments.bank.models import BankLine, BankStatement
from shop.payments.bank.reading import read_statement
from shop.payments.bank.statements import Entry, Statement, StatementRefused, fingerprints

BATCH = 500
IMPORTED = "relevé bancaire importé"
MEANWHILE = "Un autre relevé s’importait au même moment : recommencez."


@dataclass(frozen=True)
class NewLine:
    """``resembles``: another file, of another format perhaps, told a transfer of that day and amount."""

    entry: Entry
    fingerprint: str
    resembles: bool


@dataclass(frozen=True)
class Preview:
    """What an import would do; ``known`` lines came with an earlier statement."""

    statement: Statement
    sha256: str
    lines: tuple[NewLine, ...]
    known: int


def look_at(content: bytes) -> Preview:
    """Writes nothing. Raises StatementRefused for a file that cannot be read or is there already."""
    digest = sha256(content).hexdigest()
    if existing := BankStatement.objects.filter(sha256=digest).first():
        day = french_date(timezone.localdate(existing.imported_at))
        raise StatementRefused(
            f"Ce fichier est déjà importé (« {existing.name} », le {day}) : rien n’a été ajouté."
        )
    statement = read_statement(content)
    lines = _new_lines(statement)
    return Preview(statement, digest, lines, len(statement.entries) - len(lines))


def _new_lines(statement: Statement) -> tuple[NewLine, ...]:
    days = (statement.first_day, statement.last_day)
    there = (
        BankLine.objects.filter(booked_on__range=days)
        if statement.entries
        else BankLine.objects.none()
    )
    known, told = set(), set()
    facts = there.order_by().values_list("fingerprint", "booked_on", "amount")
    for fingerprint, booked_on, amount in facts:
        known.add(fingerprint)
        told.add((booked_on, amount))
    return tuple(
        NewLine(entry, fingerprint, (entry.booked_on, entry.amount) in told)
        for entry, fingerprint in zip(statement.entries, fingerprints(statement), strict=True)
        if fingerprint not in known
    )


def import_statement(*, name: str, content: bytes, actor: str, now: datetime) -> BankStatement:
    """Raises StatementRefused: then nothing is imported, not even in part."""
    preview = look_at(content)
    keep(content)
    try:
        return _write(preview, PurePath(name).name[-200:] or "relevé", actor, now)
    except IntegrityError as error:
        raise StatementRefused(MEANWHILE) from error


@transaction.atomic
def _write(preview: Preview, name: str, actor: str, now: datetime) -> BankStatement:
    statement: BankStatement = BankStatement.append(
        sha256=preview.sha256,
        name=name,
        format=preview.statement.format.value,
        account=preview.statement.account,
        imported_by=actor[:200],
        imported_at=now,
        line_count=len(preview.lines),
        known_count=preview.known,
        ignored=asdict(preview.statement.ignored),
    )
    rows = [_row(statement, line) for line in preview.lines]
    BankLine.objects.bulk_create(rows, batch_size=BATCH)
    known = f"{preview.known} déjà connu{'s' if preview.known > 1 else ''}"
    data = {"text": f"{name} : {counted(len(rows), 'virement')}, {known}"}
    record(IMPORTED, subject=statement, actor=actor, data=data, at=now)
    return statement


def _row(statement: BankStatement, line: NewLine) -> BankLine:
    entry = line.entry
    return BankLine(
        statement=statement,
        place=entry.place,
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        amount=entry.amount,
        currency=entry.currency,
        payer=entry.payer,
        payer_iban=entry.payer_iban,
        text=entry.text,
        end_to_end=entry.end_to_end,
        bank_reference=entry.bank_reference,
        is_reversal=entry.is_reversal,
        fingerprint=line.fingerprint,
    )
