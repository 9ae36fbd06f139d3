"""One key, one answer – also for a decline, an answer that was lost, and two calls at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

DAY = 86_400


def test_same_key_and_parameters_replay_the_answer(client, saved, charge):
    method = saved()

    first, second = charge(method, key="due-1-try-1"), charge(method, key="due-1-try-1")

    assert first.id == second.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert second.last_response.headers["Original-Request"] == first.last_response.request_id
    assert len(client.charges.list().data) == 1


def test_decline_is_replayed_even_if_the_card_would_pass_now(client, saved, charge, standin):
    method = saved()
    standin.control("outcomes", outcome="insufficient_funds")
    intents = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as caught:
            charge(method, key="due-1-try-1")
        intents.append(caught.value.error.payment_intent.id)

    assert intents[0] == intents[1]
    assert charge(method, key="due-1-try-2").status == "succeeded"


@pytest.mark.parametrize("changes", [{"amount": 60_001}, {"metadata": {"due": "8"}}])
def test_same_key_with_other_parameters_is_refused(saved, charge, changes):
    method = saved()
    charge(method, key="due-1-try-1")

    with pytest.raises(stripe.IdempotencyError) as caught:
        charge(method, key="due-1-try-1", **changes)

    assert (caught.value.http_status, caught.value.error.type) == (400, "idempotency_error")


def test_same_key_on_another_call_is_refused(client, customer):
    client.customers.create({}, {"idempotency_key": "k"})

    with pytest.raises(stripe.IdempotencyError):
        client.setup_intents.create({}, {"idempotency_key": "k"})


def test_key_of_a_refused_request_stays_free(client):
    with pytest.raises(stripe.InvalidRequestError):
        client.customers.create({"emial": "x"}, {"idempotency_key": "k"})

    assert client.customers.create({"email": "x@exemple.fr"}, {"idempotency_key": "k"}).id


def test_key_is_forgotten_after_a_day(client, standin):
    first = client.customers.create({}, {"idempotency_key": "k"})
    standin.control("clock", advance=DAY + 60)

    assert client.customers.create({}, {"idempotency_key": "k"}).id != first.id


def test_key_too_long_is_refused(client):
    with pytest.raises(stripe.InvalidRequestError, match="255"):
        client.customers.create({}, {"idempotency_key": "k" * 256})


def test_two_calls_at_once_with_one_key_charge_once(client, patient, saved, charge, standin):
    method = saved()
    standin.control("faults", fault="delay", seconds=0.3, path="payment_intents$")

    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(charge, method, key="due-1-try-1", service=patient) for _ in range(4)]
        identifiers = {call.result().id for call in calls}

    assert len(identifiers) == 1
    assert len(client.charges.list().data) == 1


def test_key_in_use_is_a_conflict(client, saved, charge, standin):
    method = saved()
    # Long enough for the second call to arrive on a busy machine.
    standin.control("faults", fault="delay", seconds=4, path="payment_intents$")

    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(charge, method, key="due-1-try-1") for _ in range(2)]
        errors = [call.exception() for call in calls]

    (error,) = [error for error in errors if error is not None]
    assert (error.http_status, error.error.code) == (409, "idempotency_key_in_use")


def test_many_calls_at_once_without_key_all_charge(client, saved, charge):
    method = saved()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: charge(method).id, range(12)))

    assert len(set(made)) == 12
    assert len(client.charges.list({"limit": 100}).data) == 12
