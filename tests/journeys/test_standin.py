"""The stand-in's hosted pages in a real browser: its policy on, scripts off, another site waiting."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import stripe

from shop.payments.standin.server import StandIn

WIDTHS = (360, 768, 1440)


@pytest.fixture
def merchant():
    """Another origin, as the shop is: the policy of the card page must let the customer go there."""

    class Merchant(BaseHTTPRequestHandler):
        def do_GET(self):
            body = f"<!doctype html><title>Marchand</title><h1>{self.path}</h1>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Merchant)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def standin():
    with StandIn() as running:
        yield running


@pytest.fixture
def client(standin):
    client = stripe.StripeClient(
        "sk_test_standin",
        base_addresses={"api": standin.url},
        http_client=stripe.RequestsClient(timeout=(4, 20)),
    )
    yield client.v1
    client._requestor._client.close()


@pytest.fixture
def create_session(client, merchant):
    def create(mode, **params):
        customer = client.customers.create({"email": "lea@exemple.fr"})
        return client.checkout.sessions.create(
            {
                "mode": mode, "customer": customer.id,
                "success_url": f"{merchant}/retour/?session_id={{CHECKOUT_SESSION_ID}}",
                "cancel_url": f"{merchant}/annulation/",
            } | params
        )  # fmt: skip

    return create


@pytest.fixture
def setup_session(create_session):
    message = "Aucun montant n’est débité aujourd’hui. L’acompte de 600 € le sera après le 12 mai."
    return create_session("setup", currency="eur", custom_text={"submit": {"message": message}})


@pytest.fixture
def payment_session(create_session):
    product = {"name": "Acompte de 30 %", "description": "Formation professionnelle"}
    price = {"currency": "eur", "unit_amount": 123_456, "product_data": product}
    return create_session("payment", line_items=[{"price_data": price, "quantity": 1}])


@pytest.fixture
def card_page(browser, standin, merchant):
    """Fails when the policy blocks something or a third party is asked."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    faults, requests = [], []
    page.on(
        "console", lambda message: faults.append(message.text) if "Policy" in message.text else None
    )
    page.on("request", lambda request: requests.append(request.url))
    yield page
    context.close()
    assert faults == []
    own = (standin.url, merchant, "data:")
    assert [url for url in requests if not url.startswith(own)] == []


def fill_card(page, number="4242 4242 4242 4242"):
    page.get_by_label("Numéro de la carte").fill(number)
    page.get_by_label("Date d’expiration").fill("12/34")
    page.get_by_label("Cryptogramme").fill("123")
    page.get_by_label("Nom du titulaire").fill("Léa Exemple")


def test_card_saved_after_an_error_and_a_challenge(card_page, setup_session, accessible, merchant):
    card_page.goto(setup_session.url)
    accessible(card_page)
    fill_card(card_page, "4000 0000 0000 0002")
    card_page.get_by_role("button", name="Enregistrer la carte").click()
    card_page.get_by_role("alert").wait_for()
    accessible(card_page)
    assert card_page.get_by_label("Nom du titulaire").input_value() == "Léa Exemple"

    card_page.get_by_label("Numéro de la carte").fill("4000 0025 0000 3155")
    card_page.get_by_role("button", name="Enregistrer la carte").click()
    card_page.wait_for_url("**/3ds/**")
    accessible(card_page)
    card_page.get_by_role("button", name="Accepter").click()

    card_page.wait_for_url(f"{merchant}/retour/?session_id={setup_session.id}")
    card_page.goto(setup_session.url)
    assert card_page.get_by_role("heading", level=1).text_content() == "C’est déjà fait"
    accessible(card_page)


def test_payment_refused_at_the_bank_then_cancelled(
    card_page, payment_session, accessible, merchant
):
    card_page.goto(payment_session.url)
    accessible(card_page)
    fill_card(card_page, "4000 0027 6000 3184")
    card_page.get_by_role("button", name="Payer").click()
    card_page.get_by_role("button", name="Refuser").click()
    assert "L’authentification n’a pas abouti" in card_page.get_by_role("alert").text_content()

    card_page.get_by_role("link", name="Annuler").click()

    card_page.wait_for_url(f"{merchant}/annulation/")


def test_double_click_pays_once_and_back_says_so(card_page, payment_session, client, merchant):
    card_page.goto(payment_session.url)
    fill_card(card_page)

    card_page.get_by_role("button", name="Payer").dblclick()
    card_page.wait_for_url(f"{merchant}/retour/?session_id={payment_session.id}")
    card_page.go_back()

    assert card_page.get_by_role("heading", level=1).text_content() == "C’est déjà fait"
    assert len(client.charges.list().data) == 1


def test_expired_session_leads_back_to_the_merchant(
    card_page, setup_session, client, accessible, merchant
):
    client.checkout.sessions.expire(setup_session.id)
    card_page.goto(setup_session.url)
    accessible(card_page)

    card_page.get_by_role("link", name="Retourner sur le site du marchand").click()

    card_page.wait_for_url(f"{merchant}/annulation/")


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_fit_the_screen(card_page, payment_session, standin, accessible, width):
    card_page.set_viewport_size({"width": width, "height": 800})
    for url in (standin.url, payment_session.url):
        card_page.goto(url)
        accessible(card_page)
        assert card_page.evaluate("document.documentElement.scrollWidth") <= width


def test_whole_journey_needs_no_script(browser, setup_session, merchant):
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.goto(setup_session.url)
    fill_card(page, "4000 0025 0000 3155")
    page.get_by_role("button", name="Enregistrer la carte").click()
    page.get_by_role("button", name="Accepter").click()

    page.wait_for_url(f"{merchant}/retour/?session_id={setup_session.id}")
    context.close()
