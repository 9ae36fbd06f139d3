import csv
from io import StringIO

from django.db import connection
from django.test.utils import CaptureQueriesContext

import pytest

from users.models import User
from users.roles import Role

pytestmark = pytest.mark.django_db
LIST = "/gestion/documents-emis/"


@pytest.fixture
def documents(home, issued):
    return [
        issued(b"%PDF 1", kind="devis", number="D-1", title="Devis Alpha"),
        issued(b"%PDF 2", kind="devis", number="D-2", title="Devis Bêta"),
        issued(b"%PDF 3", kind="facture", number="F-1", title="Facture Alpha"),
    ]


@pytest.fixture
def accountant(documents, staff):
    return staff(Role.ACCOUNTING)


def titles(client, query=""):
    response = client.get(f"{LIST}{query}")
    return sorted(document.title for document in response.context["object_list"])


def test_staff_find_documents_by_number_title_kind_and_day(accountant):
    assert titles(accountant, "?q=Alpha") == ["Devis Alpha", "Facture Alpha"]
    assert titles(accountant, "?q=D-2") == ["Devis Bêta"]
    assert titles(accountant, "?kind=facture") == ["Facture Alpha"]
    assert titles(accountant, "?issued_at_from=2026-11-25") == []
    assert len(titles(accountant, "?issued_at_from=2026-11-24&issued_at_to=2026-11-24")) == 3


def test_staff_export_the_list(accountant):
    response = accountant.get(f"{LIST}?export=csv&kind=facture")
    rows = list(csv.reader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))

    assert rows[0][1:4] == ["Nature", "Numéro", "Titre"]
    assert [row[1:4] for row in rows[1:]] == [["facture", "F-1", "Facture Alpha"]]


def test_staff_read_one_document(accountant, documents):
    response = accountant.get(f"{LIST}inspect/{documents[0].pk}/")

    said = {field["label"]: field["value"] for field in response.context["fields"]}
    assert (said["Nature"], said["Spécimen"], said["Remplace"]) == ("devis", "non", "–")
    assert said["Fichier"] == f'<a href="{LIST}{documents[0].pk}/">essai.pdf</a>'


def test_staff_download_as_stored(accountant, documents):
    response = accountant.get(f"{LIST}{documents[0].pk}/")

    assert response.content == b"%PDF 1"
    assert response["Cache-Control"].startswith("private, no-store")
    assert accountant.get(f"{LIST}999999/").status_code == 404


def test_staff_without_the_permission_see_nothing(documents, staff):
    editor = staff(Role.EDITING)

    addresses = (LIST, f"{LIST}{documents[0].pk}/", f"{LIST}inspect/{documents[0].pk}/")
    answers = [editor.get(address) for address in addresses]

    assert [(a.status_code, a["Location"]) for a in answers] == [(302, "/gestion/")] * 3


def test_visitors_are_sent_to_sign_in(client, documents):
    assert client.get(f"{LIST}{documents[0].pk}/").status_code == 302


def test_nobody_writes_not_even_a_superuser(accountant, documents):
    User.objects.update(is_superuser=True)
    client, pk = accountant, documents[0].pk

    statuses = {
        verb: client.post(f"{LIST}{verb}").status_code
        for verb in ("new/", f"edit/{pk}/", f"delete/{pk}/", f"copy/{pk}/", f"history/{pk}/")
    }
    page = client.get(LIST).content.decode()

    assert set(statuses.values()) == {404}
    assert titles(client) == ["Devis Alpha", "Devis Bêta", "Facture Alpha"]
    assert [word in page for word in ("/new/", "/edit/", "/delete/", "/copy/")] == [False] * 4


def test_list_asks_the_same_queries_for_any_number_of_documents(accountant, issued):
    counts = []
    for number in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            accountant.get(LIST)
        counts.append(len(queries))
        for extra in range(10):
            issued(f"%PDF {number} {extra}".encode(), number=f"X-{number}-{extra}")

    assert counts[0] == counts[1]
