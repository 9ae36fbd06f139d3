"""The ZIP of the invoices of a period."""

import csv
import tracemalloc
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest

from base.private_files import keep, private_storage
from documents.issued import IssuedDocument
from shop.invoices.accounting.exports import invoice_archive
from shop.invoices.models import DOCUMENT_KIND
from tests.shop.invoices.accounting.conftest import FIRST, LAST, tax

pytestmark = pytest.mark.django_db


@pytest.fixture
def file_of():
    def file_of(invoice, content):
        IssuedDocument.append(
            kind=DOCUMENT_KIND, number=invoice.number, title="Facture", file_name="f.pdf",
            owner_type="shop.invoice", owner_id=str(invoice.pk), sha256=keep(content), pages=1,
            template_version="1", issued_at=invoice.issued_at,
        )  # fmt: skip
        return invoice

    return file_of


def opened(pieces):
    return ZipFile(BytesIO(b"".join(pieces)))


def index(archive):
    text = archive.read("index.csv").decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=";"))[1:]


def path(document):
    return f"sha256/{document.sha256[:2]}/{document.sha256}"


def test_archive_holds_the_files_as_issued_and_an_index(bill, file_of):
    deposit = file_of(bill("deposit", tax("10.00", "2.00")), b"%PDF acompte")
    file_of(bill("credit", tax("5.00", "1.00"), corrects=deposit), b"%PDF avoir")

    archive = opened(invoice_archive(FIRST, LAST))

    assert archive.testzip() is None
    assert archive.namelist() == ["AV-2026-00001.pdf", "F-2026-00001.pdf", "index.csv"]
    assert archive.read("F-2026-00001.pdf") == b"%PDF acompte"
    note, row = index(archive)
    assert row == [
        "F-2026-00001", "01/12/2026", "facture d’acompte", "Camille Exemple", "12,00",
        "F-2026-00001.pdf", deposit.document.sha256, "présent",
    ]  # fmt: skip
    assert note[4] == "-6,00"


def test_file_that_cannot_be_read_is_named_and_stops_nothing(bill, file_of):
    lost = file_of(bill("final", tax("10.00", "2.00"), order=None), b"%PDF perdu").document
    changed = file_of(bill("final", tax("10.00", "2.00"), order=None), b"%PDF change").document
    bill("final", tax("10.00", "2.00"), order=None)
    file_of(bill("final", tax("10.00", "2.00"), order=None), b"%PDF entier")
    private_storage().delete(path(lost))
    with private_storage().open(path(changed), "wb") as file:
        file.write(b"%PDF autre")

    archive = opened(invoice_archive(FIRST, LAST))

    assert archive.namelist() == ["F-2026-00004.pdf", "index.csv"]
    assert [(row[5], row[7]) for row in index(archive)] == [
        ("", "fichier absent"),
        ("", "fichier altéré, écarté"),
        ("", "pas encore mis en page"),
        ("F-2026-00004.pdf", "présent"),
    ]


def test_empty_period_is_an_index_alone(home):
    archive = opened(invoice_archive(FIRST, LAST))

    assert archive.namelist() == ["index.csv"]
    assert index(archive) == []


def test_same_archive_twice_has_the_same_bytes(bill, file_of):
    file_of(bill("deposit", tax("10.00", "2.00")), b"%PDF acompte")

    assert b"".join(invoice_archive(FIRST, LAST)) == b"".join(invoice_archive(FIRST, LAST))


def test_memory_holds_one_file_at_a_time(bill, file_of):
    """Forty files of half a megabyte that no compression makes smaller."""
    import secrets

    for _ in range(40):
        file_of(bill("final", tax("10.00", "2.00"), order=None), secrets.token_bytes(500_000))
    tracemalloc.start()
    try:
        sent = sum(len(piece) for piece in invoice_archive(FIRST, LAST))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert sent > 40 * 500_000
    assert peak < 6_000_000
