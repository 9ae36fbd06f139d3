"""After the signature, behind the proposal's link: the list, the changes, the agreement."""

from datetime import timedelta

from django.urls import reverse

import pytest
import time_machine

from shop.models import ChangeRequest, Participant
from shop.proposals.agreement.actions import conclude, conclude_without_deposit
from shop.proposals.agreement.changes import MOST_WAITING, answer_change
from shop.proposals.agreement.laying_out import lay_out
from shop.proposals.agreement.views import CHANGES_PER_HOUR
from tests.factories.orders import paris

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(client, monkeypatch):
    """Opens a page as a human, then sends its form as shown, changed."""
    monkeypatch.setattr("base.robots.FASTEST_HUMAN_SECONDS", -1)

    def post(name, proposal, **changes):
        url = address(name, proposal)
        form = client.get(url).context["form"]
        shown = {field.name: field.value() for field in form if field.value() not in (None, False)}
        return client.post(url, shown | changes)

    return post


def address(name, proposal):
    return reverse(name, args=[proposal.token])


def text_of(response):
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


NAMED = {"first_name_1": "Alix", "last_name_1": "Essai", "email_1": "alix@example.org"}
CHANGE = {"kind": "dates", "text": "Une semaine plus tard", "asked_by": "Alix Essai"}


@pytest.mark.parametrize("name", ["proposal_people", "proposal_people_list", "proposal_change"])
def test_pages_open_with_the_signature(client, proposal, sign, name):
    assert client.get(address(name, proposal)).status_code == 404
    assert client.post(address(name, proposal), {}).status_code in (404, 405)
    signed = sign(proposal)
    response = client.get(address(name, signed))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "name", ["proposal_people", "proposal_people_list", "proposal_change", "proposal_agreement"]
)
def test_unknown_link_opens_nothing(client, shop, name):
    assert client.get(reverse(name, args=["inconnu"])).status_code == 404


def test_page_says_what_is_awaited_then_that_the_order_is_definitive(client, signed, pay_deposit):
    page = text_of(client.get(signed.get_absolute_url()))
    assert "La proposition est signée." in page
    assert "712,80 €" in page
    assert "Comment accepter" not in page
    assert "1 nom donné sur 2" in page

    pay_deposit(signed)
    definitive = conclude(proposal_id=signed.pk, now=signed.issued_at)
    page = text_of(client.get(signed.get_absolute_url()))
    assert "La commande est définitive depuis" in page
    assert "Les 2 places sont retenues." in page
    assert "en cours de mise en page" in page

    lay_out(definitive.agreement.pk)
    page = text_of(client.get(signed.get_absolute_url()))
    assert f"Convention de formation {definitive.agreement.number} (PDF" in page


def test_missing_seats_and_the_exception_are_said(client, signed, session):
    session.capacity = 1
    session.save()
    conclude_without_deposit(
        proposal_id=signed.pk, reason="Secret", actor="Équipe", now=signed.issued_at
    )
    page = text_of(client.get(signed.get_absolute_url()))
    assert "convenir d’une autre date" in page
    assert "Secret" not in page


def test_agreement_is_served_as_it_was_stored(client, definitive):
    url = address("proposal_agreement", definitive)
    assert client.get(url).status_code == 404
    document = lay_out(definitive.agreement.pk)
    response = client.get(url)
    assert response.content == document.content()
    assert response["Content-Type"] == "application/pdf"


def test_client_names_its_participants(client, post, signed):
    response = post("proposal_people", signed, **NAMED)
    assert response.status_code == 302
    page = text_of(client.get(response.url))
    assert "La liste est enregistrée." in page
    assert 'value="Alix"' in page
    row = Participant.objects.get(first_name="Alix")
    assert row.added_by == "Atelier d’essai (lien de la proposition)"
    page = text_of(client.get(address("proposal_people_list", signed)))
    assert "Alix Essai" in page
    assert "Liste au" in page
    assert "2 noms pour 2 places" in page


def test_replaced_person_is_told_on_the_list(client, post, signed):
    post("proposal_people", signed, first_name_0="Sasha")
    page = text_of(client.get(address("proposal_people_list", signed)))
    assert "Sasha Essai remplace Dominique Essai" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"first_name_1": "Alix"}, "Indiquez le prénom et le nom."),
        ({"last_name_1": "Essai"}, "Indiquez le prénom et le nom."),
        ({"email_1": "alix@example.org"}, "Indiquez le prénom et le nom."),
        (NAMED | {"email_1": "alix"}, "n’est pas complète"),
        (NAMED | {"first_name_1": "A" * 81}, "80"),
        (NAMED | {"opened_at": "faux"}, "n’a pas pu être vérifié"),
        (NAMED | {"site_internet": "x"}, "n’a pas pu être vérifié"),
    ],
)
def test_bad_input_is_explained_and_kept(post, signed, typed, sentence):
    response = post("proposal_people", signed, **typed)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not Participant.objects.exists()


def test_places_that_do_not_exist_are_ignored(post, signed):
    post("proposal_people", signed, **NAMED, first_name_2="Sasha", last_name_2="Essai")
    assert Participant.objects.count() == 2


def test_list_changed_meanwhile_is_shown_again(post, signed):
    response = post("proposal_people", signed, seen="autre", **NAMED)
    assert response.status_code == 409
    assert "a changé depuis" in text_of(response)


def test_single_word_of_the_request_may_stay(ask, sign, post):
    proposal = sign(ask(participants=["Essai"]))
    assert post("proposal_people", proposal, **NAMED).status_code == 302
    assert Participant.objects.count() == 2


def test_after_the_last_day_the_page_shows_and_refuses(client, post, signed):
    last = signed.starts_on - timedelta(days=2)
    with time_machine.travel(paris(last, 23, 59), tick=False):
        assert f"{last.day}" in text_of(client.get(address("proposal_people", signed)))
        url = address("proposal_people", signed)
        form = client.get(url).context["form"]
        shown = {field.name: field.value() for field in form if field.value() not in (None, False)}
    with time_machine.travel(paris(last + timedelta(days=1), 0), tick=False):
        page = text_of(client.get(url))
        assert "La liste pouvait être changée jusqu’au" in page
        assert "Enregistrer la liste" not in page
        late = client.post(url, shown | NAMED)
        assert late.status_code == 409
    assert not Participant.objects.exists()


def test_nothing_about_birth_or_health_is_asked(client, signed):
    form = client.get(address("proposal_people", signed)).context["form"]
    asked = {name.rpartition("_")[0] for name in form.fields if name[-1].isdigit()}
    assert asked == {"first_name", "last_name", "email", "needs_adjustment"}


def test_change_is_asked_and_followed(client, post, signed):
    response = post("proposal_change", signed, **CHANGE)
    assert response.status_code == 302
    page = text_of(client.get(response.url))
    assert "Votre demande est enregistrée." in page
    assert "en attente de notre réponse" in page
    asked = ChangeRequest.objects.get()
    answer_change(
        request_id=asked.pk, accepted=True, text="D’accord.", actor="x", now=asked.asked_at
    )
    page = text_of(client.get(signed.get_absolute_url()))
    assert "acceptée" in page
    assert "D’accord." in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": "prix"}, "Dites-nous ce que vous voulez changer."),
        ({"kind": ""}, "Dites-nous ce que vous voulez changer."),
        ({"text": " "}, "Écrivez votre demande."),
        ({"text": "x" * 2001}, "Raccourcissez votre demande"),
        ({"asked_by": ""}, "Indiquez votre nom."),
        ({"opened_at": ""}, "n’a pas pu être vérifié"),
    ],
)
def test_bad_request_is_explained(post, signed, typed, sentence):
    response = post("proposal_change", signed, **CHANGE | typed)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not ChangeRequest.objects.exists()


def test_second_click_is_one_request(client, post, signed):
    for _ in range(2):
        assert post("proposal_change", signed, **CHANGE, request_key="cle").status_code == 302
    assert ChangeRequest.objects.count() == 1


def test_requests_are_limited(post, signed):
    answers = [post("proposal_change", signed, **CHANGE) for _ in range(CHANGES_PER_HOUR + 1)]
    assert answers[-1].status_code == 429
    assert ChangeRequest.objects.count() == min(CHANGES_PER_HOUR, MOST_WAITING)


def test_form_of_another_site_does_nothing(client, signed):
    for name in ("proposal_people", "proposal_change"):
        response = client.post(
            address(name, signed), CHANGE, HTTP_ORIGIN="https://ailleurs.example"
        )
        assert response.status_code == 403


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("proposal", 16), ("proposal_people", 15), ("proposal_people_list", 9),
        ("proposal_change", 14),
    ],
)  # fmt: skip
def test_pages_cost_the_same_whatever_happened(
    client, post, definitive, name, queries, django_assert_num_queries
):
    client.get(address(name, definitive))
    with django_assert_num_queries(queries):
        client.get(address(name, definitive))
    post("proposal_people", definitive, **NAMED, first_name_0="Sasha")
    for key in "ab":
        post("proposal_change", definitive, **CHANGE, request_key=key)
    with django_assert_num_queries(queries):
        client.get(address(name, definitive))
