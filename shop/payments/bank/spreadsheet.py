"""CSV exports of French banks: columns told by their headings, in any order, after any preamble. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from io import StringIO
from typing import Literal

from stdnum import iban

from base.importing.lines import fold
from shop.payments.bank.amounts import day, signed_amount
from shop.payments.bank.statements import (
    EURO,
    LONGEST_NAME,
    LONGEST_REFERENCE,
    LONGEST_TEXT,
    Entry,
    Ignored,
    Statement,
    StatementFormat,
    StatementRefused,
    refuse_too_many,
    tidy,
    tidy_iban,
)

SEPARATORS = (";", "\t", ",")
PREAMBLE = 60  # lines before the headings
MOST_ROWS = 60_000


class Role(StrEnum):
    BOOKED = "date"
    VALUE = "date de valeur"
    TEXT = "libellé"
    AMOUNT = "montant"
    DEBIT = "débit"
    CREDIT = "crédit"
    WAY = "sens"
    REFERENCE = "référence"
    CURRENCY = "devise"
    PAYER = "donneur d’ordre"
    PAYER_IBAN = "IBAN du donneur d’ordre"
    END_TO_END = "référence de bout en bout"


# Of several headings of a role, the first of its list that is there wins; texts are all kept.
HEADINGS: Mapping[Role, Sequence[str]] = {
    Role.BOOKED: (
        "date comptable", "date de comptabilisation", "date comptabilisation", "date operation",
        "date de l operation", "date d operation", "date op", "dateop", "date",
    ),
    Role.VALUE: ("date de valeur", "date valeur", "dateval", "date val", "valeur"),
    Role.TEXT: (
        "libelle", "libelle operation", "libelle de l operation", "libelle simplifie",
        "libelle complet", "libelle detaille", "libelle complementaire", "intitule", "description",
        "label", "detail", "details", "detail de l operation", "nature de l operation",
        "informations complementaires", "information complementaire", "motif", "communication",
        "commentaire",
    ),
    Role.AMOUNT: ("montant", "montant de l operation", "montant operation", "amount"),
    Role.DEBIT: ("debit", "montant debit", "debits"),
    Role.CREDIT: ("credit", "montant credit", "credits"),
    Role.WAY: ("sens", "sens de l operation", "type debit credit", "debit credit"),
    Role.REFERENCE: (
        "reference bancaire", "reference de l operation", "reference operation", "reference",
        "numero d operation", "numero operation", "n operation", "ref",
    ),
    Role.CURRENCY: ("devise", "monnaie", "currency"),
    Role.PAYER: (
        "donneur d ordre", "nom du donneur d ordre", "emetteur", "nom emetteur", "contrepartie",
        "nom de la contrepartie", "nom contrepartie", "tiers", "nom du tiers",
    ),
    Role.PAYER_IBAN: (
        "iban emetteur", "iban contrepartie", "iban du donneur d ordre", "iban tiers",
        "compte contrepartie",
    ),
    Role.END_TO_END: ("reference de bout en bout", "end to end", "endtoendid", "reference client"),
}  # fmt: skip
_ROLES = {heading: role for role, headings in HEADINGS.items() for heading in headings}
# Without a date, a total is no movement. With one, only what no payer would write: « Solde créditeur ».
_UNDATED_BALANCE = re.compile(r"(ancien |nouveau )?solde\b|total\b|totaux\b")
_DATED_BALANCE = re.compile(
    r"(?:(?:ancien|nouveau) solde|solde (?:crediteur|debiteur|initial|precedent|comptable))"
    r"(?: (?:au|du|le) [\d/. -]+)?|solde (?:au|du|le) [\d/. -]+"
)
_CREDITED = frozenset({"c", "cr", "credit", "+"})
_DEBITED = frozenset({"d", "db", "debit", "-"})


def read_csv(content: bytes) -> Statement:
    """Raises StatementRefused with the line at fault; a single bad line refuses the whole file."""
    text = _decoded(content)
    sheet = _sheet(text)
    reading = _Reading(sheet)
    entries = refuse_too_many(reading.entries())
    ignored = Ignored(reading.debits, 0, reading.taken_back, reading.balances)
    return Statement(StatementFormat.CSV, entries, sheet.account, ignored)


def _decoded(content: bytes) -> str:
    encodings = (
        ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    )
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise StatementRefused("Ce fichier n’est ni un relevé CAMT.053 ni un fichier CSV.")


@dataclass(frozen=True)
class _Row:
    line: int
    cells: list[str]


@dataclass(frozen=True)
class _Sheet:
    """``columns`` are the places of each role, from 0."""

    columns: Mapping[Role, list[int]]
    width: int
    rows: list[_Row]
    account: str


def _sheet(text: str) -> _Sheet:
    """With the separator under which the headings say the most."""
    best, problem = None, ""
    for separator in SEPARATORS:
        rows = _rows(text, separator)
        for index, row in enumerate(rows[:PREAMBLE]):
            columns = _columns(row.cells)
            missing = _missing(columns)
            if not missing and (best is None or len(columns) > len(best.columns)):
                preamble = [cell for before in rows[:index] for cell in before.cells]
                best = _Sheet(
                    _chosen(row, columns), len(row.cells), rows[index + 1 :], _account(preamble)
                )
                break
            if len(columns) > 1 and Role.BOOKED in columns:
                problem = problem or f"colonne {missing} introuvable."
    if best is None:
        raise StatementRefused(
            f"Les colonnes du relevé ne sont pas reconnues : {problem or 'aucun en-tête.'} "
            "Il faut une ligne d’en-tête avec « Date », « Libellé » et « Montant » ou « Crédit »."
        )
    return best


def _rows(text: str, separator: str) -> list[_Row]:
    """A quotation mark that nothing closes must not swallow the lines below: marks then mean nothing."""
    try:
        rows = _parsed(text, separator, csv.QUOTE_MINIMAL)
    except csv.Error:
        return _unquoted(text, separator)
    swallowed = any("\n" in cell and separator in cell for row in rows for cell in row.cells)
    return _unquoted(text, separator) if swallowed else rows


def _unquoted(text: str, separator: str) -> list[_Row]:
    try:
        rows = _parsed(text, separator, csv.QUOTE_NONE)
    except csv.Error as error:
        raise StatementRefused(
            "Ce fichier CSV est abîmé : une de ses lignes est sans fin."
        ) from error
    return [_Row(row.line, [cell.strip().strip('"') for cell in row.cells]) for row in rows]


def _parsed(text: str, separator: str, quoting: Literal[0, 3]) -> list[_Row]:
    lines = StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=separator, quoting=quoting, strict=True)
    rows = []
    for cells in reader:
        rows.append(_Row(reader.line_num, cells))
        if len(rows) > MOST_ROWS:
            raise StatementRefused("Ce relevé est trop long : exportez une période plus courte.")
    return rows


def _columns(cells: list[str]) -> dict[Role, list[int]]:
    found: dict[Role, list[int]] = {}
    for place, cell in enumerate(cells):
        role = _ROLES.get(_heading(cell))
        if role:
            found.setdefault(role, []).append(place)
    return found


def _heading(cell: str) -> str:
    """« Montant (EUR) » and « montant en euros » are « montant »."""
    bare = re.sub(r"\([^)]*\)", " ", fold(cell))
    words = re.sub(r"[^a-z0-9+]+", " ", bare).split()
    while words and words[-1] in ("eur", "euro", "euros", "en"):
        words.pop()
    return " ".join(words)


def _missing(columns: Mapping[Role, list[int]]) -> str:
    """The first column without which nothing can be read."""
    if Role.BOOKED not in columns:
        return f"« {Role.BOOKED} »"
    if Role.TEXT not in columns:
        return f"« {Role.TEXT} »"
    if Role.AMOUNT not in columns and Role.CREDIT not in columns:
        return f"« {Role.AMOUNT} » ou « {Role.CREDIT} »"
    return ""


def _chosen(row: _Row, columns: dict[Role, list[int]]) -> dict[Role, list[int]]:
    """One column a role but for texts. Raises StatementRefused for two that claim the same."""
    chosen: dict[Role, list[int]] = {}
    for role, places in columns.items():
        chosen[role] = places if role == Role.TEXT else [_preferred(role, row, places)]
    if Role.AMOUNT in chosen and Role.CREDIT in chosen:
        raise StatementRefused(
            "les colonnes « montant » et « crédit » sont toutes deux là : gardez l’une des deux.",
            line=row.line,
        )
    return chosen


def _preferred(role: Role, row: _Row, places: list[int]) -> int:
    ranks = [HEADINGS[role].index(_heading(row.cells[place])) for place in places]
    best = min(ranks)
    if ranks.count(best) > 1:
        raise StatementRefused(f"deux colonnes peuvent être « {role} ».", line=row.line)
    return places[ranks.index(best)]


def _account(preamble: list[str]) -> str:
    """The only IBAN before the headings; empty when there is none, or several."""
    text = " ".join(preamble).upper()
    found = {
        compact
        for start in re.finditer(r"(?=\b[A-Z]{2}\d{2}[ \d])", text, re.ASCII)
        if (compact := _iban_at(text[start.start() : start.start() + 50]))
    }
    return found.pop() if len(found) == 1 else ""


def _iban_at(text: str) -> str:
    compact = re.sub(r"[\s-]", "", text)
    if compact[:2] == "FR":
        compact = compact[:27]
    return tidy_iban(compact) if iban.is_valid(compact) else ""


@dataclass
class _Reading:
    sheet: _Sheet
    debits: int = 0
    taken_back: int = 0
    balances: int = 0

    def entries(self) -> list[Entry]:
        found: list[Entry] = []
        is_credit = False
        for row in self.sheet.rows:
            if not any(cell.strip() for cell in row.cells) or self._is_balance(row):
                continue
            self._check_width(row)
            if self._continues(row):
                if is_credit:
                    found[-1] = self._continued(found[-1], row)
                continue
            amount = self._amount(row)
            is_credit = amount > 0
            if is_credit:
                found.append(self._entry(row, amount))
            else:
                self._count(row, amount)
        return found

    def _is_balance(self, row: _Row) -> bool:
        """A balance or a total, which some banks add below or between the movements."""
        first = next(cell for cell in row.cells if cell.strip())
        texts = [fold(text) for text in (first, self._cell(row, Role.TEXT))]
        if self._cell(row, Role.BOOKED)[:1].isdigit():
            is_balance = any(_DATED_BALANCE.fullmatch(text) for text in texts)
        else:
            is_balance = any(_UNDATED_BALANCE.match(text) for text in texts)
        self.balances += is_balance
        return is_balance

    def _continues(self, row: _Row) -> bool:
        """Some banks spread a long text over the lines below."""
        bare = (Role.BOOKED, Role.AMOUNT, Role.CREDIT, Role.DEBIT)
        return not any(self._cell(row, role) for role in bare)

    def _continued(self, entry: Entry, row: _Row) -> Entry:
        text = f"{entry.text} {self._cell(row, Role.TEXT)}"
        return replace(entry, text=tidy(text, LONGEST_TEXT))

    def _check_width(self, row: _Row) -> None:
        if any(cell.strip() for cell in row.cells[self.sheet.width :]):
            raise StatementRefused(
                f"{len(row.cells)} colonnes, pour {self.sheet.width} dans l’en-tête.", line=row.line
            )

    def _amount(self, row: _Row) -> Decimal:
        """Positive for money received."""
        columns, line = self.sheet.columns, row.line
        if Role.AMOUNT in columns:
            if not self._cell(row, Role.AMOUNT):
                raise StatementRefused("le montant manque.", line=line)
            amount = signed_amount(self._cell(row, Role.AMOUNT), line=line)
            return self._with_way(row, amount) if Role.WAY in columns else amount
        credit = signed_amount(self._cell(row, Role.CREDIT), line=line)
        debit = signed_amount(self._cell(row, Role.DEBIT), line=line)
        if credit and debit:
            raise StatementRefused("un débit et un crédit sur la même ligne.", line=line)
        if not self._cell(row, Role.CREDIT) and not self._cell(row, Role.DEBIT):
            raise StatementRefused("le montant manque.", line=line)
        return credit if credit else -abs(debit)

    def _with_way(self, row: _Row, amount: Decimal) -> Decimal:
        way = fold(self._cell(row, Role.WAY))
        if way in _CREDITED:
            return amount
        if way in _DEBITED:
            return -abs(amount)
        raise StatementRefused(f"le sens « {tidy(way, 20)} » ne se lit pas.", line=row.line)

    def _count(self, row: _Row, amount: Decimal) -> None:
        """Nothing received: a debit, or a credit that the bank takes back."""
        if self._cell(row, Role.CREDIT).startswith(("-", "−", "–")):
            self.taken_back += 1
        elif amount < 0:
            self.debits += 1

    def _entry(self, row: _Row, amount: Decimal) -> Entry:
        value = self._cell(row, Role.VALUE)
        return Entry(
            booked_on=day(self._cell(row, Role.BOOKED), line=row.line),
            value_on=day(value, line=row.line) if value else None,
            amount=amount,
            currency=self._currency(row),
            payer=tidy(self._cell(row, Role.PAYER), LONGEST_NAME),
            payer_iban=tidy_iban(self._cell(row, Role.PAYER_IBAN)),
            text=tidy(self._cell(row, Role.TEXT), LONGEST_TEXT),
            end_to_end=tidy(self._cell(row, Role.END_TO_END), LONGEST_REFERENCE),
            bank_reference=tidy(self._cell(row, Role.REFERENCE), LONGEST_REFERENCE),
            place=row.line,
        )

    def _currency(self, row: _Row) -> str:
        typed = self._cell(row, Role.CURRENCY).upper()
        code = {"": EURO, "€": EURO, "EURO": EURO, "EUROS": EURO}.get(typed, typed)
        if len(code) != 3 or not (code.isascii() and code.isalpha()):
            raise StatementRefused(f"la devise « {tidy(typed, 10)} » ne se lit pas.", line=row.line)
        return code

    def _cell(self, row: _Row, role: Role) -> str:
        places = self.sheet.columns.get(role, [])
        return " ".join(row.cells[p].strip() for p in places if p < len(row.cells)).strip()
