from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

import pytest

from base.private_files import private_storage
from documents.integrity import document_faults
from documents.rendering import Rendered, render
from documents.sealing import seal
from tests.documents.conftest import NOON
from tests.documents.samples import text


def path_of(document):
    return f"sha256/{document.sha256[:2]}/{document.sha256}"


@pytest.fixture
def sealed_document(issued, key):
    content = render(text("Devis", 1), stylesheet="plain", signable=True, specimen=True).content
    sealed = seal(content, key=key, field="LEXOM")
    return issued(rendered=Rendered(sealed, 1, "", specimen=True), sealed_at=NOON)


def test_documents_as_issued_have_no_fault(issued, sealed_document):
    assert list(document_faults()) == []


def test_lost_and_altered_files_are_named(issued):
    lost, altered = issued(b"%PDF 1", number="A-1"), issued(b"%PDF 2", number="A-2")
    private_storage().delete(path_of(lost))
    private_storage().delete(path_of(altered))
    private_storage().save(path_of(altered), ContentFile(b"autre"))

    assert list(document_faults()) == [
        f"Document {lost.pk} « Essai A-1 » : le fichier manque.",
        f"Document {altered.pk} « Essai A-2 » : le fichier n’est plus celui qui a été émis.",
    ]


def test_document_said_to_be_sealed_without_seal_is_named(issued):
    document = issued(render(text("Devis", 1), stylesheet="plain").content, sealed_at=NOON)

    assert list(document_faults()) == [
        f"Document {document.pk} « Essai » : Ce document ne porte aucun cachet."
    ]


def test_verify_command_looks_at_documents(issued, capsys):
    private_storage().delete(path_of(issued()))

    with pytest.raises(CommandError):
        call_command("verify")

    assert "documents émis : Document" in capsys.readouterr().out


def test_check_asks_one_query_for_any_number_of_documents(issued, django_assert_num_queries):
    for number in range(20):
        issued(number=f"A-{number}")

    with django_assert_num_queries(1):
        list(document_faults())
