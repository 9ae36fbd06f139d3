"""Hosted Checkout through plain HTTP: each page, each card, and the ends of a session."""

import time
from urllib.parse import urlsplit

import pytest
import stripe

from shop.payments.standin.cards import CARDS
from tests.shop.payments.standin.conftest import MERCHANT

DAY = 86_400
SUBMIT = "Aucun montant n’est débité aujourd’hui. L’acompte le sera le 12 mai."
BY_TOKEN = {card.token: card for card in CARDS}
REFUSED_AT_SETUP = [card for card in CARDS if not card.can_be_saved]
ASKS_AT_SETUP = [card for card in CARDS if card.authentication != "never"]
SAVED_AT_ONCE = [card for card in CARDS if card.can_be_saved and card.authentication == "never"]


@pytest.fixture
def setup_session(client, customer):
    def create(**changes):
        return client.checkout.sessions.create(
            {
                "mode": "setup", "currency": "eur", "customer": customer.id, "locale": "fr",
                "allowed_payment_method_types": ["card"], "client_reference_id": "order-1",
                "success_url": f"{MERCHANT}/retour/?session_id={{CHECKOUT_SESSION_ID}}",
                "cancel_url": f"{MERCHANT}/annulation/", "metadata": {"order": "1"},
                "setup_intent_data": {"metadata": {"order": "1"}, "description": "Formation"},
                "custom_text": {"submit": {"message": SUBMIT}},
            } | changes
        )  # fmt: skip

    return create


@pytest.fixture
def payment_session(client, customer):
    def create(**changes):
        price = {
            "currency": "eur", "unit_amount": 123_456,
            "product_data": {"name": "Acompte", "description": "30 % du prix"},
        }  # fmt: skip
        return client.checkout.sessions.create(
            {
                "mode": "payment", "customer": customer.id,
                "line_items": [{"price_data": price, "quantity": 1}],
                "success_url": f"{MERCHANT}/retour/?session_id={{CHECKOUT_SESSION_ID}}",
                "cancel_url": f"{MERCHANT}/annulation/",
                "payment_intent_data": {
                    "setup_future_usage": "off_session", "metadata": {"due": "7"},
                },
            } | changes
        )  # fmt: skip

    return create


def read(client, session):
    return client.checkout.sessions.retrieve(
        session.id, {"expand": ["setup_intent.payment_method", "payment_intent.latest_charge"]}
    )


def back(session):
    return f"{MERCHANT}/retour/?session_id={session.id}"


@pytest.mark.parametrize("card", SAVED_AT_ONCE, ids=lambda card: card.token)
def test_setup_saves_the_card_and_charges_nothing(client, setup_session, visitor, card):
    session = setup_session()
    assert (session.status, session.payment_status) == ("open", "no_payment_required")

    answer = visitor.card(session.url, card.number)

    done = read(client, session)
    assert (answer.status, answer.location) == (303, back(session))
    assert (done.status, done.url) == ("complete", None)
    assert done.client_reference_id == "order-1"
    assert (done.setup_intent.status, done.setup_intent.metadata.order) == ("succeeded", "1")
    assert done.setup_intent.payment_method.customer == session.customer
    assert done.setup_intent.payment_method.card.last4 == card.number[-4:]
    assert client.payment_intents.list().data == []
    assert client.charges.list().data == []


@pytest.mark.parametrize("card", REFUSED_AT_SETUP, ids=lambda card: card.token)
def test_setup_refuses_the_card_in_french_and_keeps_what_was_typed(
    client, setup_session, visitor, card
):
    session = setup_session()

    answer = visitor.card(session.url, card.number, name="Zoé d’Été")

    assert answer.status == 402
    assert "La carte n’a pas été acceptée" in answer.text
    assert f' value="{card.number}" ' in answer.text
    assert ' value="Zoé d’Été" ' in answer.text
    done = read(client, session)
    assert done.status == "open"
    assert done.setup_intent.last_setup_error.decline_code == card.declines
    assert client.payment_methods.list({"customer": session.customer, "type": "card"}).data == []
    assert visitor.card(session.url).location == back(session)


@pytest.mark.parametrize("card", ASKS_AT_SETUP, ids=lambda card: card.token)
def test_setup_asks_the_bank_then_saves(client, setup_session, visitor, card):
    session = setup_session()

    challenge = visitor.card(session.url, card.number).location
    page = visitor.get(challenge)
    answer = visitor.accept(challenge)

    assert "Enregistrement de la carte, sans débit" in page.text
    assert answer.location == back(session)
    assert read(client, session).setup_intent.status == "succeeded"


def test_setup_refused_at_the_bank_comes_back_to_the_card_page(client, setup_session, visitor):
    session = setup_session()
    challenge = visitor.card(session.url, "4000002500003155").location

    answer = visitor.refuse(challenge)

    assert answer.location == session.url
    assert "L’authentification n’a pas abouti" in visitor.get(session.url).text
    assert read(client, session).status == "open"
    assert visitor.card(session.url).location == back(session)


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("visa", None),
        ("authenticationRequiredOnSetup", None),
        ("authenticationRequired", "authentication_required"),
        ("chargeCustomerFail", "generic_decline"),
        ("authenticationRequiredChargeDeclinedInsufficientFunds", "insufficient_funds"),
    ],
)
def test_saved_card_charged_later_does_what_its_number_says(
    client, setup_session, visitor, charge, token, code
):
    session = setup_session()
    answer = visitor.card(session.url, BY_TOKEN[token].number)
    if answer.location.startswith(urlsplit(session.url)._replace(path="").geturl()):
        visitor.accept(answer.location)
    method = read(client, session).setup_intent.payment_method.id

    if code is None:
        assert charge(method).status == "succeeded"
        return
    with pytest.raises(stripe.CardError) as caught:
        charge(method)
    assert caught.value.error.decline_code == code


def test_payment_shows_the_amount_and_charges_once(client, payment_session, visitor, charge):
    session = payment_session()
    assert (session.payment_intent, session.amount_total) == (None, 123_456)
    page = visitor.get(session.url)
    assert "Payer 1 234,56 €" in page.text
    assert "Environnement d’essai : aucune carte réelle" in page.text
    assert f'href="{MERCHANT}/annulation/"' in page.text
    assert f"form-action 'self' {MERCHANT}" in page.headers["Content-Security-Policy"]

    first = visitor.card(session.url)
    second = visitor.card(session.url)

    assert (first.location, second.location) == (back(session), back(session))
    done = read(client, session)
    assert (done.status, done.payment_status) == ("complete", "paid")
    assert done.payment_intent.metadata.due == "7"
    assert done.customer_details.email == "lea@exemple.fr"
    assert len(client.charges.list().data) == 1
    assert "C’est déjà fait" in visitor.get(session.url).text
    assert charge(done.payment_intent.payment_method).status == "succeeded"


def test_payment_declined_tries_again_on_the_same_intent(client, payment_session, visitor):
    session = payment_session()

    assert visitor.card(session.url, "4000000000009995").status == 402
    first = read(client, session).payment_intent.id
    visitor.card(session.url)

    done = read(client, session)
    assert (done.payment_intent.id, done.payment_intent.status) == (first, "succeeded")
    assert len(client.charges.list({"payment_intent": first}).data) == 2


def test_payment_with_another_card_replaces_the_challenge(client, payment_session, visitor):
    session = payment_session()
    challenge = visitor.card(session.url, "4000002760003184").location

    visitor.card(session.url)
    late = visitor.accept(challenge)

    assert late.location == back(session)
    assert len(client.charges.list().data) == 1


def test_intent_of_a_session_is_only_ended_by_the_session(client, payment_session, visitor):
    session = payment_session()
    visitor.card(session.url, "4000000000000002")
    intent = read(client, session).payment_intent

    with pytest.raises(stripe.InvalidRequestError, match="Checkout Session"):
        client.payment_intents.cancel(intent.id)
    client.checkout.sessions.expire(session.id)
    assert client.payment_intents.retrieve(intent.id).status == "canceled"


def test_expired_session_says_so_and_takes_no_card(client, setup_session, visitor):
    session = setup_session()
    url = session.url

    client.checkout.sessions.expire(session.id)

    for answer in (visitor.get(url), visitor.card(url)):
        assert answer.status == 410
        assert "Cette page a expiré" in answer.text
        assert f'href="{MERCHANT}/annulation/"' in answer.text
    assert client.setup_intents.retrieve(session.setup_intent).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
        client.checkout.sessions.expire(session.id)


def test_session_expires_as_the_clock_moves(client, standin, setup_session):
    session = setup_session()
    assert DAY - 5 <= session.expires_at - time.time() <= DAY

    standin.control("clock", advance=DAY - 60)
    assert read(client, session).status == "open"
    standin.control("clock", advance=60)

    assert read(client, session).status == "expired"
    assert client.events.list({"type": "checkout.session.expired"}).data != []


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("number", "4242", "Saisissez les seize chiffres de la carte."),
        ("number", "4242424242424241", "Ce numéro comporte une erreur"),
        ("number", "4111111111111111", "Ce n’est pas une carte d’essai."),
        ("expiry", "13/34", "Saisissez le mois et l’année, par exemple 12/34."),
        ("expiry", "01/20", "Cette date est passée"),
        ("code", "12", "Saisissez les trois chiffres au dos de la carte."),
        ("name", " ", "Saisissez le nom du titulaire de la carte."),
    ],
)
def test_form_says_what_is_wrong_next_to_the_field(
    client, setup_session, visitor, field, value, message
):
    session = setup_session()

    answer = visitor.card(session.url, **{field: value})

    assert answer.status == 422
    assert f'<a href="#{field}">{message}' in answer.text
    assert f'id="{field}-erreur">{message}' in answer.text
    assert answer.text.count(' aria-invalid="true"') == 1
    assert ' value="Léa Exemple" ' in answer.text or field == "name"
    assert read(client, session).status == "open"


def test_form_asks_the_address_of_an_unknown_customer(client, payment_session, visitor):
    session = client.checkout.sessions.create(
        {
            "mode": "payment", "success_url": f"{MERCHANT}/retour/",
            "line_items": [
                {"price_data": {"currency": "eur", "unit_amount": 500, "product_data": {"name": "A"}}}
            ],
        }
    )  # fmt: skip

    assert 'name="email"' in visitor.get(session.url).text
    assert visitor.card(session.url, email="lea").status == 422
    assert visitor.card(session.url, email="lea@exemple.fr").status == 303
    assert read(client, session).customer_details.email == "lea@exemple.fr"


def test_page_escapes_what_the_merchant_and_the_customer_write(setup_session, visitor):
    session = setup_session(custom_text={"submit": {"message": "<b>gras</b>"}})

    page = visitor.card(session.url, name='"><i>', code="")

    assert "&lt;b&gt;gras" in page.text
    assert 'value="&quot;&gt;&lt;i&gt;"' in page.text


def test_page_shows_every_card_and_the_merchant_text(setup_session, visitor):
    page = visitor.get(setup_session().url)

    assert [card.spaced for card in CARDS if card.spaced not in page.text] == []
    assert SUBMIT in page.text
    assert "<script" not in page.text


def test_line_items_are_included_on_request(client, payment_session):
    session = payment_session()

    expanded = client.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})

    assert [item.amount_total for item in expanded.line_items.data] == [123_456]
    assert [
        item.description for item in client.checkout.sessions.line_items.list(session.id).data
    ] == ["Acompte"]
    assert "line_items" not in session


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"expires_at": 1}, "expires_at"),
        ({"success_url": "/retour"}, "success_url"),
        ({"currency": "usd"}, "currency"),
        ({"line_items": []}, None),
        ({"payment_intent_data": {"description": "x"}}, "payment_intent_data"),
        ({"ui_mode": "embedded_page"}, "ui_mode"),
        ({"customer_email": "a@b.fr"}, None),
        ({"customer": "cus_none"}, "customer"),
    ],
)
def test_session_that_stripe_refuses_is_refused(setup_session, changes, param):
    if changes == {"line_items": []}:
        assert setup_session(**changes).mode == "setup"  # an empty list is not sent at all
        return
    with pytest.raises(stripe.InvalidRequestError) as caught:
        setup_session(**changes)

    assert caught.value.param == param


def test_sessions_are_listed_by_customer_and_status(client, setup_session):
    first, second = setup_session(), setup_session()
    client.checkout.sessions.expire(first.id)

    listed = client.checkout.sessions.list({"customer": first.customer, "status": "open"})

    assert [session.id for session in listed.data] == [second.id]


def test_unknown_page_is_not_found(standin, visitor):
    for path in ("/c/pay/cs_test_none", "/3ds/acs_none", "/rien"):
        assert visitor.get(standin.url + path).status == 404
