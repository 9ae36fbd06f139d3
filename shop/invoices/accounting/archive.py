"""The invoices of a period as they were issued, in one ZIP that is written while it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from tempfile import TemporaryFile
from typing import IO
from zipfile import ZipInfo

from base.private_files import FileAltered, FileMissing, read
from base.zipping import dated, zipped
from shop.invoices.accounting.reading import InvoiceFile, invoice_files
from shop.invoices.accounting.tables import Row, csv_file, csv_lines, file_pieces
from shop.invoices.content import InvoiceKind

INDEX = "index.csv"
PRESENT = "présent"
INDEX_HEADINGS = (
    "Numéro", "Date", "Nature du document", "Client", "TTC", "Fichier", "SHA-256", "État",
)  # fmt: skip

Member = tuple[ZipInfo, Iterable[bytes]]


def invoice_archive(first: date, last: date) -> Iterator[bytes]:
    """One PDF at a time is in memory; a file that is missing or altered is named in the index."""
    with TemporaryFile() as index:
        yield from zipped(_members(first, last, index))


def _members(first: date, last: date, index: IO[bytes]) -> Iterator[Member]:
    index.writelines(csv_file(INDEX_HEADINGS, ()))
    for found in invoice_files(first, last):
        content, state = _read(found)
        index.writelines(csv_lines([_row(found, state)]))
        if content is not None:
            yield dated(_name(found), found.issued_on), [content]
    index.seek(0)
    yield dated(INDEX, last), file_pieces(index)


def _read(found: InvoiceFile) -> tuple[bytes | None, str]:
    """The file, and what the index says became of it."""
    try:
        return read(found.sha256), PRESENT
    except FileMissing:
        return None, "fichier absent" if found.sha256 else "pas encore mis en page"
    except FileAltered:
        return None, "fichier altéré, écarté"


def _row(found: InvoiceFile, state: str) -> Row:
    kind = InvoiceKind(found.kind)
    sign = -1 if kind == InvoiceKind.CREDIT else 1
    return (
        found.number, found.issued_on, kind.label, found.buyer_name, sign * found.incl_vat,
        _name(found) if state == PRESENT else "", found.sha256, state,
    )  # fmt: skip


def _name(found: InvoiceFile) -> str:
    return f"{found.number}.pdf"
