"""Payments that wait: neither paid nor refused until they are settled."""

import pytest
import stripe

from tests.shop.payments.standin.conftest import MERCHANT


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("succeeded", "succeeded"), ("insufficient_funds", "requires_payment_method")],
)
def test_charge_waits_then_settles(client, saved, charge, standin, outcome, status):
    method = saved()
    standin.control("outcomes", outcome="processing")
    intent = charge(method)
    assert (intent.status, client.charges.list().data) == ("processing", [])
    with pytest.raises(stripe.InvalidRequestError, match="status of processing"):
        client.payment_intents.cancel(intent.id)

    standin.control("payment_intents/settle", payment_intent=intent.id, outcome=outcome)

    assert client.payment_intents.retrieve(intent.id).status == status
    with pytest.raises(ValueError, match=f"status of {status}"):
        standin.control("payment_intents/settle", payment_intent=intent.id, outcome=outcome)


@pytest.mark.parametrize(
    ("outcome", "status", "told"),
    [("succeeded", "paid", "succeeded"), ("insufficient_funds", "unpaid", "failed")],
)
def test_session_completes_before_its_payment(client, visitor, standin, outcome, status, told):
    price = {"currency": "eur", "unit_amount": 500, "product_data": {"name": "Acompte"}}
    session = client.checkout.sessions.create(
        {
            "mode": "payment", "success_url": MERCHANT, "customer_email": "lea@exemple.fr",
            "line_items": [{"price_data": price, "quantity": 1}],
        }
    )  # fmt: skip
    standin.control("outcomes", outcome="processing")
    assert visitor.card(session.url).location == MERCHANT
    done = client.checkout.sessions.retrieve(session.id)
    assert (done.status, done.payment_status) == ("complete", "unpaid")

    standin.control("payment_intents/settle", payment_intent=done.payment_intent, outcome=outcome)

    assert client.checkout.sessions.retrieve(session.id).payment_status == status
    kind = f"checkout.session.async_payment_{told}"
    assert len(client.events.list({"type": kind}).data) == 1


def test_setup_that_waits_is_not_offered(client, standin):
    standin.control("outcomes", outcome="processing")

    with pytest.raises(stripe.InvalidRequestError, match="does not offer"):
        client.setup_intents.create(
            {"payment_method": "pm_card_visa", "confirm": True, "return_url": MERCHANT}
        )
