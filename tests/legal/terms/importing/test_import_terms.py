import io
import json

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

import pytest
from docx import Document

from legal.models import TermsVersion
from legal.terms.actions import submit_terms
from legal.terms.rules import State
from tests.factories.terms import author
from tests.factories.terms_sheet import SHEET
from users.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "cgv.txt"
    path.write_text(SHEET)
    return path


def run(file, *options):
    out = io.StringIO()
    call_command("import_terms", str(file), *options, stdout=out)
    return out.getvalue()


def test_import_makes_a_numbered_draft_and_reports(file):
    report = run(file)

    version = TermsVersion.objects.get()
    assert (version.state, version.source_name) == (State.DRAFT, "cgv.txt")
    assert len(version.text.articles) == 5
    assert f"CGV {version.number}, brouillon créé" in report
    assert "Reconnu\u00a0: 5 titres, 5 articles" in report
    assert "texte qui précède les conditions (lignes 1 à 4)" in report


def test_same_file_again_rewrites_its_draft(file):
    run(file)
    again = run(file)
    file.write_text(SHEET.replace("30 jours", "45 jours"))
    changed = run(file)

    version = TermsVersion.objects.get()
    assert ("brouillon inchangé" in again, "brouillon mis à jour" in changed) == (True, True)
    assert "45 jours" in version.text.articles[0].html


def test_submitted_version_is_left_alone_by_a_new_import(file):
    run(file)
    first = TermsVersion.objects.get()
    submit_terms(version=first, user=author())

    run(file)

    assert TermsVersion.objects.count() == 2
    assert TermsVersion.objects.get(pk=first.pk).state is State.SUBMITTED


def test_dry_run_writes_nothing(file):
    report = json.loads(run(file, "--dry-run", "--json"))

    assert (report["status"], report["number"], report["titles"]) == ("recognised", None, 5)
    assert report["articles"] == ["2.1", "2.2", "3.1", "4.1", "5.1"]
    assert TermsVersion.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("vide.txt", b"", "est vide"),
        ("autre.txt", b"Bonjour.", "ne contient pas de conditions"),
        ("cgv.pdf", b"%PDF-1.7", "n’est ni un texte"),
    ],
)
def test_file_that_holds_no_terms_is_refused_with_a_sentence(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(CommandError, match=message):
        run(path)


def test_absent_file_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="n’existe pas"):
        run(tmp_path / "absent.txt")


def test_word_document_gives_the_same_terms(file, tmp_path):
    document = Document()
    for line in SHEET.splitlines():
        if line.startswith(("- ", "* ")):
            document.add_paragraph(line[2:], style="List Bullet")
        else:
            document.add_paragraph(line)
    document.save(tmp_path / "cgv.docx")

    run(file)
    run(tmp_path / "cgv.docx")

    in_text, in_word = TermsVersion.objects.order_by("pk")
    assert in_word.text == in_text.text


def test_editor_uploads_a_file_and_reads_the_report(staff):
    upload = SimpleUploadedFile("cgv.txt", SHEET.encode())

    response = staff(Role.EDITING).post("/gestion/cgv/importer/", {"file": upload})

    text = response.content.decode()
    version = TermsVersion.objects.get()
    assert version.drafted_by.email == "editing@lexom.example"
    assert f"CGV {version.number}" in text
    assert "Texte qui précède les conditions (lignes 1 à 4)" in text
    assert "2.2. Contrat définitif" in text


def test_editor_is_told_why_a_file_is_refused(staff):
    upload = SimpleUploadedFile("lettre.txt", b"Bonjour.")

    response = staff(Role.EDITING).post("/gestion/cgv/importer/", {"file": upload})

    assert "ne contient pas de conditions générales" in response.content.decode()
    assert TermsVersion.objects.count() == 0
