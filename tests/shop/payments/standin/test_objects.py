"""Customers, cards, refunds, disputes, lists and what every answer carries."""

import time

import pytest
import stripe

from tests.shop.payments.standin.conftest import client_of


def later(check):
    deadline = time.monotonic() + 10
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_customer_is_created_changed_and_deleted(client, customer, saved):
    saved()
    client.customers.update(customer.id, {"metadata": {"person": "1", "old": "x"}})
    changed = client.customers.update(customer.id, {"name": "Zoé", "metadata": {"old": ""}})
    assert (changed.name, changed.metadata.to_dict()) == ("Zoé", {"person": "1"})
    assert [found.id for found in client.customers.list({"email": "lea@exemple.fr"}).data] == [
        customer.id
    ]
    found = client.customers.search({"query": "metadata['person']:'1'"}).data
    assert [body.id for body in found] == [customer.id]

    assert client.customers.delete(customer.id).deleted is True

    assert client.customers.retrieve(customer.id).deleted is True
    assert client.customers.list().data == []
    assert client.payment_methods.list({"customer": customer.id, "type": "card"}).data == []
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.payment_intents.create({"amount": 500, "currency": "eur", "customer": customer.id})
    assert (caught.value.http_status, caught.value.code) == (400, "resource_missing")


def test_card_is_attached_listed_and_detached_for_good(client, customer):
    made = client.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    method = client.payment_methods.attach(made.id, {"customer": customer.id})
    assert (method.customer, method.card.brand, method.card.last4) == (customer.id, "visa", "4242")
    assert [card.id for card in client.customers.payment_methods.list(customer.id).data] == [
        made.id
    ]
    renewed = client.payment_methods.update(made.id, {"card": {"exp_year": 2040}})
    assert renewed.card.exp_year == 2040

    client.payment_methods.detach(made.id)

    assert client.payment_methods.retrieve(made.id).customer is None
    for call in (
        lambda: client.payment_methods.detach(made.id),
        lambda: client.payment_methods.attach(made.id, {"customer": customer.id}),
    ):
        with pytest.raises(stripe.InvalidRequestError):
            call()


def test_card_that_declines_cannot_be_attached(client, customer):
    with pytest.raises(stripe.CardError) as caught:
        client.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer.id})
    assert caught.value.code == "card_declined"


def test_card_number_is_never_taken_by_the_api(client, standin):
    card = {"number": "4242424242424242", "exp_month": 1, "exp_year": 2040}
    with pytest.raises(stripe.CardError, match="unsafe"):
        client.payment_methods.create({"type": "card", "card": card})


def test_refunds_add_up_to_the_charge_and_no_further(client, saved, charge):
    intent = charge(saved(), amount=60_000)
    first = client.refunds.create(
        {
            "payment_intent": intent.id, "amount": 20_000, "reason": "requested_by_customer",
            "metadata": {"order": "1"},
        }
    )  # fmt: skip
    assert (first.status, first.amount, first.charge) == ("succeeded", 20_000, intent.latest_charge)

    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        client.refunds.create({"payment_intent": intent.id, "amount": 40_001})
    rest = client.refunds.create({"charge": intent.latest_charge})

    assert rest.amount == 40_000
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.refunds.create({"payment_intent": intent.id})
    assert caught.value.code == "charge_already_refunded"
    made = client.charges.retrieve(intent.latest_charge, {"expand": ["refunds"]})
    assert (made.amount_refunded, made.refunded) == (60_000, True)
    assert [refund.id for refund in made.refunds.data] == [rest.id, first.id]
    assert client.balance_transactions.retrieve(first.balance_transaction).amount == -20_000
    assert client.refunds.update(first.id, {"metadata": {"note": "2"}}).metadata.note == "2"


@pytest.mark.parametrize("amount", [0, -1])
def test_refund_of_nothing_is_refused(client, saved, charge, amount):
    intent = charge(saved())
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.refunds.create({"payment_intent": intent.id, "amount": amount})
    assert caught.value.param == "amount"


def test_refund_of_what_was_not_paid_is_refused(client, customer):
    intent = client.payment_intents.create(
        {"amount": 500, "currency": "eur", "customer": customer.id}
    )
    with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
        client.refunds.create({"payment_intent": intent.id})


def test_refund_that_fails_later_gives_the_charge_back(client, saved, charge, standin):
    intent = charge(saved("refundFail"))
    refund = client.refunds.create({"payment_intent": intent.id})
    assert refund.status == "succeeded"

    standin.control("clock", advance=5)

    failed = client.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert client.charges.retrieve(intent.latest_charge).amount_refunded == 0
    kinds = [event.type for event in client.events.list({"types": ["refund.failed"]}).data]
    assert kinds == ["refund.failed"]


def test_refund_can_be_made_to_fail(client, saved, charge, standin):
    refund = client.refunds.create({"payment_intent": charge(saved()).id})

    standin.control("refunds/fail", refund=refund.id, reason="lost_or_stolen_card")

    assert client.refunds.retrieve(refund.id).failure_reason == "lost_or_stolen_card"


def test_pending_refund_succeeds_later(client, saved, charge, standin):
    refund = client.refunds.create({"payment_intent": charge(saved("pendingRefund")).id})
    assert refund.status == "pending"

    standin.control("clock", advance=5)

    assert client.refunds.retrieve(refund.id).status == "succeeded"


def test_disputed_card_opens_a_dispute_by_itself_and_stops_refunds(client, saved, charge):
    intent = charge(saved("createDispute"))

    later(lambda: client.disputes.list({"payment_intent": intent.id}).data)

    (dispute,) = client.disputes.list({"payment_intent": intent.id}).data
    assert (dispute.status, dispute.reason, dispute.amount) == (
        "needs_response",
        "fraudulent",
        60_000,
    )
    assert dispute.evidence_details.due_by > dispute.created
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.refunds.create({"payment_intent": intent.id})
    assert caught.value.code == "charge_disputed"


def test_dispute_is_opened_answered_and_settled(client, saved, charge, standin):
    made = charge(saved())
    opened = standin.control("disputes", charge=made.latest_charge, reason="product_not_received")
    answered = client.disputes.update(
        opened["id"], {"evidence": {"customer_name": "Léa"}, "submit": True}
    )
    assert answered.status == "under_review"

    standin.control("disputes/settle", dispute=opened["id"], status="won")

    read = client.disputes.retrieve(opened["id"])
    assert (read.status, len(read.balance_transactions)) == ("won", 2)
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        client.disputes.close(opened["id"])
    kinds = [event.type for event in client.events.list({"limit": 100}).data]
    assert kinds[:2] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]


def test_dispute_closed_by_the_merchant_is_lost(client, saved, charge, standin):
    opened = standin.control("disputes", charge=charge(saved()).latest_charge)

    assert client.disputes.close(opened["id"]).status == "lost"


def test_list_goes_forward_and_back(client):
    made = [client.customers.create({"name": str(place)}).id for place in range(5)][::-1]

    first = client.customers.list({"limit": 2})
    assert ([body.id for body in first.data], first.has_more) == (made[:2], True)
    second = client.customers.list({"limit": 3, "starting_after": made[1]})
    assert ([body.id for body in second.data], second.has_more) == (made[2:], False)
    back = client.customers.list({"limit": 1, "ending_before": made[2]})
    assert ([body.id for body in back.data], back.has_more) == ([made[1]], True)
    assert [body.id for body in client.customers.list({"limit": 2}).auto_paging_iter()] == made


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"starting_after": "cus_none"}])
def test_list_refuses_what_stripe_refuses(client, params):
    with pytest.raises(stripe.InvalidRequestError):
        client.customers.list(params)


def test_charges_and_refunds_of_a_period(standin, client, saved, charge):
    start = standin.control("clock", now=1_796_000_000)["now"]
    intent = charge(saved())
    refund = client.refunds.create({"payment_intent": intent.id, "amount": 100})

    for objects, wanted in ((client.charges, intent.latest_charge), (client.refunds, refund.id)):
        within = {"created": {"gte": start, "lt": start + 60}}
        assert [body.id for body in objects.list(within).data] == [wanted]
        for outside in ({"gte": start + 60}, {"lt": start}, {"gte": start - 60, "lt": start}):
            assert objects.list({"created": outside}).data == []
        for wrong in ({"created": {"since": start}}, {"status": "succeeded"}):
            with pytest.raises(stripe.InvalidRequestError, match="unknown parameter"):
                objects.list(wrong)


def test_expand_refuses_what_is_no_object(client, saved, charge):
    intent = charge(saved())

    listed = client.payment_intents.list({"expand": ["data.latest_charge", "data.customer"]}).data
    assert (listed[0].latest_charge.amount, listed[0].customer.email) == (60_000, "lea@exemple.fr")
    for path in ("nothing", "status", "latest_charge.nothing", "a.b.c.d.e"):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            client.payment_intents.retrieve(intent.id, {"expand": [path]})
        assert caught.value.param == "expand"


def test_object_that_is_not_there_is_not_found(client):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.payment_intents.retrieve("pi_none")
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")
    assert caught.value.user_message == "No such payment_intent: 'pi_none'"


def test_call_that_is_not_offered_is_not_found(client):
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client.invoices.list()


@pytest.mark.parametrize("key", ["sk_live_x", "pk_test_x", "x"])
def test_key_that_is_no_test_key_is_refused(standin, key):
    with pytest.raises(stripe.AuthenticationError):
        client_of(standin.url).v1.customers.list({}, {"api_key": key})


def test_answer_tells_its_request_and_version(client):
    answer = client.customers.create({}, {"idempotency_key": "k"}).last_response

    assert answer.request_id.startswith("req_")
    assert answer.headers["Stripe-Version"] == stripe.api_version
    assert answer.headers["Idempotency-Key"] == "k"


def test_another_version_of_the_api_is_refused(client):
    with pytest.raises(stripe.InvalidRequestError, match="version"):
        client.customers.list({}, {"stripe_version": "2024-06-20"})


def test_answers_keep_the_secrets_of_the_stand_in(client, saved, charge):
    intent = charge(saved())

    read = client.payment_intents.retrieve(intent.id, {"expand": ["payment_method"]}).to_dict()
    assert [name for name in read if name.startswith("_")] == []
    assert [name for name in read["payment_method"] if name.startswith("_")] == []


def test_charge_takes_a_note(client, saved, charge):
    made = charge(saved())

    noted = client.charges.update(made.latest_charge, {"metadata": {"note": "1"}})

    assert noted.metadata.note == "1"
    found = client.charges.search({"query": "metadata['note']:'1'"}).data
    assert [body.id for body in found] == [made.latest_charge]
    with pytest.raises(stripe.InvalidRequestError, match="parse"):
        client.charges.search({"query": "amount>1"})


def test_intent_takes_a_note_after_its_end_and_nothing_else(client, saved, charge):
    made = charge(saved())

    assert client.payment_intents.update(made.id, {"metadata": {"note": "1"}}).metadata.note == "1"
    with pytest.raises(stripe.InvalidRequestError, match="could not be updated"):
        client.payment_intents.update(made.id, {"amount": 100})
