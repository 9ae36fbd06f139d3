"""A stand-in of Stripe for each test, an order with its dues, and a customer who has a card."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import stripe

from legal.terms.acceptance import RequestFacts
from mail.models import OutgoingMessage
from shop.models import Attempt, Due, PaymentMandate
from shop.payments import gateway
from shop.payments.mandates import start_card_setup, sync_setup, text_for
from shop.payments.standin.server import StandIn
from tests.factories.legal import fill_settings
from tests.factories.orders import FIRST_CHARGE_AT, PLACED_AT, OrderFactory

SECRET = "whsec_test"
FACTS = RequestFacts("192.0.2.7", "Navigateur d’essai")
VISA = "4242 4242 4242 4242"
ASKS_EACH_TIME = "4000 0027 6000 3184"
DECLINES_LATER = "4000 0000 0000 0341"
NO_FUNDS_LATER = "4000 0082 6000 3178"


@pytest.fixture(scope="session")
def stripe_server():
    with StandIn(webhook_secret=SECRET) as running:
        yield running


@pytest.fixture
def standin(stripe_server, settings):
    """Empty, at the day of the orders of these tests."""
    stripe_server.control("reset")
    settings.STRIPE_API_BASE = settings.STRIPE_CHECKOUT_ORIGIN = stripe_server.url
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    settings.SITE_URL = "http://testserver"
    world = Stripe(stripe_server)
    world.move(PLACED_AT)
    yield world
    gateway.close()


@dataclass
class Stripe:
    """What a test sees and turns of the stand-in."""

    server: StandIn
    faults: list[str] = field(default_factory=list)

    def move(self, now: datetime) -> None:
        self.server.control("clock", now=int(now.timestamp()))

    def fault(self, name: str, path: str = "", times: int = 1, **more: Any) -> None:
        self.server.control("faults", fault=name, path=path, times=times, **more)

    def outcome(self, *outcomes: str, unknown: bool = False) -> None:
        for name in outcomes:
            self.server.control("outcomes", outcome=name, unknown_code=unknown)

    def requests(self, path: str = "", method: str = "POST") -> list[Any]:
        found = self.server.control("requests")["data"]
        return [r for r in found if r["method"] == method and path in r["path"]]

    @property
    def api(self) -> Any:
        return gateway._service()

    def charges(self) -> list[Any]:
        return [c for c in self.api.charges.list({"limit": 100}).data if c.paid]

    def charged(self) -> int:
        return sum(charge.amount for charge in self.charges())

    def given_back(self) -> int:
        refunds = self.api.refunds.list({"limit": 100}).data
        return sum(r.amount for r in refunds if r.status in ("pending", "succeeded"))

    def events(self) -> list[Any]:
        """Oldest first."""
        return list(reversed(list(self.api.events.list({"limit": 100}).auto_paging_iter())))

    def visit(self, url: str, **form: str) -> str:
        """Sends a form of a hosted page as a browser would; returns where it leads."""
        address = urlsplit(url)
        connection = HTTPConnection(address.netloc, timeout=20)
        body = urlencode(form)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        path = address.path + (f"?{address.query}" if address.query else "")
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.headers["Location"] or ""
        finally:
            connection.close()

    def type_card(self, url: str, number: str = VISA) -> str:
        """Fills in the card and accepts what the bank asks; returns where the customer lands."""
        end = self.visit(url, number=number, expiry="12/34", code="123", name="Camille Exemple")
        return self.accept(end) if "/3ds/" in end else end

    def accept(self, url: str) -> str:
        return self.visit(url, reponse="accepter")

    def refuse(self, url: str) -> str:
        return self.visit(url, reponse="refuser")


@pytest.fixture
def impatient(standin, monkeypatch):
    """The library repeats nothing: each fault reaches our code at once."""
    monkeypatch.setattr(gateway, "RETRIES", 0)
    yield
    gateway.close()


@pytest.fixture
def order(home):
    fill_settings()
    return OrderFactory(with_dues=True, charges_from=FIRST_CHARGE_AT)


@pytest.fixture
def save_card(standin):
    """A customer who saves a card on the hosted page and comes back."""

    def save_card(order, number=VISA, now=PLACED_AT):
        text = text_for(order, creditor="LEXOM", address="contact@lexom.example", now=now)
        url = start_card_setup(order=order, text=text, facts=FACTS, now=now)
        standin.type_card(url, number)
        mandate = PaymentMandate.objects.get(session_url=url)
        return sync_setup(mandate.session_id, now)

    return save_card


@pytest.fixture
def deposit(order):
    return order.dues.get(position=1)


def announced(order, days_before=10):
    """The debits were announced long ago."""
    for due in Due.objects.filter(order=order):
        due.announced_at = due.not_before - timedelta(days=days_before)
        due.save(update_fields=["announced_at"])


def states(due):
    return list(due.attempts.order_by("number").values_list("state", flat=True))


def mails(template):
    return OutgoingMessage.objects.filter(template=template)


def signed(event):
    """Body and header of an event, as Stripe posts them."""
    body = json.dumps(event.to_dict(for_json=True))
    header = stripe.WebhookSignature.generate_signature_header(body, SECRET)
    return body, header


def post_event(client, event):
    body, header = signed(event)
    return client.post(
        "/stripe/webhook/",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": header},
    )


def attempts(order):
    return Attempt.objects.filter(due__order=order)
