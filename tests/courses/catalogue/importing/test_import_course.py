import json
import shutil

from django.core.management import CommandError, call_command

import pytest

from courses.models import CoursePage


def run(capsys, *arguments):
    """What the command printed, and its error if it failed."""
    error = None
    try:
        call_command("import_course", *map(str, arguments))
    except CommandError as failure:
        error = str(failure)
    return capsys.readouterr().out, error


@pytest.fixture
def folder(tmp_path, workshop_sheet, accounts_sheet):
    shutil.copy(workshop_sheet, tmp_path)
    (tmp_path / "archives").mkdir()
    shutil.copy(accounts_sheet, tmp_path / "archives")
    (tmp_path / "bruit.txt").write_bytes(b"\x00\x01")
    (tmp_path / ".cache").write_text("invisible")
    return tmp_path


def test_import_course_dry_run_asks_nothing_of_the_database(capsys, workshop_sheet):
    output, error = run(capsys, workshop_sheet, "--dry-run", "--json")

    report = json.loads(output)
    assert error is None
    assert (report["status"], report["page"], report["error"]) == ("recognised", None, None)
    assert report["duration_days"] == 1.5
    assert report["company"]["capital"] == "8000.00"
    assert report["half_days"][2] == {
        "day": 2,
        "moment": "morning",
        "modules": [
            {"number": 4, "title": "Remettre le vélo", "points": ["Le devis et la facture"]}
        ],
    }


def test_import_course_dry_run_tells_an_editor_what_it_read(capsys, workshop_sheet):
    output, _ = run(capsys, workshop_sheet, "--dry-run")

    lines = output.splitlines()
    for line in (
        "    Durée\u00a0: 1,5 jour",
        "    Programme\u00a0: 3 demi-journées, 4 modules, 8 points",
        "        2. Contrôler la transmission (3 points)",
        "    conditions générales de vente (lignes 88 à 104)",
        "    prix par personne (T-14)",
    ):
        assert lines.count(line) == 1


@pytest.mark.django_db
def test_import_course_creates_a_draft_then_says_that_nothing_changed(
    capsys, catalogue, workshop_sheet
):
    first, _ = run(capsys, workshop_sheet, "--json")
    second, _ = run(capsys, workshop_sheet, "--json")

    course = CoursePage.objects.get()
    assert json.loads(first)["page"] == {
        "outcome": "created",
        "page_id": course.pk,
        "title": course.title,
        "edit_url": f"/gestion/pages/{course.pk}/edit/",
        "created_categories": ["Artisanat", "Métiers mécaniques"],
    }
    assert json.loads(second)["status"] == "unchanged"


@pytest.mark.django_db
def test_import_course_goes_on_after_a_bad_file(capsys, catalogue, folder):
    output, error = run(capsys, folder, "--json")

    reports = json.loads(output)
    assert error == "Fiches en échec : 1 sur 3."
    assert [(report["file"], report["status"]) for report in reports] == [
        (str(folder / "archives" / "tableur.txt"), "created"),
        (str(folder / "atelier-velo.txt"), "created"),
        (str(folder / "bruit.txt"), "failed"),
    ]
    assert reports[2]["error"] == "« bruit.txt » n’est pas un fichier de texte."
    assert CoursePage.objects.count() == 2


@pytest.mark.django_db
def test_import_course_tells_of_a_refusal_in_one_sentence(capsys, home, workshop_sheet):
    output, error = run(capsys, workshop_sheet)

    assert output.splitlines()[1] == (
        "  Le site n’a pas encore de page «\u00a0Catalogue\u00a0»\u00a0: créez-la d’abord."
    )
    assert error == "Fiches en échec : 1 sur 1."


@pytest.mark.parametrize("content", ["", "Cher client,\n\nMerci de votre commande.\n"])
def test_import_course_refuses_what_is_no_course_even_in_a_dry_run(capsys, tmp_path, content):
    path = tmp_path / "lettre.txt"
    path.write_text(content)

    output, error = run(capsys, path, "--dry-run", "--json")

    assert json.loads(output)["status"] == "failed"
    assert error == "Fiches en échec : 1 sur 1."


def test_import_course_tells_of_an_empty_folder(capsys, tmp_path):
    output, _ = run(capsys, tmp_path, "--dry-run")

    assert output.splitlines()[1].endswith("ne contient aucun fichier.")


def test_import_course_tells_of_a_missing_file(capsys, tmp_path):
    output, _ = run(capsys, tmp_path / "absente.txt", "--json")

    assert json.loads(output)["error"].endswith("absente.txt » n’existe pas.")
