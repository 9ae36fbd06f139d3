from datetime import UTC, datetime
from io import BytesIO

import page
import pikepdf
import pytest

from documents.issued import IssuedDocument
from legal.terms.models import KIND
from legal.terms.pdf import render_terms, terms_context
from legal.terms.registration import terms_faults
from legal.terms.tasks import issue_missing_pdfs, issue_terms_pdf
from tests.factories.terms import approved, draft, terms_text

pytestmark = pytest.mark.django_db
ADDRESS = "https://mediation.example/saisir-le-mediateur/"


def failures(content, profile):
    report = page.validate_pdf_bytes(content, profile=profile)
    return [f.rule_id for f in report.failures if not f.rule_id.endswith("STREAM-LENGTH-001")]


@pytest.fixture
def long_version(home):
    clause = "<p>Une clause qui dit ce que chacun doit à l’autre.</p>" * 12
    lists = f'<ul><li>un point</li></ul><ol><li>un rang</li></ol><a href="{ADDRESS}">{ADDRESS}</a>'
    return approved(terms_text(*[clause + lists] * 8))


def test_pdf_conforms_to_archive_and_accessibility_standards(long_version):
    rendered = render_terms(terms_context(long_version))

    assert [failures(rendered.content, profile) for profile in ("3a", "ua1")] == [[], []]
    assert rendered.pages > 1


def test_pdf_names_its_version_and_links_to_the_whole_address(long_version):
    content = render_terms(terms_context(long_version)).content

    with pikepdf.open(BytesIO(content)) as pdf:
        title = str(pdf.docinfo["/Title"])
        targets = {
            str(link.A.URI)
            for sheet in pdf.pages
            for link in sheet.get("/Annots", [])
            if link.get("/Subtype") == "/Link"
        }

    assert (title, targets) == (
        f"Conditions générales de vente {long_version.number}",
        {ADDRESS},
    )


def test_pdf_is_issued_once_by_the_worker_after_approval(home, run_tasks):
    version = approved()
    assert version.pdf is None

    run_tasks()
    issued = IssuedDocument.objects.get()
    again = issue_terms_pdf.func(version.pk)

    assert (issued.kind, issued.number, issued.terms_number) == (KIND, version.number, again)
    assert issued.context["parts"][1]["articles"][0]["number"] == "2.1"
    assert IssuedDocument.objects.count() == 1


def test_draft_gets_no_pdf(home):
    assert issue_terms_pdf.func(draft().pk) == "version non approuvée"
    assert IssuedDocument.objects.count() == 0


def test_clock_asks_again_for_a_pdf_that_was_lost_with_its_worker(home, run_tasks):
    from django_tasks import default_task_backend

    version = approved()
    default_task_backend.clear()
    assert list(terms_faults()) == [f"CGV {version.number} : le document n’est pas émis."]

    issue_missing_pdfs(datetime.now(UTC))
    run_tasks()

    assert list(terms_faults()) == []
