from hashlib import sha256
from io import BytesIO

from django.utils import timezone

import page
import pikepdf
import pytest

from documents.issued import IssuedDocument, documents_of
from legal.notices.rules import NoticeKind
from legal.notices.tasks import issue_notice_document, without_document
from legal.notices.upkeep import ask_for_documents
from tests.factories.legal import fill_settings, published

PDF_UA_PART = "{http://www.aiim.org/pdfua/ns/id/}part"
PRINTED = [NoticeKind.WITHDRAWAL_NOTICE, NoticeKind.WITHDRAWAL_FORM, NoticeKind.HOUSE_RULES]
TEXT = "<p>Un <b>article</b>, {email}, {telephone}.</p><ol><li>un</li></ol><ul><li>deux</li></ul>"


@pytest.fixture(autouse=True)
def _settings(home):
    fill_settings()


def publish(kind):
    return published(kind, text=TEXT if kind == NoticeKind.HOUSE_RULES else None)


@pytest.mark.parametrize("kind", PRINTED)
def test_publication_issues_the_document_once(kind, run_tasks):
    notice = publish(kind)

    run_tasks()
    issue_notice_document.func(notice.pk)

    document = documents_of(notice).get()
    assert sha256(document.content()).hexdigest() == document.sha256
    assert (document.kind, document.number) == (f"notice_{kind}", "1")
    assert document.context["text_sha256"] == notice.sha256


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in PRINTED])
def test_text_that_is_only_read_on_the_site_has_no_document(kind, run_tasks):
    publish(kind)

    run_tasks()

    assert IssuedDocument.objects.count() == 0


@pytest.mark.parametrize("kind", PRINTED)
@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_document_is_archivable_and_accessible(kind, profile, run_tasks):
    publish(kind)
    run_tasks()
    content = IssuedDocument.objects.get().content()

    report = page.validate_pdf_bytes(content, profile=profile)

    rules = [failure.rule_id for failure in report.failures]
    assert [rule for rule in rules if not rule.endswith("STREAM-LENGTH-001")] == []
    with pikepdf.open(BytesIO(content)) as pdf, pdf.open_metadata() as metadata:
        assert metadata[PDF_UA_PART] == "1"
        assert pdf.check_pdf_syntax() == []


def test_form_is_one_page_to_print_without_fields(run_tasks):
    published(NoticeKind.WITHDRAWAL_FORM)
    run_tasks()

    document = IssuedDocument.objects.get()
    with pikepdf.open(BytesIO(document.content())) as pdf:
        box = [round(float(side)) for side in pdf.pages[0].mediabox]
        assert (len(pdf.pages), box, "/AcroForm" in pdf.Root) == (1, [0, 0, 595, 842], False)


def test_lost_task_is_asked_for_again(run_tasks):
    notice = published(NoticeKind.HOUSE_RULES)
    run_tasks()
    second = published(NoticeKind.WITHDRAWAL_FORM)
    assert without_document() == [second.pk]

    ask_for_documents(timezone.now())

    run_tasks()
    assert without_document() == []
    assert documents_of(notice).count() == documents_of(second).count() == 1
