"""The invoices of a period as they were issued, in one ZIP that is written while it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from tempfile import TemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from base.private_files import FileAltered, FileMissing, read
from shop.invoices.accounting.reading import InvoiceFile, invoice_files
from shop.invoices.accounting.tables import Row, csv_file, csv_lines, file_pieces
from shop.invoices.content import InvoiceKind

INDEX = "index.csv"
INDEX_HEADINGS = (
    "Numéro", "Date", "Nature du document", "Client", "TTC", "Fichier", "SHA-256", "État",
)  # fmt: skip
FASTEST = 1  # a PDF is compressed already


class _Outlet:
    """What the archive has written since it was last asked."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, piece: bytes) -> int:
        self._written += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """The end of the archive can still be taken."""

    def taken(self) -> bytes:
        piece = bytes(self._written)
        self._written.clear()
        return piece


def invoice_archive(first: date, last: date) -> Iterator[bytes]:
    """One PDF at a time is in memory; a file that is missing or altered is named in the index."""
    outlet = _Outlet()
    with (
        TemporaryFile() as index,
        ZipFile(outlet, "w", ZIP_DEFLATED, compresslevel=FASTEST) as archive,
    ):
        index.writelines(csv_file(INDEX_HEADINGS, ()))
        for found in invoice_files(first, last):
            index.writelines(csv_lines([_add(archive, found)]))
            yield outlet.taken()
        index.seek(0)
        with archive.open(_place(INDEX, last), "w") as target:
            for piece in file_pieces(index):
                target.write(piece)
    yield outlet.taken()


def _add(archive: ZipFile, found: InvoiceFile) -> Row:
    """The row of the index that says what became of the file."""
    name = f"{found.number}.pdf"
    state = "présent"
    try:
        archive.writestr(_place(name, found.issued_on), read(found.sha256))
    except FileMissing:
        state = "fichier absent" if found.sha256 else "pas encore mis en page"
    except FileAltered:
        state = "fichier altéré, écarté"
    kind = InvoiceKind(found.kind)
    sign = -1 if kind == InvoiceKind.CREDIT else 1
    return (
        found.number, found.issued_on, kind.label, found.buyer_name, sign * found.incl_vat,
        name if state == "présent" else "", found.sha256, state,
    )  # fmt: skip


def _place(name: str, day: date) -> ZipInfo:
    """The same bytes whenever it is made: an entry is dated from the invoice."""
    place = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
    place.compress_type = ZIP_DEFLATED
    return place
