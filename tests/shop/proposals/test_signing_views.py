"""Signing in a browser without scripts, cookies nor an account."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

import pytest
import time_machine

from base.events import events_of
from mail.models import OutgoingMessage
from shop.models import Proposal, ProposalSignature, Signing
from shop.proposals.actions import replace_proposal
from shop.proposals.rules import expires_at
from shop.proposals.signing.filing import file_the_signature
from shop.proposals.signing.forwarding_views import FORWARDS_PER_HOUR
from tests.shop.proposals.conftest import SIGNATORY, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(client, monkeypatch):
    """Posts a form of a page, opened by a human."""
    monkeypatch.setattr("base.robots.FASTEST_HUMAN_SECONDS", -1)

    def post(address, **fields):
        form = client.get(address).context["form"]
        stamp = {"opened_at": form.initial["opened_at"]} if "opened_at" in form.initial else {}
        return client.post(address, stamp | fields)

    return post


@pytest.fixture
def start(post, issued):
    def start(**changes):
        return post(
            f"/proposition/{issued.token}/signer/", **SIGNATORY | {"authority": "on"} | changes
        )

    return start


@pytest.fixture
def signing(start, post, latest_code):
    """The address of the page of the last step."""
    address = start()["Location"]
    assert post(address, etape="code", code=latest_code())["Location"] == address
    return address


def page(response):
    return response.content.decode()


def last_step(client, address, **changes):
    shown = client.get(address).context["document"].sha256
    fields = {
        "etape": "signer",
        "accepts_terms": "on",
        "mention": "Bon pour accord",
        "shown": shown,
    }
    return client.post(
        address, {name: value for name, value in (fields | changes).items() if value}
    )


def test_from_the_proposal_to_the_signature(client, issued, start, post, latest_code):
    shown = page(client.get(issued.get_absolute_url()))
    assert f'/proposition/{issued.token}/signer/"' in shown
    assert "Faire signer par quelqu’un d’autre" in shown

    address = start()["Location"]
    assert "alix@example.org" in page(client.get(address))
    post(address, etape="code", code=f" {latest_code()} ")
    reading = client.get(address)
    assert issued.document.sha256 in page(reading)
    assert "checked" not in page(reading)
    assert "no-store" in reading["Cache-Control"]
    assert not reading.cookies

    assert last_step(client, address)["Location"] == issued.get_absolute_url()
    assert Proposal.objects.get().state == "signed"
    done = page(client.get(issued.get_absolute_url()))
    assert "par Alix Essai" in done
    assert "en préparation" in done
    assert "Signer en ligne" not in done

    file_the_signature(ProposalSignature.objects.get().pk)
    done = page(client.get(issued.get_absolute_url()))
    assert "reçu l’acompte de" in done
    for name, document in (
        ("proposition-signee.pdf", ProposalSignature.objects.get().signed_document),
        ("preuve.pdf", ProposalSignature.objects.get().proof),
    ):
        assert name in done
        sent = client.get(f"{issued.get_absolute_url()}{name}")
        assert sent.content == document.content()


def test_second_tab_and_back_button_show_where_one_stands(client, start, post, latest_code):
    address = start()["Location"]
    code = latest_code()
    post(address, etape="code", code=code)
    other = Client()
    assert "Signer et commander" in page(other.get(address))
    assert client.post(address, {"etape": "code", "code": code})["Location"] == address


def test_link_is_dead_after_the_signature(client, issued, signing):
    shown = issued.document.sha256
    assert last_step(client, signing).status_code == 302
    dead = client.get(signing)
    assert dead.status_code == 410
    assert "déjà signée" in page(dead)
    again = {"etape": "signer", "accepts_terms": "on", "mention": "bon pour accord", "shown": shown}
    assert client.post(signing, again)["Location"] == issued.get_absolute_url()
    assert client.get(f"/proposition/{issued.token}/signer/").status_code == 410
    assert ProposalSignature.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mention": "d’accord"}, "Écrivez exactement : BON POUR ACCORD."),
        ({"mention": ""}, "Écrivez exactement : BON POUR ACCORD."),
        ({"accepts_terms": ""}, "Cochez cette case pour signer."),
        ({"shown": "autre"}, "a changé depuis l’affichage"),
    ],
)
def test_incomplete_last_step_is_told_in_french(client, signing, changes, sentence):
    response = last_step(client, signing, **changes)
    assert response.status_code == 422
    assert sentence.replace(" :", "\u00a0:") in page(response).replace("\u202f", "\u00a0")
    assert Proposal.objects.get().state == "issued"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_name": ""}, "Indiquez votre prénom."),
        ({"function": ""}, "Indiquez votre fonction"),
        ({"email": "x"}, "pas complète"),
        ({"authority": ""}, "seule une personne habilitée"),
        ({"site_internet": "https://robot.example"}, "vérifié"),
    ],
)
def test_incomplete_signatory_is_told_in_french(start, changes, sentence):
    response = start(**changes)
    assert response.status_code == 422
    assert sentence in page(response)
    assert not Signing.objects.exists()


def test_wrong_codes_block_with_a_clear_message(client, start, post, latest_code):
    address, wrong = start()["Location"], f"{(int(latest_code()) + 1) % 10**6:06}"
    for left in (4, 3, 2, 1):
        response = post(address, etape="code", code=wrong)
        assert response.status_code == 422
        assert f"Il reste {left} essai" in page(response).replace("\u00a0", " ")
    blocked = post(address, etape="code", code=wrong)
    assert blocked.status_code == 429
    assert "est bloquée jusqu’à" in page(blocked)
    assert 'name="code"' not in page(client.get(address))
    assert client.post(address, {"etape": "renvoyer"}).status_code == 429


def test_code_is_sent_again_on_demand(client, start):
    address = start()["Location"]
    for _ in range(3):
        assert client.post(address, {"etape": "renvoyer"})["Location"] == address
    assert OutgoingMessage.objects.filter(template="signature_code").count() == 4
    assert "Trois nouveaux codes" in page(client.get(address))
    assert client.post(address, {"etape": "renvoyer"}).status_code == 422


def test_expired_proposal_is_refused_clearly(client, issued, signing):
    with time_machine.travel(expires_at(issued.valid_until), tick=False):
        for address in (f"/proposition/{issued.token}/signer/", signing):
            refused = client.get(address)
            assert refused.status_code == 410
            assert "a expiré" in page(refused)
        assert client.post(signing, {"etape": "signer"}).status_code == 410


def test_replaced_proposal_is_refused_clearly(client, issued, signing, extended):
    replace_proposal(
        proposal_id=issued.pk, offer=extended(issued), actor="Équipe", now=timezone.now()
    )
    assert "a été remplacée" in page(client.get(signing))
    assert client.get(f"/proposition/{issued.token}/transmettre/").status_code == 410


def test_unknown_addresses_are_french_404s(client, issued, proposal):
    for address in ("signer/inconnue/", "proposition-signee.pdf", "preuve.pdf"):
        assert client.get(f"/proposition/{issued.token}/{address}").status_code == 404


def test_signing_of_one_proposal_is_not_found_under_another(client, ask, signing):
    other = ask()
    key = signing.rstrip("/").rsplit("/", 1)[1]
    assert client.get(f"/proposition/{other.token}/signer/{key}/").status_code == 404


def test_foreign_site_cannot_press_the_button(client, signing):
    response = client.post(signing, {"etape": "signer"}, HTTP_ORIGIN="https://ailleurs.example")
    assert response.status_code == 403


def test_link_is_mailed_to_a_colleague(client, issued, post):
    address = f"/proposition/{issued.token}/transmettre/"
    assert issued.token in page(client.get(address))
    sent = post(address, sender="Camille Essai", email="direction@example.org")
    assert "Le lien est envoyé" in page(client.get(sent["Location"]))
    message = OutgoingMessage.objects.get(template="proposal_forwarded")
    assert message.recipient == "direction@example.org"
    assert issued.get_absolute_url() in message.text
    assert "Camille Essai" in message.text
    assert events_of(issued).filter(name="Proposition transmise").count() == 1


def test_links_are_not_mailed_without_end(issued, post):
    address = f"/proposition/{issued.token}/transmettre/"
    for place in range(FORWARDS_PER_HOUR):
        assert post(address, sender="X Essai", email=f"a{place}@example.org").status_code == 302
    refused = post(address, sender="X Essai", email="b@example.org")
    assert refused.status_code == 429
    assert OutgoingMessage.objects.filter(template="proposal_forwarded").count() == 5


def test_code_of_yesterday_does_not_open(client, start, latest_code):
    address = start()["Location"]
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        assert "n’est plus valable" in page(client.get(address))
        assert client.post(address, {"etape": "code", "code": latest_code()}).status_code == 422


def test_signature_made_elsewhere_meanwhile_is_told(client, signing, confirmed):
    sign(confirmed(email="dominique@example.org"))
    response = client.post(
        signing,
        {"etape": "signer", "accepts_terms": "on", "mention": "bon pour accord", "shown": "x"},
    )
    assert response.status_code == 410
    assert "déjà signée" in page(response)
