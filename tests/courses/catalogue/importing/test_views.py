from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

import pytest
import time_machine
from bs4 import BeautifulSoup

from courses.models import CoursePage
from users.roles import Role

LONG_SHEET = b"Titre : Long\nObjectifs\n" + b"- des mots et des mots\n" * 15_000
TOO_LONG = (
    "Cette fiche est trop longue pour l’aperçu : retirez-en ce qui ne décrit pas la formation."
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(staff):
    return staff(Role.EDITING)


@pytest.fixture
def preview(editor, workshop_sheet):
    return upload(editor, workshop_sheet.read_bytes())


def soup_of(response):
    return BeautifulSoup(response.content, "html.parser")


def upload(client, content, name="fiche.txt"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("import_course"), {"file": file})


def sealed_in(response):
    return soup_of(response).find("input", {"name": "sealed"})["value"]


def confirm(client, sealed):
    return client.post(reverse("import_course"), {"sealed": sealed}, follow=True)


def messages_of(response):
    return [str(message).strip() for message in response.context["messages"]]


def section(response, name):
    items = soup_of(response).find(id=f"{name}-section").find_all("li")
    return [" ".join(item.get_text(" ").split()) for item in items]


def test_import_page_asks_for_a_file(editor):
    response = editor.get("/gestion/importer-une-fiche/")

    assert soup_of(response).find("input", {"name": "file"})["accept"] == ".txt,.docx"


def test_import_page_is_in_the_menu_of_those_who_may_add_courses(editor):
    response = editor.get(reverse("wagtailadmin_home"))

    assert "Importer une fiche" in response.content.decode()


def test_import_page_is_closed_to_those_who_may_not_add_courses(staff):
    client = staff(Role.SALES)

    response = client.get(reverse("import_course"), follow=True)

    assert response.redirect_chain == [(reverse("wagtailadmin_home"), 302)]
    assert "Importer une fiche" not in response.content.decode()


def test_preview_writes_nothing(preview):
    assert preview.status_code == 200
    assert CoursePage.objects.count() == 0


def test_preview_shows_what_is_recognised_missing_ignored_and_doubtful(preview):
    rows = {
        row.th.get_text(): row.td.get_text(" ", strip=True)
        for row in soup_of(preview).find(id="recognised-section").find_all("tr")
    }

    assert rows["Référence"] == "ART-VEL-07"
    assert rows["Durée"] == "1,5 jour"
    assert section(preview, "recognised")[:2] == [
        "Diagnostiquer l’usure d’une transmission",
        "Régler un freinage mécanique ou hydraulique",
    ]
    assert section(preview, "missing")[0] == "Durée en heures (T-03)"
    assert len(section(preview, "warnings")) == 1
    assert [item.split(",")[0] for item in section(preview, "ignored")] == [
        "Identité de la société et du groupe",
        "Conditions générales de vente",
    ]


def test_confirmation_creates_the_draft_and_opens_its_editor(editor, preview):
    response = confirm(editor, sealed_in(preview))

    course = CoursePage.objects.get()
    assert response.redirect_chain == [(reverse("wagtailadmin_pages:edit", args=[course.pk]), 302)]
    assert messages_of(response) == ["Le brouillon est créé. Complétez-le avant de le publier."]
    assert (course.live, course.reference) == (False, "ART-VEL-07")


def test_confirmation_twice_creates_one_draft(editor, preview):
    confirm(editor, sealed_in(preview))

    response = confirm(editor, sealed_in(preview))

    assert messages_of(response) == [
        "La fiche ne change rien\u00a0: la formation dit déjà tout cela."
    ]
    assert CoursePage.objects.count() == 1


def test_preview_tells_that_the_course_exists(editor, preview, workshop_sheet):
    confirm(editor, sealed_in(preview))

    again = upload(editor, workshop_sheet.read_bytes())

    edit_url = reverse("wagtailadmin_pages:edit", args=[CoursePage.objects.get().pk])
    assert soup_of(again).find("a", string="Voir la formation")["href"] == edit_url
    assert soup_of(again).find("button", string="Mettre à jour le brouillon")["type"] == "submit"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("fiche.txt", b"", "Ce fichier est vide."),
        ("fiche.txt", b"\x00", "« fiche.txt » n’est pas un fichier de texte."),
        ("fiche.txt", LONG_SHEET, TOO_LONG),
    ],
    ids=["empty", "binary", "long"],
)
def test_upload_refuses_a_bad_file_with_one_sentence(editor, name, content, message):
    response = upload(editor, content, name)

    assert response.context["form"].errors == {"file": [message]}


def test_upload_without_file_asks_for_one(editor):
    response = editor.post(reverse("import_course"))

    assert response.context["form"].errors == {"file": ["Choisissez le fichier de la fiche."]}


def test_confirmation_refuses_a_preview_that_is_too_old(editor, preview):
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
        response = confirm(editor, sealed_in(preview))

    assert messages_of(response) == [
        "Cet aperçu n’est plus valable\u00a0: choisissez à nouveau le fichier."
    ]
    assert CoursePage.objects.count() == 0


def test_confirmation_refuses_the_preview_of_someone_else(staff, preview):
    sealed = sealed_in(preview)

    response = confirm(staff(Role.PUBLISHING), sealed)

    assert CoursePage.objects.count() == 0
    assert response.redirect_chain == [(reverse("import_course"), 302)]


def test_confirmation_refuses_an_altered_preview(editor, preview):
    confirm(editor, sealed_in(preview)[:-1])

    assert CoursePage.objects.count() == 0


def test_confirmation_tells_why_a_locked_course_is_refused(editor, preview):
    confirm(editor, sealed_in(preview))
    CoursePage.objects.update(locked=True)

    (message,) = messages_of(confirm(editor, sealed_in(preview)))

    assert message.endswith("est verrouillée\u00a0: la fiche n’est pas importée.")
