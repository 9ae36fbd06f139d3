"""From the course to the proposal's page, without an account or a script."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

import pytest
import time_machine

from shop.models import Proposal
from shop.orders.rules import new_token
from shop.proposals.actions import replace_proposal, withdraw_proposal
from shop.proposals.asking_views import REQUESTS_PER_HOUR
from shop.proposals.laying_out import lay_out
from shop.proposals.rules import expires_at

pytestmark = pytest.mark.django_db

TYPED = {
    "kind": "company",
    "company_name": "Atelier d’essai",
    "number": "510 869 274 00066",
    "first_name": "Camille",
    "last_name": "Essai",
    "email": "camille@example.org",
    "street": "3 rue des Lilas",
    "postcode": "07000",
    "town": "Privas",
    "country": "FR",
    "headcount": "2",
    "participants": "Dominique Essai\n\nAlix Essai",
}


@pytest.fixture
def post(client, session, seal_in_force, monkeypatch):
    """Posts a step of the form, opened by a human, for the session unless told otherwise."""
    monkeypatch.setattr("base.robots.FASTEST_HUMAN_SECONDS", -1)

    def post(address=None, **changes):
        address = address or f"/devis/?session={session.pk}"
        opened_at = client.get(address).context["form"].initial["opened_at"]
        return client.post(address, TYPED | {"opened_at": opened_at} | changes)

    return post


@pytest.fixture
def send(post):
    """Both steps, with the fields that the recap carries."""

    def send(address=None, **changes):
        recap = post(address, **changes)
        shown, wanted = recap.context["quote"].fingerprint, recap.context["wanted"]
        return post(
            address, etape="envoyer", shown=shown, request_key=wanted.request_key, **changes
        )

    return send


def page_of(client, proposal):
    return client.get(f"/proposition/{proposal.token}/")


def test_recap_shows_the_price_and_keeps_nothing(post):
    response = post()
    page = response.content.decode()
    assert response.status_code == 200
    assert "2\u202f376,00\u00a0€" in page
    assert "712,80\u00a0€" in page
    assert "Dominique Essai, Alix Essai" in page
    assert "no-store" in response["Cache-Control"]
    assert not Proposal.objects.exists()


def test_proposal_is_issued_at_once_and_its_page_follows(client, send):
    response = send()
    proposal = Proposal.objects.get()
    assert response["Location"] == f"/proposition/{proposal.token}/"
    assert (proposal.state, proposal.siret, proposal.siren) == (
        "issued", "51086927400066", "510869274",
    )  # fmt: skip
    assert proposal.participants == ["Dominique Essai", "Alix Essai"]
    waiting = page_of(client, proposal).content.decode()
    assert "en cours de mise en page" in waiting

    lay_out(proposal.pk)
    response = page_of(client, proposal)
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert "proposition.pdf" in response.content.decode()
    pdf = client.get(reverse("proposal_pdf", args=[proposal.token]))
    assert pdf.content == proposal.document.content()
    assert pdf["Content-Type"] == "application/pdf"


def test_what_was_typed_comes_back_to_be_corrected(post):
    response = post(etape="corriger")
    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="510 869 274 00066"' in page
    assert "Dominique Essai" in page


def test_stale_recap_comes_back_up_to_date(post):
    response = post(etape="envoyer", shown="autre", request_key=new_token())
    assert response.status_code == 409
    assert "relisez" in response.content.decode()
    assert not Proposal.objects.exists()


def test_second_click_leads_to_the_same_proposal(post):
    recap = post()
    facts = {
        "etape": "envoyer",
        "shown": recap.context["quote"].fingerprint,
        "request_key": recap.context["wanted"].request_key,
    }
    assert post(**facts)["Location"] == post(**facts)["Location"]
    assert Proposal.objects.count() == 1


def test_intra_request_waits_for_staff(client, session, send):
    address = f"/devis/?formation={session.course.pk}"
    wishes = {"wished_dates": "En mars", "wished_place": "Chez nous", "wishes": "Trois niveaux"}
    response = send(address, course=str(session.course.pk), **wishes)

    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.session, proposal.wished_place) == ("asked", None, "Chez nous")
    page = client.get(response["Location"]).content.decode()
    assert "Nous préparons votre proposition" in page


@pytest.mark.parametrize("kind", ["individual", "sole_trader"])
def test_t02_natural_person_is_led_to_the_contract(session, post, kind):
    assert post(kind=kind)["Location"] == f"/commande/{session.pk}/"
    assert post("/devis/", kind=kind)["Location"] == "/contact/?pour=particulier"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"number": ""}, "Indiquez le SIRET ou le SIREN"),
        ({"number": "51086927400067"}, "numéro SIRET n’est pas valide"),
        ({"headcount": "0"}, "au moins un participant"),
        ({"headcount": "1"}, "2 noms pour 1"),
        ({"kind": "x"}, "Dites-nous qui paie"),
        ({"other_billing": "on"}, "Indiquez l’adresse de facturation."),
        ({"postcode": "999"}, "cinq chiffres"),
        ({"participants": "x" * 200}, "un seul nom par ligne"),
        ({"site_internet": "https://robot.example"}, "vérifié"),
    ],
)
def test_wrong_input_is_told_in_french(post, change, sentence):
    response = post(**change)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_association_without_a_number_is_served(send):
    send(kind="association", number="")
    assert Proposal.objects.get().siren == ""


def test_billing_elsewhere_is_printed(send):
    send(
        other_billing="on", billing_name="Siège d’essai", billing_street="1 place de l’Essai",
        billing_postcode="26000", billing_town="Valence",
    )  # fmt: skip
    billing = Proposal.objects.get().facts.client.billing
    assert billing == ("Siège d’essai", "1 place de l’Essai, 26000 Valence")


def test_too_many_requests_wait(send):
    for _ in range(REQUESTS_PER_HOUR):
        assert send().status_code == 302
    assert send().status_code == 429
    assert Proposal.objects.count() == REQUESTS_PER_HOUR


@pytest.mark.parametrize(
    "address", ["/devis/?session=999999", "/devis/?session=x", "/proposition/inconnu/"]
)
def test_unknown_address_is_a_french_404(client, shop, address):
    assert client.get(address).status_code == 404


def test_wrong_course_is_no_error(client, shop):
    assert client.get("/devis/?formation=x").status_code == 200


def test_replaced_link_is_dead_and_leads_nowhere(client, proposal, extended):
    lay_out(proposal.pk)
    new = replace_proposal(
        proposal_id=proposal.pk, offer=extended(proposal), actor="Équipe", now=timezone.now()
    )
    response = page_of(client, proposal)
    page = response.content.decode()
    assert response.status_code == 410
    assert "a été remplacée" in page
    assert new.token not in page
    assert proposal.company_name not in page
    assert client.get(reverse("proposal_pdf", args=[proposal.token])).status_code == 404
    assert page_of(client, new).status_code == 200


def test_withdrawn_proposal_says_so(client, proposal):
    withdraw_proposal(proposal_id=proposal.pk, reason="x", actor="Équipe", now=timezone.now())
    response = page_of(client, proposal)
    assert response.status_code == 410
    assert "a été retirée" in response.content.decode()


def test_proposal_is_over_at_midnight_before_the_clock_has_run(client, proposal):
    with time_machine.travel(expires_at(proposal.valid_until) - timedelta(minutes=1), tick=False):
        assert "Comment accepter" in page_of(client, proposal).content.decode()
    with time_machine.travel(expires_at(proposal.valid_until), tick=False):
        page = page_of(client, proposal).content.decode()
    assert proposal.state == "issued"
    assert "a expiré le" in page
    assert "Comment accepter" not in page
