"""The seat that the waiting list holds passes to the order, and to nobody else."""

from datetime import timedelta

from django.utils import timezone

import pytest
from django_tasks import default_task_backend

from courses.models import CourseSession, WaitingEntry
from courses.sessions.seats import release_seats
from courses.sessions.waiting.actions import WaitingRefused, join, settle
from courses.sessions.waiting.closing import closes_at
from courses.sessions.waiting.tasks import settle_session
from legal.terms.acceptance import NotAccepted, RequestFacts
from shop.orders.actions import NotSellable, end_order, place_order
from shop.orders.consents import consent_boxes
from shop.orders.drafts import offer_for_draft, save_draft, session_of
from shop.orders.models import Order, OrderDraft
from shop.orders.offers import individuals_may_order
from shop.orders.rules import OrderState
from tests.shop.conftest import BUYER


@pytest.fixture
def entry(session):
    """Offered the only free seat of the session."""
    CourseSession.objects.filter(pk=session.pk).update(seats_taken=3)
    entry = join(
        session_id=session.pk, name="Camille", email="camille@example.org", places=1,
        now=timezone.now(),
    )  # fmt: skip
    release_seats(session_id=session.pk)
    settle(session_id=session.pk, now=timezone.now())
    return entry


def seats(session):
    return CourseSession.objects.get(pk=session.pk).seats_taken


def place(session, token, **changes):
    draft = save_draft(session=session, data=BUYER | {"attente": token})
    offer = offer_for_draft(draft, session_of(draft), timezone.now())
    boxes = consent_boxes(terms_number=offer.terms.number, begins_early=offer.begins_early)
    arguments = {
        "draft_id": draft.pk,
        "shown": offer.fingerprint,
        "consents": dict.fromkeys(boxes, True),
        "facts": RequestFacts("192.0.2.1", "essai"),
        "now": timezone.now(),
    }
    return place_order(**arguments | changes)


def test_order_takes_the_seat_that_was_held(session, entry):
    order = place(session, entry.token)

    entry.refresh_from_db()
    assert (order.state, entry.state, seats(session)) == (OrderState.ACTIVE, "accepted", 3)


@pytest.mark.parametrize("token", ["", "inconnu"])
def test_order_of_somebody_else_does_not_get_it(session, entry, token):
    with pytest.raises(NotSellable, match="complète"):
        place(session, token)

    entry.refresh_from_db()
    assert (Order.objects.count(), entry.state, seats(session)) == (0, "offered", 3)


def test_order_that_is_refused_leaves_the_seat_held(session, entry):
    with pytest.raises(NotAccepted):
        place(session, entry.token, consents={})

    entry.refresh_from_db()
    assert (entry.state, seats(session)) == ("offered", 3)


def test_offer_serves_one_order_only(session, entry):
    place(session, entry.token)

    with pytest.raises(NotSellable, match="complète"):
        place(session, entry.token)
    assert (Order.objects.count(), seats(session)) == (1, 3)


def test_order_page_of_a_full_session_leads_to_the_list(client, session):
    CourseSession.objects.filter(pk=session.pk).update(seats_taken=3)

    page = client.get(f"/commande/{session.pk}/").content.decode()

    assert "Cette session est complète." in page
    assert f'href="/sessions/{session.pk}/liste-d-attente/"' in page


def test_order_path_keeps_the_offer_in_hand(client, session, entry):
    start = f"/commande/{session.pk}/?attente={entry.token}"
    page = client.get(start).content.decode()
    assert f'name="attente" value="{entry.token}"' in page

    recap = client.post(start, BUYER | {"attente": entry.token})["Location"]

    assert OrderDraft.objects.get().data["attente"] == entry.token
    assert "Commander avec obligation de paiement" in client.get(recap).content.decode()


def test_refused_correction_keeps_the_offer_in_hand(client, session, entry):
    response = client.post(f"/commande/{session.pk}/", BUYER | {"attente": entry.token, "town": ""})

    assert response.status_code == 422
    assert f'name="attente" value="{entry.token}"' in response.content.decode()


def test_nobody_is_offered_what_an_individual_could_not_order(session):
    """One seat of a session too near for a withdrawal period: only groups may still wait."""
    CourseSession.objects.filter(pk=session.pk).update(seats_taken=3)
    last = closes_at(session, places=1)

    assert individuals_may_order(session.starts_on, last)
    assert not individuals_may_order(session.starts_on, last + timedelta(days=1))
    with pytest.raises(WaitingRefused, match="est fermée"):
        join(session_id=session.pk, name="x", email="x@example.org", places=1, now=last)
    assert WaitingEntry.objects.count() == 0


def test_seat_of_an_order_that_ends_is_offered(session, order_now):
    orders = [order_now() for _ in range(3)]
    waiting = join(
        session_id=session.pk, name="x", email="x@example.org", places=1, now=timezone.now()
    )

    end_order(
        order=orders[0], state=OrderState.WITHDRAWN, actor="Camille", reason="", now=timezone.now()
    )
    queued = [r for r in default_task_backend.results if r.task.func == settle_session.func]
    assert [result.args for result in queued] == [[session.pk]]
    settle_session.func(session.pk)

    waiting.refresh_from_db()
    assert (waiting.state, seats(session)) == ("offered", 3)
