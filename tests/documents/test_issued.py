from datetime import UTC, datetime

from django.db import IntegrityError

import pytest

from base.append_only import Immutable
from base.models import JobRun
from base.private_files import FileMissing
from documents.issued import IssuedDocument, documents_of, issue
from documents.rendering import Rendered

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def owner():
    return JobRun.objects.create(name="client")


def issued(owner, number="", content=b"%PDF-1.7"):
    return issue(
        kind="essai", number=number, title="Essai", file_name="essai.pdf", owner=owner,
        rendered=Rendered(content, 1, ""), template_version="1", context={"nom": "Zoé"}, now=NOON,
    )  # fmt: skip


def test_document_is_served_as_it_was_issued(owner):
    document = issued(owner)

    document.refresh_from_db()
    assert document.content() == b"%PDF-1.7"
    assert document.context == {"nom": "Zoé"}
    assert document.issued_at == NOON


def test_document_never_changes(owner):
    document = issued(owner)
    document.title = "Autre"

    with pytest.raises(Immutable):
        document.save()


def test_number_is_used_once_per_kind(owner):
    issued(owner, "A-1")

    with pytest.raises(IntegrityError):
        issued(owner, "A-1", b"%PDF other")


def test_documents_without_number_may_be_many(owner):
    issued(owner)
    issued(owner)

    assert documents_of(owner).count() == 2


def test_lost_file_is_told(owner):
    with pytest.raises(FileMissing):
        IssuedDocument(sha256="ab" * 32).content()
