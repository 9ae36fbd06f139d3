"""Charges without the customer, and the customer brought back for the same intent."""

import pytest
import stripe

from tests.shop.payments.standin.conftest import MERCHANT

RETURN = f"{MERCHANT}/retour?due=7"


def test_charge_of_a_saved_card_succeeds(client, saved, charge):
    intent = charge(saved(), metadata={"due": "7"}, statement_descriptor_suffix="FORMATION ETE")

    read = client.payment_intents.retrieve(
        intent.id, {"expand": ["latest_charge.balance_transaction", "payment_method"]}
    )
    assert (read.status, read.amount_received, read.metadata.due) == ("succeeded", 60_000, "7")
    assert read.latest_charge.payment_intent == intent.id
    assert read.latest_charge.statement_descriptor_suffix == "FORMATION ETE"
    assert read.latest_charge.balance_transaction.net == 60_000 - 925
    assert read.payment_method.card.last4 == "4242"
    assert read.payment_method_types == ["card"]


def test_decline_keeps_the_intent_and_says_why(client, saved, charge):
    with pytest.raises(stripe.CardError) as caught:
        charge(saved("chargeCustomerFail"))

    error = caught.value
    assert (error.http_status, error.code) == (402, "card_declined")
    assert error.error.decline_code == "generic_decline"
    assert error.error.advice_code == "try_again_later"
    intent = client.payment_intents.retrieve(
        error.error.payment_intent.id, {"expand": ["latest_charge"]}
    )
    assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
    assert intent.last_payment_error.decline_code == "generic_decline"
    assert intent.latest_charge.status == "failed"


def test_authentication_required_off_session_is_an_error_and_the_same_intent_recovers(
    client, saved, charge, visitor
):
    method = saved("authenticationRequired")
    with pytest.raises(stripe.CardError) as caught:
        charge(method)
    assert caught.value.code == "authentication_required"
    intent_id = caught.value.error.payment_intent.id

    intent = client.payment_intents.confirm(
        intent_id, {"payment_method": method, "off_session": False, "return_url": RETURN}
    )
    assert intent.status == "requires_action"
    assert intent.next_action.type == "redirect_to_url"
    back = visitor.accept(intent.next_action.redirect_to_url.url)

    assert back.status == 303
    assert back.location.startswith(f"{RETURN}&payment_intent={intent_id}&")
    assert back.location.endswith("&redirect_status=succeeded")
    read = client.payment_intents.retrieve(intent_id)
    assert (read.status, read.payment_method) == ("succeeded", method)
    assert len(client.charges.list({"payment_intent": intent_id}).data) == 2


def test_authentication_refused_leaves_the_intent_waiting_for_a_method(
    client, saved, charge, visitor, standin
):
    method = saved()
    standin.control("outcomes", outcome="authentication_required")
    with pytest.raises(stripe.CardError) as caught:
        charge(method)
    intent = client.payment_intents.confirm(
        caught.value.error.payment_intent.id, {"payment_method": method, "return_url": RETURN}
    )

    back = visitor.refuse(intent.next_action.redirect_to_url.url)

    read = client.payment_intents.retrieve(intent.id)
    assert back.location.endswith("&redirect_status=failed")
    assert read.status == "requires_payment_method"
    assert read.last_payment_error.code == "payment_intent_authentication_failure"


def test_authenticated_card_without_funds_is_declined_after_the_challenge(
    client, saved, visitor, customer
):
    intent = client.payment_intents.create(
        {
            "amount": 5_000, "currency": "eur", "customer": customer.id, "confirm": True,
            "payment_method": "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
            "return_url": RETURN,
        }
    )  # fmt: skip

    back = visitor.accept(intent.next_action.redirect_to_url.url)

    read = client.payment_intents.retrieve(intent.id)
    assert back.location.endswith("&redirect_status=failed")
    assert read.last_payment_error.decline_code == "insufficient_funds"


def test_challenge_answered_twice_charges_once(client, customer, visitor):
    intent = client.payment_intents.create(
        {
            "amount": 5_000, "currency": "eur", "customer": customer.id, "confirm": True,
            "payment_method": "pm_card_authenticationRequired", "return_url": RETURN,
        }
    )  # fmt: skip
    url = intent.next_action.redirect_to_url.url

    first, second = visitor.accept(url), visitor.refuse(url)

    assert (first.status, second.status, first.location) == (303, 303, second.location)
    assert "déjà traitée" in visitor.get(url).text
    assert len(client.charges.list({"payment_intent": intent.id}).data) == 1


def test_confirm_or_cancel_after_success_is_refused_with_the_intent(client, saved, charge):
    intent = charge(saved())

    for call in (client.payment_intents.confirm, client.payment_intents.cancel):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            call(intent.id)
        assert caught.value.code == "payment_intent_unexpected_state"
        assert caught.value.error.payment_intent.status == "succeeded"


def test_cancelled_intent_can_no_longer_be_confirmed(client, customer):
    intent = client.payment_intents.create(
        {"amount": 500, "currency": "eur", "customer": customer.id}
    )

    cancelled = client.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})

    assert (cancelled.status, cancelled.cancellation_reason) == ("canceled", "abandoned")
    with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
        client.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})


def test_detached_card_cannot_be_charged(client, saved, charge):
    method = saved()
    assert client.payment_methods.detach(method).customer is None

    with pytest.raises(stripe.InvalidRequestError, match="detached"):
        charge(method)


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"amount": 49}, "amount_too_small", "amount"),
        ({"amount": 100_000_000}, "amount_too_large", "amount"),
        ({"payment_method": "pm_none"}, "resource_missing", "payment_method"),
        ({"statement_descriptor_suffix": "12345"}, None, "statement_descriptor_suffix"),
        ({"off_session": False}, "parameter_missing", "return_url"),
        ({"confirm": False}, None, "off_session"),
    ],
)
def test_charge_that_stripe_refuses_is_refused(saved, charge, changes, code, param):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        charge(saved(), **changes)

    assert (caught.value.http_status, caught.value.code, caught.value.param) == (400, code, param)


def test_stored_credential_usage_excludes_a_new_setup(saved, charge):
    options = {"card": {"stored_credential_usage": "installment"}}

    assert charge(saved(), payment_method_options=options).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="cannot be combined"):
        charge(saved(), payment_method_options=options, setup_future_usage="off_session")


def test_card_of_another_customer_is_refused(client, saved, charge):
    other = client.customers.create({})

    with pytest.raises(stripe.InvalidRequestError, match="another customer"):
        charge(saved(), customer=other.id)


def test_setup_declined_names_the_setup_intent(client, customer):
    with pytest.raises(stripe.CardError) as caught:
        client.setup_intents.create(
            {
                "customer": customer.id, "payment_method": "pm_card_chargeDeclined", "confirm": True,
                "return_url": RETURN,
            }
        )  # fmt: skip

    intent = client.setup_intents.retrieve(caught.value.error.setup_intent.id)
    assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
    assert intent.last_setup_error.decline_code == "generic_decline"


def test_setup_cancelled_and_listed(client, customer):
    intent = client.setup_intents.create({"customer": customer.id})
    assert intent.usage == "off_session"

    assert client.setup_intents.cancel(intent.id).status == "canceled"
    listed = client.setup_intents.list({"customer": customer.id}).data
    assert [found.id for found in listed] == [intent.id]


def test_intents_are_found_by_customer_date_and_metadata(client, saved, charge):
    method = saved()
    first, second = (
        charge(method, metadata={"attempt": "a"}),
        charge(method, metadata={"attempt": "b"}),
    )

    listed = client.payment_intents.list(
        {"customer": first.customer, "created": {"gte": first.created}}
    )
    found = client.payment_intents.search(
        {"query": "metadata['attempt']:'a' AND status:'succeeded'"}
    )

    assert [intent.id for intent in listed.data] == [second.id, first.id]
    assert [intent.id for intent in found.data] == [first.id]
    assert client.payment_intents.list({"created": {"gt": second.created}}).data == []
