"""Signed deliveries, tried again, and each fault that a network can make of them."""

import time

import pytest
import stripe

from tests.shop.payments.standin.conftest import SECRET

CHARGED = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


@pytest.fixture
def method(saved):
    """Saved before the endpoint listens: the tests count what comes after."""
    return saved()


def settled(standin, count, state="delivered"):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        states = [item["state"] for item in standin.control("deliveries")["data"]]
        if states.count(state) >= count:
            return states
        time.sleep(0.02)
    raise AssertionError(standin.control("deliveries"))


def test_events_arrive_signed_and_in_order(client, method, charge, mailbox, standin):
    intent = charge(method, key="due-1-try-1")

    assert mailbox.wait(3) == CHARGED
    event = mailbox.event(2)
    assert event.data.object.id == intent.id
    assert event.data.object.status == "succeeded"
    assert (event.api_version, event.livemode) == (stripe.api_version, False)
    assert event.request.idempotency_key == "due-1-try-1"
    settled(standin, 3)
    assert client.events.retrieve(event.id).pending_webhooks == 0


def test_signature_holds_for_its_body_and_secret_only(method, charge, mailbox):
    charge(method)
    mailbox.wait(1)
    body, signature = mailbox.received[0]

    assert stripe.Webhook.construct_event(body, signature, SECRET).type == CHARGED[0]
    for wrong_body, secret in ((body + b" ", SECRET), (body, "whsec_other")):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(wrong_body, signature, secret)


def test_failed_delivery_is_tried_again(method, charge, mailbox, standin):
    mailbox.answers = [500, 503]

    charge(method)

    mailbox.wait(5)
    settled(standin, 3)
    identifiers = [mailbox.event(place).id for place in range(5)]
    assert len(set(identifiers)) == 3
    answers = [item["answers"] for item in standin.control("deliveries")["data"]]
    assert answers == [["500", "200"], ["503", "200"], ["200"]]


def test_endpoint_away_is_tried_again_until_it_is_back(method, charge, mailbox, standin):
    standin.control("webhooks", url="http://127.0.0.1:9/", secret=SECRET)
    charge(method)
    time.sleep(0.2)
    standin.control("webhooks", url=mailbox.url, secret=SECRET)

    assert sorted(mailbox.wait(3)) == sorted(CHARGED)
    assert standin.control("deliveries")["data"][0]["answers"][0] == "ConnectionRefusedError"


def test_dropped_event_never_arrives_and_is_listed(client, method, charge, mailbox, standin):
    standin.control("webhooks/faults", fault="drop", times=2)

    charge(method)

    assert mailbox.wait(1) == CHARGED[2:]
    settled(standin, 1)
    missing = client.events.list({"types": CHARGED, "delivery_success": False}).data
    assert [event.type for event in missing] == CHARGED[1::-1]


def test_duplicated_event_arrives_twice(method, charge, mailbox, standin):
    standin.control("webhooks/faults", fault="duplicate", times=3)

    charge(method)

    assert mailbox.wait(6) == [kind for kind in CHARGED for _ in range(2)]
    assert mailbox.event(0).id == mailbox.event(1).id


def test_reordered_events_arrive_last_first(method, charge, mailbox, standin):
    standin.control("webhooks/faults", fault="reorder", times=3)

    charge(method)

    assert mailbox.wait(3) == CHARGED[::-1]


def test_delayed_event_arrives_after_the_others(method, charge, mailbox, standin):
    standin.control("webhooks/faults", fault="delay", seconds=0.5)

    charge(method)

    assert mailbox.wait(3) == [*CHARGED[1:], CHARGED[0]]


def test_held_events_wait_for_their_release(method, charge, mailbox, standin):
    standin.control("webhooks/faults", fault="hold", times=3)
    charge(method)
    assert settled(standin, 3, "held") == ["held"] * 3

    assert standin.control("webhooks/release") == {"released": 3}
    assert mailbox.wait(3) == CHARGED


def test_event_is_sent_again_on_request(client, method, charge, mailbox, standin):
    charge(method)
    mailbox.wait(3)
    event = mailbox.event(0)

    standin.control("webhooks/resend", event=event.id)

    mailbox.wait(4)
    assert mailbox.event(3).id == event.id


def test_declined_charge_tells_of_its_failure(method, charge, mailbox, standin):
    standin.control("outcomes", outcome="insufficient_funds")
    with pytest.raises(stripe.CardError):
        charge(method)

    assert mailbox.wait(3) == [
        "payment_intent.created", "charge.failed", "payment_intent.payment_failed",
    ]  # fmt: skip


def test_card_renewed_by_the_networks_is_told(client, method, mailbox, standin):
    standin.control("payment_methods/renew", payment_method=method, exp_year=2040, last4="1111")

    assert mailbox.wait(1) == ["payment_method.automatically_updated"]
    card = client.payment_methods.retrieve(method).card
    assert (card.exp_year, card.last4) == (2040, "1111")


def test_early_fraud_warning_is_told(client, method, charge, mailbox, standin):
    made = charge(method)

    standin.control("early_fraud_warnings", charge=made.latest_charge)

    assert mailbox.wait(4)[3] == "radar.early_fraud_warning.created"


def test_events_are_listed_by_type_and_date(client, method, charge):
    made = charge(method)

    listed = client.events.list(
        {"type": "payment_intent.succeeded", "created": {"gte": made.created}}
    )

    assert [event.data.object.id for event in listed.data] == [made.id]
    with pytest.raises(stripe.InvalidRequestError, match="not both"):
        client.events.list({"type": "a", "types": ["a"]})
