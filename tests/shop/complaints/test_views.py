"""« Réclamation », page by page: stored first, nothing lost, nothing told to strangers."""

from datetime import timedelta
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

import pytest

from mail.models import OutgoingMessage
from shop.complaints.actions import give_mediation_notice
from shop.complaints.laying_out import lay_out
from shop.complaints.rules import ComplaintState
from shop.complaints.views import PER_HOUR
from shop.models import Complaint, ComplaintMessage, Proposal
from tests.factories.complaints import complain
from tests.factories.orders import OrderFactory
from tests.factories.users import UserFactory
from tests.shop.complaints.conftest import fresh

ADDRESS = "/reclamation/"
TYPED = {
    "name": "Aline Béranger",
    "email": "aline@exemple.fr",
    "capacity": "consumer",
    "reference": "",
    "topic": "money",
    "text": "La facture est fausse.\nDeux lignes.",
}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known")]


@pytest.fixture(autouse=True)
def _human(monkeypatch):
    monkeypatch.setattr("base.robots.FASTEST_HUMAN_SECONDS", -1)


@pytest.fixture
def post(client):
    """Opens the page, then sends its form as shown, with what is typed."""

    def post(address=ADDRESS, **typed):
        form = client.get(address).context["form"]
        shown = {field.name: field.value() for field in form if field.value() is not None}
        return client.post(address.partition("?")[0], shown | typed)

    return post


def text_of(response):
    return (
        response.content.decode()
        .replace("\u00a0", " ")
        .replace("\u202f", " ")
        .replace("&nbsp;", " ")
    )


def test_complaint_is_stored_then_shown_with_its_number_and_its_day(post, client):
    response = post(**TYPED)

    complaint = Complaint.objects.get()
    receipt = client.get(response["Location"])
    assert f"Réclamation {complaint.number}, envoyée" in text_of(receipt)
    assert f"{complaint.answer_due_on:%Y}" in text_of(receipt)
    assert complaint.token not in text_of(receipt)
    assert (receipt["Cache-Control"], receipt["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert OutgoingMessage.objects.get().recipient == "aline@exemple.fr"
    assert response.cookies == {}


def test_second_click_is_the_same_and_a_corrected_text_is_another(client):
    form = client.get(ADDRESS).context["form"]
    shown = {field.name: field.value() for field in form if field.value() is not None} | TYPED

    first, second = client.post(ADDRESS, shown), client.post(ADDRESS, shown)
    assert first.status_code == second.status_code == 302
    assert Complaint.objects.count() == 1

    client.post(ADDRESS, shown | {"text": "La facture est fausse, de 12 €."})
    assert Complaint.objects.count() == 2


def test_same_words_without_a_key_are_kept_for_each_complaint(post):
    for complaint in (complain(), complain()):
        sent = post(complaint.get_absolute_url(), text="Merci.", request_key="")
        assert sent.status_code == 302
        assert complaint.messages.count() == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": " "}, "Indiquez vos nom et prénom."),
        ({"email": "aline"}, "pas complète"),
        ({"capacity": ""}, "à titre personnel ou pour une entreprise"),
        ({"topic": "autre"}, "Choisissez le sujet"),
        ({"text": " \n "}, "Écrivez votre réclamation."),
        ({"text": "a" * 5001}, "5000 signes"),
        ({"text": "zéro\x00"}, "un caractère que nous ne pouvons pas conserver"),
        ({"reference": "x" * 121}, "Raccourcissez la référence"),
        ({"site_internet": "https://spam.example"}, "pas pu être vérifié"),
        ({"opened_at": "faux"}, "pas pu être vérifié"),
    ],
)
def test_wrong_input_is_told_and_nothing_is_lost(post, wrong, message):
    response = post(**TYPED | wrong)

    assert response.status_code == 422
    assert message in text_of(response)
    kept = TYPED | wrong
    assert kept["email"] in text_of(response)
    assert Complaint.objects.count() == 0


def test_robots_are_slowed_down_but_a_second_click_is_not(post, client):
    for number in range(PER_HOUR):
        assert post(**TYPED | {"text": f"Réclamation {number}"}).status_code == 302
    refused = post(**TYPED)

    assert (refused.status_code, Complaint.objects.count()) == (429, PER_HOUR)
    assert "Rien n’est perdu" in text_of(refused)
    assert "La facture est fausse." in text_of(refused)


def test_form_sent_from_elsewhere_does_nothing(client):
    response = client.post(ADDRESS, TYPED, headers={"Origin": "https://ailleurs.example"})
    assert (response.status_code, Complaint.objects.count()) == (403, 0)


def test_link_of_an_order_fills_the_form_and_attaches(post, client):
    order = OrderFactory()

    page = text_of(client.get(f"{ADDRESS}?commande={order.token}"))
    assert order.reference in page
    assert f'value="{order.email}"' in page
    post(f"{ADDRESS}?commande={order.token}", topic="course", text="Le formateur est absent.")

    complaint = Complaint.objects.get()
    assert (complaint.order, complaint.name, complaint.capacity) == (
        order,
        order.full_name,
        "consumer",
    )
    own_page = text_of(client.get(order.get_absolute_url()))
    assert f"Réclamation {complaint.number}" in own_page
    assert f"Réponse à la réclamation {complaint.number}" in own_page


def test_link_of_a_proposal_says_that_a_company_writes(client, known):
    from tests.factories.courses import CoursePageFactory
    from tests.factories.pages import (
        CatalogueIndexPageFactory,
        CategoryPageFactory,
        HomePageFactory,
    )

    course = CoursePageFactory(
        parent=CategoryPageFactory(
            parent=CatalogueIndexPageFactory(parent=HomePageFactory.create())
        )
    )
    proposal = Proposal.objects.create(
        course=course, company_name="Atelier", headcount=2, asked_at=timezone.now(),
        first_name="Alix", last_name="Essai", email="alix@example.org",
    )  # fmt: skip

    form = client.get(f"{ADDRESS}?proposition={proposal.token}").context["form"]
    assert (form["capacity"].value(), form["email"].value()) == ("professional", "alix@example.org")

    Proposal.objects.filter(pk=proposal.pk).update(state="withdrawn")
    assert "alix" not in text_of(client.get(f"{ADDRESS}?proposition={proposal.token}"))


@pytest.mark.parametrize("token", ["x", "%00", "%C3%A9", "a" * 200, "' OR 1=1 --"])
@pytest.mark.parametrize("name", ["commande", "proposition"])
def test_wrong_link_shows_the_ordinary_page(client, token, name):
    """Nothing tells whether an order exists."""
    OrderFactory()
    response = client.get(f"{ADDRESS}?{name}={token}")
    assert response.status_code == 200
    assert 'value="cliente' not in text_of(response)


def test_reference_of_somebody_else_changes_nothing_that_is_seen(post, client):
    order = OrderFactory(email="autre@exemple.fr")

    known = client.get(post(**TYPED | {"reference": order.reference})["Location"])
    unknown = client.get(post(**TYPED | {"reference": "LX-2222-2222"})["Location"])

    first, second = Complaint.objects.order_by("pk")
    assert (first.order, second.order) == (None, None)
    pages = [
        text_of(page).replace(row.number, "").replace(row.reference, "").replace(row.sent, "")
        for page, row in ((known, first), (unknown, second))
    ]
    assert pages[0] == pages[1]
    assert "Réclamation" not in text_of(client.get(order.get_absolute_url())).partition("<aside")[0]


def test_person_who_is_signed_in_is_not_asked_who_they_are(client):
    client.force_login(UserFactory(first_name="Aline", last_name="B", email="aline@exemple.fr"))
    form = client.get(ADDRESS).context["form"]
    assert (form["name"].value(), form["email"].value()) == ("Aline B", "aline@exemple.fr")


@pytest.mark.parametrize("receipt", ["1", "1:x:y", "é", "a" * 300])
def test_receipt_is_for_whoever_sent_it(client, receipt):
    complain()
    assert client.get(reverse("complaint_receipt", args=[receipt])).status_code == 404


def test_follow_up_reads_the_answer_and_a_message_opens_it_again(client, post, answer):
    complaint = complain()
    answer(complaint, ComplaintState.PARTLY, text="Nous corrigeons la facture.")
    address = complaint.get_absolute_url()

    page = client.get(address)
    assert "Nous corrigeons la facture." in text_of(page)
    assert "acceptée en partie" in text_of(page)
    assert page["Cache-Control"] == "private, no-store"

    sent = post(address, text="Et les frais ?")
    assert sent.status_code == 302
    assert fresh(complaint).state == "open"
    assert "Votre message est enregistré." in text_of(client.get(sent["Location"]))
    assert post(address, text=" ").status_code == 422


def test_too_many_messages_are_refused_with_a_sentence(client, post, monkeypatch):
    complaint = complain()
    monkeypatch.setattr("shop.complaints.actions.MOST_MESSAGES", 1)
    assert post(complaint.get_absolute_url(), text="Un").status_code == 302
    refused = post(complaint.get_absolute_url(), text="Deux")
    assert (refused.status_code, ComplaintMessage.objects.count()) == (409, 1)
    assert "appelez-nous" in text_of(refused)
    assert "Deux" in text_of(refused)


@pytest.mark.parametrize("token", ["inconnu", "%00", "%C3%A9", "a" * 200])
def test_unknown_link_opens_nothing(client, token):
    complain()
    assert client.get(f"/reclamation/suivi/{token}/").status_code == 404
    assert client.get(f"/reclamation/suivi/{token}/avis.pdf").status_code == 404


def test_notice_opens_with_the_link_of_its_complaint_only(client):
    order = OrderFactory(email="aline@exemple.fr")
    complaint = complain(reference=order.reference)
    address = reverse("complaint_notice", args=[complaint.token])
    assert client.get(address).status_code == 404

    notice = give_mediation_notice(complaint_id=complaint.pk, actor="Équipe", now=timezone.now())
    assert client.get(address).status_code == 404  # in preparation
    assert "en cours de mise en page" in text_of(client.get(complaint.get_absolute_url()))
    document = lay_out(notice.pk)

    response = client.get(address)
    assert (response.content, response["Cache-Control"]) == (
        document.content(),
        "private, no-store",
    )
    own_page = text_of(client.get(order.get_absolute_url()))
    assert address in own_page
    assert f"Avis de médiation, réclamation {complaint.number}" in own_page


def test_complaint_of_somebody_else_about_an_order_is_not_on_its_page(client):
    from shop.complaints.actions import attach_contract
    from shop.complaints.rules import Capacity

    order, complaint = OrderFactory(), complain(email="stagiaire@exemple.fr", form_key=uuid4().hex)
    attach_contract(
        complaint_id=complaint.pk, contract=order, capacity=Capacity.CONSUMER, actor="Équipe",
        now=timezone.now() + timedelta(minutes=1),
    )  # fmt: skip

    page = text_of(client.get(order.get_absolute_url()))
    assert complaint.number not in page
    assert complaint.token not in page


def test_every_page_leads_there(client):
    assert '<a href="/reclamation/">Réclamation</a>' in client.get("/cgv/").content.decode()
    assert (
        'href="/reclamation/"' in client.get("/mediation/").content.decode().partition("<footer")[0]
    )
