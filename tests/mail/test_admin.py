from types import SimpleNamespace

import pytest

from base.private_files import keep
from mail.actions import MessageRefused, mark_bounced, resend_to
from mail.models import OutgoingMessage
from mail.rules import Attachment
from users.roles import Role

LIST = "/gestion/messages-envoyes/"
CODE = {
    "proposal": SimpleNamespace(reference="PC-2026-0001", company_name="Atelier d’essai"),
    "signing": SimpleNamespace(full_name="Alix Essai"),
    "code": "042042",
    "minutes": 15,
}


@pytest.fixture
def message(queue, run_tasks):
    """An accepted message with an attachment."""
    message = queue(attachments=[Attachment(keep(b"%PDF-1.7"), "contrat.pdf")])
    run_tasks()
    message.refresh_from_db()
    return message


@pytest.fixture
def bounced(message):
    mark_bounced(message=message, reason="550 inconnu", actor="essai")
    message.refresh_from_db()
    return message


def page(client, message, part=""):
    return client.get(f"{LIST}{message.pk}/{part}")


def test_list_finds_a_recipient_and_filters(queue, staff):
    queue()
    queue(to="autre@example.org")
    client = staff(Role.SALES)

    def listed(**query):
        return [row.recipient for row in client.get(LIST, query).context["object_list"]]

    assert listed(q="autre") == ["autre@example.org"]
    assert listed(state=["failed", "bounced"]) == []
    assert len(listed(state="queued", template="contact_acknowledgement")) == 2
    assert listed(template="contact_announcement") == []


def test_list_costs_the_same_whatever_its_length(queue, staff, django_assert_num_queries):
    client = staff(Role.SALES)
    queue()
    client.get(LIST)

    for number in range(1, 12):
        queue(to=f"cliente{number}@example.org")

    with django_assert_num_queries(13):
        client.get(LIST)


def test_page_shows_the_message_as_it_was_sent(message, staff):
    client = staff(Role.ACCOUNTING)

    content = page(client, message).content.decode()

    assert message.message_id.strip("<>") in content
    assert "contrat.pdf" in content
    assert "Remis au serveur" in content
    assert f"{LIST}{message.pk}/contenu/" in content
    assert "Renvoyer" not in content


def test_content_runs_nothing(message, staff):
    response = page(staff(Role.SALES), message, "contenu/")

    assert response.content.decode().replace('<base target="_blank">', "") == message.html
    assert response["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox"
    )


def test_attachment_opens_and_another_file_does_not(message, staff):
    client = staff(Role.SALES)
    other = keep(b"le fichier de quelqu'un d'autre")

    response = page(client, message, f"fichier/{message.attached_files[0].sha256}/")

    assert (response.content, response["Content-Type"]) == (b"%PDF-1.7", "application/pdf")
    assert response["Content-Disposition"] == 'inline; filename="contrat.pdf"'
    assert page(client, message, f"fichier/{other}/").status_code == 404


@pytest.mark.parametrize("part", ["", "contenu/", "renvoyer/", "non-remis/"])
def test_whoever_may_not_read_messages_is_sent_away(bounced, staff, part):
    assert page(staff(Role.EDITING), bounced, part).status_code in {302, 403}


@pytest.mark.parametrize("part", ["renvoyer/", "non-remis/"])
def test_whoever_reads_messages_may_not_send_them(bounced, staff, part):
    client = staff(Role.ACCOUNTING)

    assert client.post(f"{LIST}{bounced.pk}/{part}", {}).status_code in {302, 403}
    bounced.refresh_from_db()
    assert bounced.state == "bounced"


def test_message_is_sent_again_after_a_confirmation(bounced, staff):
    client = staff(Role.SALES)

    confirmation = page(client, bounced, "renvoyer/")
    assert confirmation.context["form"].initial == {"address": "cliente@example.org"}
    client.post(f"{LIST}{bounced.pk}/renvoyer/", {"address": "cliente@example.org"})

    bounced.refresh_from_db()
    assert (bounced.state, OutgoingMessage.objects.count()) == ("queued", 1)


def test_message_is_sent_to_a_corrected_address(bounced, staff):
    client = staff(Role.SALES)

    client.post(f"{LIST}{bounced.pk}/renvoyer/", {"address": "bonne@example.org"})

    successor = OutgoingMessage.objects.get(recipient="bonne@example.org")
    assert successor.predecessor == bounced
    assert "bonne@example.org" in page(client, bounced).content.decode()


def test_wrong_address_is_explained(bounced, staff):
    response = staff(Role.SALES).post(f"{LIST}{bounced.pk}/renvoyer/", {"address": "x"})

    assert "n’est pas complète" in response.content.decode()


def test_accepted_message_is_refused_politely(message, staff):
    client = staff(Role.SALES)

    response = client.post(
        f"{LIST}{message.pk}/renvoyer/", {"address": message.recipient}, follow=True
    )

    assert "rien à renvoyer" in response.content.decode()


def test_message_is_marked_as_not_delivered_with_a_reason(message, staff):
    client = staff(Role.SALES)

    client.post(f"{LIST}{message.pk}/non-remis/", {"reason": ""})
    message.refresh_from_db()
    assert message.state == "accepted"
    client.post(f"{LIST}{message.pk}/non-remis/", {"reason": "appel du client"})

    message.refresh_from_db()
    assert (message.state, message.server_reply) == ("bounced", "appel du client")


@pytest.mark.parametrize("verb", ["new", "edit/1", "delete/1", "copy/1"])
def test_nothing_can_be_written_nor_deleted(home, staff, verb):
    assert staff(Role.SALES).get(f"{LIST}{verb}/").status_code == 404


def test_home_page_warns_of_what_did_not_arrive(bounced, staff):
    content = staff(Role.SALES).get("/gestion/").content.decode()

    assert "Un message n’est pas arrivé à son destinataire." in content


def test_home_page_is_silent_when_all_is_well(message, staff):
    assert "Messages non remis" not in staff(Role.SALES).get("/gestion/").content.decode()


def test_code_is_read_by_nobody_but_its_recipient(queue, staff, run_tasks):
    message = queue(template="signature_code", context=CODE)
    run_tasks()
    mark_bounced(message=message, reason="550 inconnu", actor="essai")
    client = staff(Role.SALES)

    shown = page(client, message)

    assert "042042" in message.text
    assert "seul son destinataire le lit" in shown.content.decode()
    assert "042042" not in shown.content.decode()
    assert page(client, message, "contenu/")["Location"] == "/gestion/"
    with pytest.raises(MessageRefused, match="ne se renvoie pas"):
        resend_to(message=message, address="autre@example.org", actor="essai")
