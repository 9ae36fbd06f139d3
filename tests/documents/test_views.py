from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from django.core import signing
from django.core.files.base import ContentFile

import pytest
import time_machine

from base.private_files import private_storage
from documents.links import document_link
from documents.views import REFUSED, disposition

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
CONTENT = b"%PDF-1.7 contenu"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _site(home):
    pass


@pytest.fixture
def document(issued):
    return issued(CONTENT, file_name="Convention « été ».pdf")


@pytest.fixture
def address(document, settings):
    return document_link(document, max_age=WEEK).removeprefix(settings.SITE_URL)


def path_of(document):
    return f"sha256/{document.sha256[:2]}/{document.sha256}"


def test_link_sends_the_stored_bytes(client, address, document):
    response = client.get(address)

    assert (response.status_code, response.content) == (200, CONTENT)
    assert {
        name: response[name]
        for name in (
            "Content-Type", "ETag", "Cache-Control", "X-Content-Type-Options", "Referrer-Policy",
        )
    } == {
        "Content-Type": "application/pdf",
        "ETag": f'"{document.sha256}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }  # fmt: skip


def test_link_is_a_complete_address(document, settings):
    settings.SITE_URL = "https://www.lexom.example/"

    assert document_link(document, max_age=WEEK).startswith("https://www.lexom.example/documents/")


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("devis.pdf", "inline; filename=\"devis.pdf\"; filename*=UTF-8''devis.pdf"),
        (
            "Été « 1 ».pdf",
            "inline; filename=\"Ete  1 .pdf\"; filename*=UTF-8''" + quote("Été « 1 ».pdf"),
        ),
        ('a"\r\nb.pdf', "inline; filename=\"ab.pdf\"; filename*=UTF-8''a%22%0D%0Ab.pdf"),
        ("中", "inline; filename=\"document.pdf\"; filename*=UTF-8''%E4%B8%AD"),
    ],
)
def test_file_name_is_given_for_old_and_new_browsers(name, header):
    assert disposition(name) == header


def test_known_bytes_are_not_sent_again(client, address, document):
    response = client.get(address, headers={"If-None-Match": f'"{document.sha256}"'})

    assert (response.status_code, response.content) == (304, b"")
    assert response["Cache-Control"] == "private, no-store"


def test_link_only_reads(client, address):
    assert client.post(address).status_code == 405


def test_link_lasts_as_long_as_told_whatever_is_cached(client, document, settings):
    settings.PAGE_CACHE_BYTES = 1_000_000
    with time_machine.travel(NOW, tick=False):
        address = document_link(document, max_age=WEEK).removeprefix(settings.SITE_URL)
    statuses = []
    for moment in (NOW + WEEK - timedelta(seconds=1), NOW + WEEK):
        with time_machine.travel(moment, tick=False):
            statuses.append(client.get(address).status_code)

    assert statuses == [200, 404]


def forged(document, salt="documents.download.1", **changes):
    facts = {"pk": document.pk, "sha256": document.sha256, "until": 2**40} | changes
    return signing.dumps(list(facts.values()), salt=salt)


BAD_TOKENS = {
    "words": lambda document: "n-importe-quoi",
    "changed": lambda document: forged(document)[:-3] + "___",
    "other purpose": lambda document: forged(document, salt="autre.usage.1"),
    "no such row": lambda document: forged(document, pk=document.pk + 1),
    "other file": lambda document: forged(document, sha256="ab" * 32),
    "expired": lambda document: forged(document, until=1),
}


@pytest.mark.parametrize("token", BAD_TOKENS.values(), ids=BAD_TOKENS.keys())
def test_every_bad_link_gets_the_same_answer(client, document, token):
    response = client.get(f"/documents/{token(document)}/")

    assert response.status_code == 404
    assert REFUSED in response.content.decode()
    assert document.title not in response.content.decode()


def test_forged_token_of_the_test_would_work_unchanged(client, document):
    assert client.get(f"/documents/{forged(document)}/").status_code == 200


def test_another_series_revokes_every_link(client, address, settings):
    settings.DOCUMENT_LINKS_SERIES = "2"

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("fate", ["lost", "altered"])
def test_file_that_is_not_as_issued_is_not_sent(client, address, document, caplog, fate):
    private_storage().delete(path_of(document))
    if fate == "altered":
        private_storage().save(path_of(document), ContentFile(b"%PDF-1.7 autre"))

    response = client.get(address)

    assert (response.status_code, response["Cache-Control"]) == (503, "private, no-store")
    assert "momentanément indisponible" in response.content.decode()
    assert [record.levelname for record in caplog.records if "documents" in record.name] == [
        "ERROR"
    ]
