"""The page behind the link: nothing by opening it, one answer by pressing twice."""

from datetime import timedelta

from django.utils import timezone

import pytest

from courses.sessions.seats import take_seats
from shop.cancelled_sessions.rules import OfferState
from shop.models import Refund
from shop.orders.actions import end_order
from shop.orders.rules import OrderState
from tests.shop.cancelled_sessions.conftest import fresh, offer_of, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(cancel, consumer, other):
    cancel(other)
    return offer_of(consumer)


def text(response):
    return response.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def test_opening_and_choosing_change_nothing(client, offer, other, pay):
    pay(offer.order)
    for query in ("", "?choix=remboursement", f"?choix=session-{other.pk}"):
        response = client.get(offer.get_absolute_url() + query)
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-store"
    assert offer_of(offer.order).is_open
    assert not Refund.objects.exists()
    first = text(client.get(offer.get_absolute_url()))
    assert "356,40 €" in first
    assert "le formateur est absent" in first
    assert "Nous cherchons à le remplacer." in first


def test_confirmed_move_is_shown_and_the_second_click_changes_nothing(client, offer, other, big):
    address = offer.get_absolute_url()
    assert "Confirmer ces dates" in text(client.get(f"{address}?choix=session-{other.pk}"))
    for _ in range(2):
        assert client.post(address, {"choix": f"session-{other.pk}"}).status_code == 302
    assert taken(big, other) == [0, 1]
    assert other.dates in text(client.get(address))


def test_other_tab_is_told_that_an_answer_is_written(client, offer, other, big):
    address = offer.get_absolute_url()
    client.post(address, {"choix": f"session-{other.pk}"})
    response = client.post(address, {"choix": "remboursement"})
    assert response.status_code == 409
    assert "déjà enregistrée" in text(response)
    assert fresh(offer.order).is_active


def test_seat_taken_meanwhile_is_told_and_the_refund_remains(client, offer, other):
    address = offer.get_absolute_url()
    client.get(f"{address}?choix=session-{other.pk}")
    take_seats(session_id=other.pk, count=6)
    response = client.post(address, {"choix": f"session-{other.pk}"})
    assert response.status_code == 409
    assert "complète" in text(response)
    assert "Annuler ma commande" in text(response)
    assert client.post(address, {"choix": "remboursement"}).status_code == 302
    assert offer_of(offer.order).state == OfferState.REFUNDED


@pytest.mark.parametrize("typed", ["", "session-999999", "session-x", "<b>", "rembours"])
def test_unreadable_choice_asks_again(client, offer, typed):
    response = client.post(offer.get_absolute_url(), {"choix": typed})
    assert response.status_code == 422
    assert "Choisissez l’une des réponses" in text(response)
    assert offer_of(offer.order).is_open


def test_late_answer_is_told_and_nothing_moves(client, offer, other, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=11))
    response = client.post(offer.get_absolute_url(), {"choix": f"session-{other.pk}"})
    assert response.status_code == 409
    assert "délai de réponse est passé" in text(response)
    assert "délai de réponse est passé" in text(client.get(offer.get_absolute_url()))


def test_order_that_ended_meanwhile_has_nothing_to_answer(client, offer):
    end_order(
        order=offer.order, state=OrderState.WITHDRAWN, actor="x", reason="x", now=timezone.now()
    )
    assert "plus rien à répondre" in text(client.get(offer.get_absolute_url()))
    client.post(offer.get_absolute_url(), {"choix": "remboursement"})
    assert fresh(offer.order).state == OrderState.WITHDRAWN


def test_wrong_link_and_foreign_form_are_refused(client, offer):
    assert client.get("/session-annulee/inconnu/").status_code == 404
    foreign = client.post(
        offer.get_absolute_url(),
        {"choix": "remboursement"},
        headers={"Origin": "https://evil.example"},
    )
    assert foreign.status_code == 403
    assert offer_of(offer.order).is_open


def test_pages_of_order_and_proposal_lead_to_the_choice(client, cancel, consumer, company, other):
    cancel(other)
    for contract in (consumer, company):
        page = text(client.get(contract.get_absolute_url()))
        assert offer_of(contract).get_absolute_url() in page
        assert "Votre session est annulée" in page
    client.post(offer_of(company).get_absolute_url(), {"choix": "remboursement"})
    page = text(client.get(company.get_absolute_url()))
    assert "Cette commande a pris fin" in page
    assert "places sont retenues" not in page
    client.post(offer_of(consumer).get_absolute_url(), {"choix": f"session-{other.pk}"})
    page = text(client.get(consumer.get_absolute_url()))
    assert "Réponse à l’annulation : autre session" in page
    assert "Session annulée par LEXOM" in page


def test_calendar_tells_the_cancellation_and_the_course_forgets_the_session(
    client, cancel, big, other
):
    cancel(other)
    assert b"STATUS:CANCELLED" in client.get(f"/sessions/{big.pk}.ics").content
    page = text(client.get(big.course.url))
    assert other.dates in page
    assert big.dates not in page
