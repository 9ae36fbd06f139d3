"""« Annuler cette session » and the screen of the answers, role by role."""

from django.urls import reverse
from django.utils import timezone

import pytest

from courses.sessions.waiting.models import WaitingEntry
from shop.backoffice.to_do import parts_to_do
from shop.cancelled_sessions.rules import OfferState
from shop.models import SessionCancellation
from shop.payments.transfers import kept_transfers
from tests.shop.cancelled_sessions.conftest import fresh, offer_of
from tests.shop.cancelled_sessions.test_views import text
from users.roles import Role

pytestmark = pytest.mark.django_db


def address(session):
    return reverse("session_cancellation:cancel", args=[session.pk])


@pytest.fixture
def typed(other):
    return {
        "cause": "too_few",
        "told": "",
        "alternatives": [other.pk],
        "last_day": f"{timezone.localdate():%d/%m/%Y}",
    }


def test_preview_names_everybody_and_what_each_one_gets(
    staff, consumer, company, ask, big, other, pay
):
    pay(consumer)
    ask(session=big)
    WaitingEntry.objects.create(
        session=big, name="Sacha", email="s@example.org", joined_at=timezone.now()
    )
    client = staff(Role.SALES)
    assert address(big) in text(client.get(reverse("coursesession:edit", args=[big.pk])))

    page = text(client.get(address(big)))

    for words in (consumer.full_name, company.company_name, "356,40 €", "Sacha", other.dates):
        assert words in page
    assert "proposition définitive" in page
    assert not SessionCancellation.objects.exists()


def test_confirmed_cancellation_leads_to_the_answers_and_twice_does_it_once(
    staff, consumer, big, typed
):
    client = staff(Role.SALES)
    for _ in range(2):
        response = client.post(address(big), typed)
        assert response.status_code == 302
    cancellation = SessionCancellation.objects.get()
    follow = reverse("session_cancellation:inspect", args=[cancellation.pk])
    assert response["Location"] == follow
    page = text(client.get(follow))
    assert "1 attendue" in page
    assert consumer.email in page
    assert "Répondre pour ce client" in page
    assert follow in text(client.get(reverse("session_cancellation:index")))
    assert follow in text(client.get(reverse("coursesession:edit", args=[big.pk])))
    assert "Session annulée : le client choisit" in text(
        client.get(reverse("order:inspect", args=[consumer.pk]))
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"cause": ""}, "Choisissez le motif"),
        ({"cause": "other"}, "Dites aux clients pourquoi"),
        ({"last_day": "01/01/2020"}, "Choisissez un jour entre"),
        ({"last_day": "demain"}, "date"),
        ({"alternatives": [999999]}, "plus ouverte"),
    ],
)
def test_bad_input_is_told_and_kept(staff, consumer, big, typed, changes, told):
    response = staff(Role.SALES).post(address(big), typed | changes)
    assert response.status_code == 422
    assert told in text(response)
    assert not SessionCancellation.objects.exists()


@pytest.mark.parametrize("role", [Role.EDITING, Role.PUBLISHING, Role.ACCOUNTING])
def test_only_sales_cancel_and_answer(staff, consumer, big, other, cancel, typed, role):
    client = staff(role)
    assert client.post(address(big), typed).status_code in {302, 403}
    assert not SessionCancellation.objects.exists()
    cancellation = cancel(other)
    offer = offer_of(consumer)
    answering = reverse("session_cancellation:answer", args=[cancellation.pk, offer.pk])
    typed = {"choice": "remboursement", "note": "x"}
    assert client.post(answering, typed).status_code in {302, 403}
    assert offer_of(consumer).is_open


def test_staff_answer_for_a_client_on_the_phone(staff, consumer, cancel, other):
    cancellation, client = cancel(other), staff(Role.SALES)
    url = reverse("session_cancellation:answer", args=[cancellation.pk, offer_of(consumer).pk])
    assert client.post(url, {"choice": f"session-{other.pk}"}).status_code == 422
    note = "au téléphone, le 24 novembre"
    for _ in range(2):
        assert client.post(url, {"choice": f"session-{other.pk}", "note": note}).status_code == 302
    offer = offer_of(consumer)
    assert (offer.state, offer.note) == (OfferState.MOVED, note)
    assert offer.answered_by == "sales@lexom.example"
    assert client.post(url, {"choice": "remboursement", "note": note}).status_code == 422
    other_pages = reverse("session_cancellation:answer", args=[cancellation.pk + 1, offer.pk])
    assert client.get(other_pages).status_code == 404


def test_answers_are_filtered_and_a_transfer_leads_to_its_return(
    staff, consumer, company, cancel, other, client
):
    cancellation = cancel(other)
    client.post(offer_of(company).get_absolute_url(), {"choix": "remboursement"})
    accounting = staff(Role.ACCOUNTING)
    page = reverse("session_cancellation:inspect", args=[cancellation.pk])
    refunded = text(accounting.get(f"{page}?reponse=refunded"))
    assert company.company_name in refunded
    assert consumer.email not in refunded
    due = kept_transfers().get().due
    assert reverse("due:transfer_back", args=[due.pk]) in refunded
    assert consumer.email in text(accounting.get(f"{page}?reponse=open"))
    assert "Aucun client dans cette situation." in text(accounting.get(f"{page}?reponse=moved"))
    proposal_page = text(accounting.get(reverse("proposal_list:inspect", args=[company.pk])))
    assert "Session annulée par LEXOM" in proposal_page
    assert "session annulée par LEXOM" in proposal_page


def test_to_do_tells_who_has_not_answered_and_what_to_send_back(
    staff, consumer, company, cancel, other, client, django_user_model
):
    cancel(other)
    user = django_user_model.objects.create_superuser("patron@lexom.example")
    parts = {part.key: part.tasks for part in parts_to_do(user, timezone.now())}
    (task,) = parts["cancelled"]
    assert "2 réponses attendues" in task.text
    assert task.by == offer_of(consumer).last_day
    for contract in (consumer, company):
        client.post(offer_of(contract).get_absolute_url(), {"choix": "remboursement"})
    parts = {part.key: part.tasks for part in parts_to_do(user, timezone.now())}
    assert "cancelled" not in parts
    assert any(company.company_name in task.text for task in parts["refunds"])


def test_session_with_people_is_not_cancelled_by_its_form(staff, consumer, big):
    client = staff(Role.PUBLISHING)
    url = reverse("coursesession:edit", args=[big.pk])
    form = client.get(url).context["form"]
    shown = {
        f.html_name: f.value() for f in [*form, *form.formsets["half_days"].management_form]
        if f.value() is not None
    }  # fmt: skip
    for item in form.formsets["half_days"]:
        shown |= {f.html_name: f.value() for f in item if f.value() is not None}
    response = client.post(url, shown | {"state": "cancelled"})
    assert "Annuler cette session" in text(response)
    assert fresh(big).state != "cancelled"
