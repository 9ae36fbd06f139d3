"""A site that may sell: every fact of the company, every legal text, a session with a timetable."""

from datetime import timedelta

from django.utils import timezone

import pytest

from legal.terms.acceptance import RequestFacts
from shop.orders.actions import place_order
from shop.orders.consents import consent_boxes
from shop.orders.drafts import offer_for_draft, save_draft, session_of
from tests.beginnings import make_session, make_shop

BUYER = {
    "for_whom": "particulier",
    "first_name": "Camille",
    "last_name": "Essai",
    "email": "camille@example.org",
    "phone": "",
    "street": "3 rue des Lilas",
    "postcode": "07000",
    "town": "Privas",
    "country": "FR",
}


@pytest.fixture
def shop(catalogue, beginnings):
    """The company's facts and the legal texts in force today; the catalogue."""
    return beginnings.read("shop") or make_shop(catalogue)


@pytest.fixture
def session(shop, beginnings):
    """A day of seven hours in forty days, at 1 188 € tax included, with three seats."""
    return beginnings.read("session") or make_session(shop)


@pytest.fixture
def order_now(session):
    """Orders the session as a buyer who read everything and ticked every box."""

    def order_now(now=None, session=session, **changes):
        now = now or timezone.now()
        draft = save_draft(session=session, data=BUYER | changes)
        offer = offer_for_draft(draft, session_of(draft), now)
        boxes = consent_boxes(terms_number=offer.terms.number, begins_early=offer.begins_early)
        return place_order(
            draft_id=draft.pk,
            shown=offer.fingerprint,
            consents=dict.fromkeys(boxes, True),
            facts=RequestFacts("192.0.2.1", "essai"),
            now=now,
        )

    return order_now


@pytest.fixture
def order(order_now):
    return order_now()


@pytest.fixture
def confirmed_order(order):
    """The mail server took the confirmation: the withdrawal period runs."""
    from shop.orders.actions import start_withdrawal_clock

    return start_withdrawal_clock(
        order_id=order.pk, accepted_at=order.placed_at + timedelta(seconds=5)
    )
