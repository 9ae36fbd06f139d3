"""CAMT.053 statements (ISO 20022, versions 02 to 08 and later): booked credits. Pure.

Banks disagree on the version of the namespace, never on the names of the elements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from base.civil_dates import paris_date
from shop.payments.bank.statements import (
    LARGEST_FILE,
    LONGEST_NAME,
    LONGEST_REFERENCE,
    LONGEST_TEXT,
    Entry,
    Ignored,
    Statement,
    StatementFormat,
    StatementRefused,
    checked_amount,
    checked_day,
    refuse_too_many,
    refused_day,
    tidy,
    tidy_iban,
)

STATEMENT = "BkToCstmrStmt"
OTHER_MESSAGES = {
    "BkToCstmrAcctRpt": "un relevé du jour en cours (CAMT.052)",
    "BkToCstmrDbtCdtNtfctn": "un avis d’opéré (CAMT.054)",
    "CstmrCdtTrfInitn": "un ordre de virement",
    "CstmrDrctDbtInitn": "un ordre de prélèvement",
}
NOTHING = "NOTPROVIDED"  # how the standard says that there is no end-to-end identifier


def read_camt(content: bytes) -> Statement:
    """Raises StatementRefused; entities, external files and giant trees are refused, never followed."""
    root = _root(content)
    message = _child(root, STATEMENT)
    if message is None:
        raise StatementRefused(_what_it_is(root))
    statements = _children(message, "Stmt")
    if not statements:
        raise StatementRefused("Ce fichier CAMT.053 ne contient aucun relevé.")
    reading = _Reading()
    entries = [entry for stmt in statements for entry in reading.entries_of(stmt)]
    return Statement(
        StatementFormat.CAMT,
        refuse_too_many(entry for entry in entries if entry.amount),
        _single_account(statements),
        Ignored(reading.debits, reading.not_booked, reading.taken_back),
    )


def _root(content: bytes) -> Any:
    if len(content) > LARGEST_FILE:
        raise StatementRefused("Ce fichier dépasse 8 Mo : exportez une période plus courte.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise StatementRefused("le fichier XML est coupé ou abîmé.", line=line) from error
    except (ValueError, LookupError) as error:
        raise StatementRefused("Ce fichier XML ne peut pas être lu.") from error
    if root.getroottree().docinfo.doctype:
        raise StatementRefused("Ce fichier XML déclare une DTD : un relevé bancaire n’en a pas.")
    return root


def _what_it_is(root: Any) -> str:
    for name, message in OTHER_MESSAGES.items():
        if _child(root, name) is not None:
            return f"Ce fichier est {message} : demandez le relevé de compte (CAMT.053)."
    return "Ce fichier XML n’est pas un relevé de compte CAMT.053."


def _single_account(statements: list[Any]) -> str:
    accounts = {tidy_iban(_text(stmt, "Acct", "Id", "IBAN")) for stmt in statements}
    if len(accounts) > 1:
        raise StatementRefused(
            "Ce fichier contient les relevés de plusieurs comptes : exportez-les un par un."
        )
    return accounts.pop()


@dataclass
class _Reading:
    debits: int = 0
    not_booked: int = 0
    taken_back: int = 0

    def entries_of(self, statement: Any) -> Iterator[Entry]:
        for node in _children(statement, "Ntry"):
            if self._counts(node):
                yield from _entries(node)

    def _counts(self, node: Any) -> bool:
        """A credit that is booked; the others are counted."""
        direction = _text(node, "CdtDbtInd")
        if direction not in ("CRDT", "DBIT"):
            raise StatementRefused("le sens du mouvement manque (CdtDbtInd).", line=node.sourceline)
        if (_text(node, "Sts", "Cd") or _text(node, "Sts")) != "BOOK":
            self.not_booked += 1
            return False
        if direction == "DBIT":
            if _is_reversal(node):
                self.taken_back += 1
            else:
                self.debits += 1
            return False
        return True


def _entries(node: Any) -> Iterator[Entry]:
    """One for each transfer of a batch, when the bank details them up to the cent."""
    whole = _entry(node)
    details = [item for group in _children(node, "NtryDtls") for item in _children(group, "TxDtls")]
    parts = [_detailed(whole, node, item) for item in details]
    if len(parts) > 1 and all(part is not None for part in parts):
        transfers = [part for part in parts if part is not None]
        if sum((part.amount for part in transfers), Decimal(0)) == whole.amount:
            yield from transfers
            return
    yield _with_details(whole, details)


def _entry(node: Any) -> Entry:
    line = node.sourceline or 0
    booked_on = _day(node, "BookgDt") or _day(node, "ValDt")
    if booked_on is None:
        raise StatementRefused("la date de comptabilisation manque (BookgDt).", line=line)
    return Entry(
        booked_on=booked_on,
        value_on=_day(node, "ValDt"),
        amount=checked_amount(_text(node, "Amt"), line=line),
        currency=_currency(_child(node, "Amt")),
        text=tidy(_text(node, "AddtlNtryInf"), LONGEST_TEXT),
        bank_reference=tidy(_text(node, "AcctSvcrRef"), LONGEST_REFERENCE),
        is_reversal=_is_reversal(node),
        place=line,
    )


def _detailed(whole: Entry, node: Any, item: Any) -> Entry | None:
    """None when the detail has no amount of its own in the same currency, or goes the other way."""
    amount = _child(item, "Amt")
    if amount is None:
        amount = _child(item, "AmtDtls", "TxAmt", "Amt")
    if amount is None or _currency(amount) != whole.currency:
        return None
    if _text(item, "CdtDbtInd") == "DBIT":
        return None
    line = item.sourceline or 0
    own = replace(whole, amount=checked_amount(_own_text(amount), line=line), place=line)
    return _with_details(own, [item])


def _with_details(entry: Entry, details: list[Any]) -> Entry:
    texts = [text for item in details for text in _remittance(item)]
    first = details[0] if len(details) == 1 else None
    if first is None:
        return replace(entry, text=tidy(" ".join([*texts, entry.text]), LONGEST_TEXT))
    end_to_end = _text(first, "Refs", "EndToEndId")
    own_reference = _text(first, "Refs", "AcctSvcrRef") or _text(first, "Refs", "TxId")
    text = " ".join(texts) or _text(first, "AddtlTxInf") or entry.text
    return replace(
        entry,
        payer=tidy(_payer(first), LONGEST_NAME),
        payer_iban=tidy_iban(_text(first, "RltdPties", "DbtrAcct", "Id", "IBAN")),
        text=tidy(text, LONGEST_TEXT),
        end_to_end=tidy("" if end_to_end == NOTHING else end_to_end, LONGEST_REFERENCE),
        bank_reference=tidy(own_reference, LONGEST_REFERENCE) or entry.bank_reference,
    )


def _payer(item: Any) -> str:
    """Version 08 wraps the name of a party, version 02 does not; « ultimate » is for whom it pays."""
    for role in ("Dbtr", "UltmtDbtr"):
        name = _text(item, "RltdPties", role, "Pty", "Nm") or _text(item, "RltdPties", role, "Nm")
        if name:
            return name
    return ""


def _remittance(item: Any) -> Iterator[str]:
    for group in _children(item, "RmtInf"):
        for child in group:
            if _name(child) == "Ustrd":
                yield _own_text(child)
            elif _name(child) == "Strd":
                yield _text(child, "CdtrRefInf", "Ref")
                for extra in _children(child, "AddtlRmtInf"):
                    yield _own_text(extra)


def _is_reversal(node: Any) -> bool:
    return _text(node, "RvslInd") in ("true", "1")


def _day(node: Any, name: str) -> date | None:
    day, instant = _text(node, name, "Dt"), _text(node, name, "DtTm")
    line = node.sourceline or 0
    if not day and not instant:
        return None
    try:
        read = date.fromisoformat(day[:10]) if day else _paris_day(instant)
    except (ValueError, OverflowError) as error:
        raise refused_day(day or instant, line=line) from error
    return checked_day(read, line=line)


def _paris_day(text: str) -> date:
    instant = datetime.fromisoformat(text)
    return instant.date() if instant.tzinfo is None else paris_date(instant)


def _currency(amount: Any) -> str:
    code = "" if amount is None else str(amount.get("Ccy") or "").strip().upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        line = 0 if amount is None else amount.sourceline
        raise StatementRefused("la monnaie du montant manque (Ccy).", line=line or 0)
    return code


def _name(node: Any) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _children(node: Any, name: str) -> list[Any]:
    return [child for child in node if _name(child) == name]


def _child(node: Any, *names: str) -> Any:
    for name in names:
        node = next((child for child in node if _name(child) == name), None)
        if node is None:
            return None
    return node


def _text(node: Any, *names: str) -> str:
    found = _child(node, *names)
    return "" if found is None else _own_text(found)


def _own_text(node: Any) -> str:
    return (node.text or "").strip()
