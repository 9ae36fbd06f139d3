"""Rows become a file, a few at a time: whatever their number, no more than a piece is in memory."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any, ClassVar

from django.utils import timezone

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from base.spreadsheets import VISITORS_WORDS, harmless_cell

PIECE = 64 * 1024
BYTE_ORDER_MARK = "\ufeff"  # or a French spreadsheet takes the accents for something else

Row = Sequence[Any]


def csv_file(headings: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8, semicolons and decimal commas: a double click opens it in a French spreadsheet."""
    yield BYTE_ORDER_MARK.encode()
    yield from _pieces(csv_lines(chain([headings], rows)))


def tab_separated_file(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """UTF-8 without a mark, tabs, no quotes: what imports accounting entries."""
    yield from _pieces(("\t".join(row) + "\r\n").encode() for row in chain([headings], rows))


def csv_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    writer = csv.writer(_Echo(), delimiter=";")
    for row in rows:
        yield writer.writerow([cell_text(value) for value in row])


class _Echo:
    """The writer of the standard library returns what its file returns."""

    def write(self, line: str) -> bytes:
        return line.encode()


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """As few writes as fit in memory: a web server sends each one by itself."""
    piece = bytearray()
    for line in lines:
        piece += line
        if len(piece) >= PIECE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


def cell_text(value: Any) -> str:
    """A cell of a French CSV; a text is made harmless, an amount keeps its sign."""
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return harmless_cell(str(value))


class _Sheet(SpreadsheetExportMixin):
    """Wagtail's writer of sheets, given rows instead of objects; it makes formulas harmless."""

    custom_value_preprocess: ClassVar = (
        SpreadsheetExportMixin.custom_value_preprocess | VISITORS_WORDS
    )

    def __init__(self, headings: Sequence[str]) -> None:
        self.list_export = list(headings)
        self.export_headings = dict(zip(headings, headings, strict=True))

    def to_row_dict(self, item: Row) -> Mapping[str, Any]:
        return dict(zip(self.list_export, item, strict=True))


def xlsx_file(headings: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """The sheet is zipped once it is whole: it waits on the disk, never in memory."""
    with TemporaryFile() as file:
        _Sheet(headings).write_xlsx(rows, file)
        file.seek(0)
        yield from file_pieces(file)


def file_pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
