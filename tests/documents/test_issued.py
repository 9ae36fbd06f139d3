from django.db import IntegrityError

import pytest

from base.append_only import Immutable
from base.private_files import FileMissing
from documents.issued import IssuedDocument, documents_of
from tests.base.test_private_storage import full_disk
from tests.documents.conftest import NOON

pytestmark = pytest.mark.django_db


def test_document_is_served_as_it_was_issued(issued):
    document = issued()

    document.refresh_from_db()
    assert document.content() == b"%PDF-1.7"
    assert document.context == {"nom": "Zoé"}
    assert document.issued_at == NOON


def test_document_never_changes(issued):
    document = issued()
    document.title = "Autre"

    with pytest.raises(Immutable):
        document.save()


def test_number_is_used_once_per_kind(issued):
    issued(number="A-1")

    with pytest.raises(IntegrityError):
        issued(b"%PDF other", number="A-1")


def test_documents_without_number_may_be_many(issued, owner):
    issued()
    issued()

    assert documents_of(owner).count() == 2


def test_lost_file_is_told():
    with pytest.raises(FileMissing):
        IssuedDocument(sha256="ab" * 32).content()


def test_full_disk_leaves_no_document(disk, issued):
    with full_disk(), pytest.raises(OSError, match="large"):
        issued(b"%PDF" * 10_000)

    assert (IssuedDocument.objects.count(), list(disk.rglob("*.*"))) == (0, [])
