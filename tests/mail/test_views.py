import pytest

from base.private_files import keep
from mail.rules import Attachment

ADDRESS = "/courriels/"


@pytest.fixture
def message(queue):
    return queue(attachments=[Attachment(keep(b"%PDF-1.7"), "contrat.pdf")])


def test_messages_are_listed_without_their_bodies(client, message, django_assert_num_queries):
    client.get(ADDRESS)

    with django_assert_num_queries(4):
        content = client.get(ADDRESS).content.decode()

    assert message.subject in content
    assert "1 pièce jointe" in content


def test_message_is_shown_with_its_attachment(client, message):
    address = f"{ADDRESS}{message.pk}/"
    response = client.get(address)

    assert "frame-src 'self'" in response["Content-Security-Policy"]
    assert "contrat.pdf" in response.content.decode()
    assert client.get(f"{address}contenu/").content.startswith(b"<!doctype html>")
    file = client.get(f"{address}fichier/{message.attached_files[0].sha256}/")
    assert file.content == b"%PDF-1.7"


@pytest.mark.parametrize("part", ["", "{pk}/", "{pk}/contenu/", "{pk}/fichier/{sha256}/"])
def test_nothing_is_shown_in_production(client, message, settings, part):
    settings.DEMO_LOGINS = False
    sha256 = message.attached_files[0].sha256

    assert client.get(ADDRESS + part.format(pk=message.pk, sha256=sha256)).status_code == 404


def test_no_cache_keeps_a_message(client, message):
    assert client.get(ADDRESS)["Cache-Control"] == "private, no-store"
