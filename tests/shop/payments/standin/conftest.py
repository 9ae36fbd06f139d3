"""A stand-in of its own for each test, spoken to by the real library and by a plain browser."""

import re
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlencode, urlsplit

import pytest
import stripe

from shop.payments.standin.server import StandIn

SECRET = "whsec_test"
MERCHANT = "http://127.0.0.1:9"  # never fetched: the tests do not follow what leaves the stand-in
PATIENCE = 15  # seconds


def client_of(url, retries=0):
    return stripe.StripeClient(
        "sk_test_standin",
        base_addresses={"api": url},
        max_network_retries=retries,
        http_client=stripe.RequestsClient(timeout=(4, 20)),
    )


@pytest.fixture
def standin():
    with StandIn(webhook_secret=SECRET) as running:
        yield running


@pytest.fixture
def client(standin):
    client = client_of(standin.url)
    yield client.v1
    client._requestor._client.close()


@pytest.fixture
def patient(standin):
    """As the site calls: two more tries of the library itself."""
    client = client_of(standin.url, retries=2)
    yield client.v1
    client._requestor._client.close()


@pytest.fixture
def customer(client):
    return client.customers.create({"email": "lea@exemple.fr", "name": "Léa Exemple"})


@pytest.fixture
def saved(client, customer):
    """Saves a card for charges without the customer, as a setup with the customer does."""

    def saved(card="visa"):
        intent = client.setup_intents.create(
            {
                "customer": customer.id,
                "payment_method": f"pm_card_{card}",
                "confirm": True,
                "return_url": f"{MERCHANT}/retour",
            }
        )
        if intent.status == "requires_action":
            Visitor().accept(intent.next_action.redirect_to_url.url)
            intent = client.setup_intents.retrieve(intent.id)
        assert intent.status == "succeeded"
        return intent.payment_method

    return saved


@pytest.fixture
def charge(client, customer):
    """An off-session charge of a saved card."""

    def charge(method, amount=60_000, key=None, service=client, **params):
        options = {"idempotency_key": key} if key else {}
        return service.payment_intents.create(
            {
                "amount": amount,
                "currency": "eur",
                "customer": customer.id,
                "payment_method": method,
                "off_session": True,
                "confirm": True,
            }
            | params,
            options,
        )

    return charge


@dataclass
class PageSeen:
    status: int
    location: str
    text: str
    headers: dict


class Visitor:
    """A browser without script: reads pages, sends forms, follows nothing by itself."""

    def get(self, url):
        return self._ask("GET", url)

    def post(self, url, **form):
        return self._ask("POST", url, urlencode(form))

    def accept(self, url):
        return self.post(url, reponse="accepter")

    def refuse(self, url):
        return self.post(url, reponse="refuser")

    def card(self, url, number="4242 4242 4242 4242", **changes):
        form = {"number": number, "expiry": "12/34", "code": "123", "name": "Léa Exemple"}
        return self.post(url, **(form | changes))

    def _ask(self, method, url, body=None):
        address = urlsplit(url)
        connection = HTTPConnection(address.netloc, timeout=PATIENCE)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        try:
            path = address.path + (f"?{address.query}" if address.query else "")
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = re.sub("[\u00a0\u202f]", " ", answer.read().decode())
            return PageSeen(answer.status, answer.headers["Location"] or "", text, answer.headers)
        finally:
            connection.close()


@pytest.fixture
def visitor():
    return Visitor()


@dataclass
class Mailbox:
    """What the endpoint of the site received; answers what it is told."""

    url: str = ""
    received: list = field(default_factory=list)
    answers: list = field(default_factory=list)  # of the next deliveries; 200 after them

    def types(self):
        return [self.event(place).type for place in range(len(self.received))]

    def event(self, place):
        body, signature = self.received[place]
        return stripe.Webhook.construct_event(body, signature, SECRET)

    def wait(self, count):
        deadline = time.monotonic() + PATIENCE
        while len(self.received) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.received) >= count, self.types()
        return self.types()


@pytest.fixture
def mailbox(standin):
    box = Mailbox()

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            box.received.append((body, self.headers["Stripe-Signature"]))
            self.send_response(box.answers.pop(0) if box.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    box.url = f"http://127.0.0.1:{server.server_address[1]}/stripe/webhook/"
    standin.control("webhooks", url=box.url, secret=SECRET)
    yield box
    standin.control("webhooks")
    server.shutdown()
    thread.join()
    server.server_close()
