"""Everything that was issued for some proposals, in one ZIP, as stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from tempfile import TemporaryFile
from typing import IO
from zipfile import ZipInfo

from django.utils import timezone

from base.private_files import FileFault
from base.zipping import dated, zipped
from documents.issued import IssuedDocument
from shop.account.reading import papers_of
from shop.invoices.accounting.tables import csv_file, csv_lines, file_pieces
from shop.proposals.models import Proposal

INDEX = "liste.csv"
INDEX_HEADINGS = ("Proposition", "Document", "Numéro", "Émis le", "Fichier", "SHA-256", "État")
PRESENT, ABSENT = "présent", "fichier indisponible, demandez-le-nous"

Member = tuple[ZipInfo, Iterable[bytes]]


def papers_archive(proposals: Iterable[Proposal], today: date) -> Iterator[bytes]:
    """One folder a proposal; the list that comes last bears the hash of every file.

    One file at a time is in memory. What the storage has lost is named in the list.
    """
    with TemporaryFile() as index:
        yield from zipped(_members(proposals, today, index))


def _members(proposals: Iterable[Proposal], today: date, index: IO[bytes]) -> Iterator[Member]:
    index.writelines(csv_file(INDEX_HEADINGS, ()))
    for proposal in proposals:
        taken: set[str] = set()
        for paper in papers_of(proposal):
            day = timezone.localdate(paper.issued_at)
            place = f"{proposal.document_number}/{_free_name(paper, taken)}"
            content = _content(paper)
            row = (
                proposal.reference, paper.title, paper.number, day, place, paper.sha256,
                ABSENT if content is None else PRESENT,
            )  # fmt: skip
            index.writelines(csv_lines([row]))
            if content is not None:
                yield dated(place, day), [content]
    index.seek(0)
    yield dated(INDEX, today), file_pieces(index)


def _content(paper: IssuedDocument) -> bytes | None:
    try:
        return paper.content()
    except FileFault:
        return None


def _free_name(paper: IssuedDocument, taken: set[str]) -> str:
    """Two papers of one name keep both: the second bears its own key."""
    name = paper.file_name if paper.file_name not in taken else f"{paper.pk}-{paper.file_name}"
    taken.add(name)
    return name
