"""Calls out of turn: what Stripe refuses for the state of an object, or this stand-in for good."""

import pytest
import stripe

from tests.shop.payments.standin.conftest import MERCHANT

RETURN = f"{MERCHANT}/retour"
PRICE = {"currency": "eur", "unit_amount": 500, "product_data": {"name": "Acompte"}}


def refused(call, *arguments):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        call(*arguments)
    return caught.value.code or caught.value.param or caught.value.user_message


@pytest.fixture
def payment():
    def payment(price=PRICE, **changes):
        return {
            "mode": "payment", "success_url": RETURN,
            "line_items": [{"price_data": price, "quantity": 1}],
        } | changes  # fmt: skip

    return payment


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"mode": "subscription"}, "standin_not_offered"),
        ({"allow_promotion_codes": True}, "standin_not_offered"),
        ({"customer_creation": "always"}, "standin_not_offered"),
        ({"invoice_creation": {"enabled": True}}, "standin_not_offered"),
        ({"price": PRICE | {"currency": "usd"}}, "standin_not_offered"),
        ({"price": PRICE | {"recurring": {"interval": "month"}}}, "standin_not_offered"),
        ({"price": {"currency": "eur", "unit_amount": 500}}, "standin_not_offered"),
        ({"price": {"currency": "eur", "product_data": {"name": "A"}}}, "parameter_missing"),
        ({"price": PRICE | {"unit_amount": 49}}, "amount_too_small"),
        ({"line_items": None}, "parameter_missing"),
        ({"success_url": None}, "parameter_missing"),
        ({"mode": None}, "parameter_missing"),
        ({"setup_intent_data": {"description": "x"}}, "setup_intent_data"),
    ],
)
def test_payment_session_is_refused(client, payment, changes, told):
    params = {name: value for name, value in payment(**changes).items() if value is not None}

    assert refused(client.checkout.sessions.create, params) == told


def test_setup_session_needs_its_currency(client):
    assert (
        refused(client.checkout.sessions.create, {"mode": "setup", "success_url": RETURN})
        == "parameter_missing"
    )


def test_session_takes_a_note(client, payment):
    session = client.checkout.sessions.create(payment())

    noted = client.checkout.sessions.update(session.id, {"metadata": {"note": "1"}})

    assert noted.metadata.note == "1"


def test_setup_intent_out_of_turn_is_refused(client, customer):
    setup = client.setup_intents
    intent = setup.create({"customer": customer.id, "metadata": {"order": "1"}})
    assert refused(setup.confirm, intent.id) == "setup_intent_unexpected_state"
    assert (
        refused(setup.confirm, intent.id, {"payment_method": "pm_card_visa"}) == "parameter_missing"
    )
    noted = setup.update(intent.id, {"description": "Formation", "metadata": {"order": ""}})
    assert (noted.description, noted.metadata.to_dict()) == ("Formation", {})

    done = setup.confirm(intent.id, {"payment_method": "pm_card_visa", "return_url": RETURN})

    assert done.status == "succeeded"
    assert client.payment_methods.retrieve(done.payment_method).customer == customer.id
    for call in (setup.confirm, setup.cancel):
        assert refused(call, intent.id) == "setup_intent_unexpected_state"
    assert refused(setup.create, {"single_use": {"amount": 1, "currency": "eur"}}) == (
        "standin_not_offered"
    )


def test_setup_intent_of_a_session_is_only_ended_by_the_session(client):
    session = client.checkout.sessions.create(
        {"mode": "setup", "currency": "eur", "success_url": RETURN}
    )

    for call in (client.setup_intents.confirm, client.setup_intents.cancel):
        assert refused(call, session.setup_intent) == "setup_intent_unexpected_state"


def test_setup_outcome_can_be_forced(client, customer, standin):
    params = {
        "customer": customer.id, "payment_method": "pm_card_visa", "confirm": True,
        "return_url": RETURN,
    }  # fmt: skip
    standin.control("outcomes", outcome="authentication_required")
    assert client.setup_intents.create(params).status == "requires_action"
    standin.control("outcomes", outcome="expired_card")
    with pytest.raises(stripe.CardError) as caught:
        client.setup_intents.create(params)
    assert caught.value.code == "expired_card"


def test_payment_intent_out_of_turn_is_refused(client, customer, saved):
    payments = client.payment_intents
    intent = payments.create({"amount": 500, "currency": "eur"})
    assert refused(payments.confirm, intent.id) == "payment_intent_unexpected_state"
    assert refused(payments.update, intent.id, {"payment_method": saved()}) == "payment_method"
    off_session = {"payment_method": "pm_card_visa", "off_session": True}
    assert refused(payments.confirm, intent.id, off_session) == "payment_method"
    changed = payments.update(intent.id, {"amount": 700, "payment_method": "pm_card_visa"})
    assert (changed.amount, changed.status) == (700, "requires_confirmation")
    manual = {"amount": 500, "currency": "eur", "capture_method": "manual"}
    assert refused(payments.create, manual) == "standin_not_offered"
    assert refused(payments.create, {"amount": 500, "currency": "usd"}) == "standin_not_offered"


def test_challenge_without_return_address_is_left_to_the_script(client):
    intent = client.payment_intents.create(
        {
            "amount": 500, "currency": "eur", "confirm": True,
            "payment_method": "pm_card_authenticationRequired",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )  # fmt: skip

    assert intent.next_action.type == "use_stripe_sdk"


def test_method_out_of_turn_is_refused(client, customer):
    methods = client.payment_methods
    made = methods.create({"type": "card", "card": {"token": "tok_visa"}, "metadata": {"a": "1"}})
    assert refused(methods.attach, made.id) == "parameter_missing"
    assert refused(methods.update, made.id, {"card": {"exp_year": 2040}}).startswith(
        "You must save"
    )
    assert refused(methods.create, {"type": "sepa_debit"}) == "standin_not_offered"
    client.customers.delete(customer.id)
    assert refused(methods.attach, made.id, {"customer": customer.id}) == "resource_missing"


def test_default_card_is_one_of_the_customer(client, customer, saved):
    method = saved()
    settings = {"invoice_settings": {"default_payment_method": method}}

    changed = client.customers.update(customer.id, settings)

    assert changed.invoice_settings.default_payment_method == method
    other = client.customers.create({})
    assert "attached to this customer" in refused(client.customers.update, other.id, settings)


def test_refund_and_dispute_out_of_turn_are_refused(client, saved, charge, standin):
    assert refused(client.refunds.create, {}) == "parameter_missing"
    assert refused(client.refunds.create, {"origin": "customer_balance"}) == "standin_not_offered"
    method = saved("chargeCustomerFail")
    with pytest.raises(stripe.CardError) as caught:
        charge(method)
    failed = caught.value.error.charge
    assert "nothing to refund" in refused(client.refunds.create, {"charge": failed})
    with pytest.raises(ValueError, match="can be disputed"):
        standin.control("disputes", charge=failed)
    dispute = standin.control("disputes", charge=charge(saved()).latest_charge)["id"]
    with pytest.raises(ValueError, match="ends won or lost"):
        standin.control("disputes/settle", dispute=dispute, status="forgotten")
    client.disputes.close(dispute)
    assert "already closed" in refused(client.disputes.update, dispute, {"submit": True})


def test_failed_refund_fails_once(client, saved, charge, standin):
    made = charge(saved())
    refund = client.refunds.create({"payment_intent": made.id}).id

    for _ in range(2):
        standin.control("refunds/fail", refund=refund)

    assert client.charges.retrieve(made.latest_charge).amount_refunded == 0


def test_charge_changes_its_notes_only(client, saved, charge):
    made = charge(saved())
    assert refused(client.charges.update, made.latest_charge, {"transfer_group": "x"}) == (
        "standin_not_offered"
    )


def test_list_by_exact_instant(client, customer):
    assert [body.id for body in client.customers.list({"created": customer.created}).data] == [
        customer.id
    ]
