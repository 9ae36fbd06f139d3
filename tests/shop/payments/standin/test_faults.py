"""Faults of calls, one by one: what was performed, what the library reports."""

import pytest
import stripe

PATH = "payment_intents$"


def charged(client):
    return len(client.charges.list().data)


def test_lost_answer_charged_and_the_same_key_finds_it(client, saved, charge, standin):
    method = saved()
    standin.control("faults", fault="lost_answer", path=PATH)

    with pytest.raises(stripe.APIConnectionError):
        charge(method, key="due-1-try-1")

    assert charged(client) == 1
    assert charge(method, key="due-1-try-1").status == "succeeded"
    assert charged(client) == 1


def test_lost_answer_is_repaired_by_the_library_itself(client, patient, saved, charge, standin):
    method = saved()
    standin.control("faults", fault="lost_answer", path=PATH, times=2)

    assert charge(method, service=patient).status == "succeeded"
    assert charged(client) == 1


@pytest.mark.parametrize(
    ("fault", "performed", "status"),
    [
        ("error_before", 0, 500),
        ("error_after", 1, 500),
        ("error_recorded", 0, 500),
        ("conflict", 0, 409),
        ("rate_limit", 0, 429),
    ],
)
def test_fault_answers_and_performs_as_its_name_says(
    client, saved, charge, standin, fault, performed, status
):
    method = saved()
    standin.control("faults", fault=fault, path=PATH, method="POST")

    with pytest.raises(stripe.StripeError) as caught:
        charge(method, key="due-1-try-1")

    assert (caught.value.http_status, charged(client)) == (status, performed)
    assert standin.control()["call_faults"] == []


@pytest.mark.parametrize("fault", ["error_before", "error_after", "conflict", "rate_limit"])
def test_same_key_after_the_fault_charges_once(client, saved, charge, standin, fault):
    method = saved()
    standin.control("faults", fault=fault, path=PATH)
    with pytest.raises(stripe.StripeError):
        charge(method, key="due-1-try-1")

    assert charge(method, key="due-1-try-1").status == "succeeded"
    assert charged(client) == 1


def test_recorded_error_is_replayed(client, saved, charge, standin):
    method = saved()
    standin.control("faults", fault="error_recorded", path=PATH)

    for _ in range(2):
        with pytest.raises(stripe.APIError):
            charge(method, key="due-1-try-1")
    assert charged(client) == 0


def test_rate_limit_is_reported_at_once(patient, saved, charge, standin):
    method = saved()
    standin.control("faults", fault="rate_limit", path=PATH)

    with pytest.raises(stripe.RateLimitError) as caught:
        charge(method, service=patient)
    assert caught.value.error.code == "rate_limit"


def test_server_error_is_tried_again_by_the_library(patient, saved, charge, standin):
    method = saved()
    standin.control("faults", fault="error_before", path=PATH, times=2)

    assert charge(method, service=patient).status == "succeeded"


def test_fault_waits_for_its_call(client, standin):
    standin.control("faults", fault="error_before", method="POST", path="/refunds")

    assert client.customers.create({}).id
    assert len(standin.control()["call_faults"]) == 1
    standin.control("faults/clear")
    assert standin.control()["call_faults"] == []


@pytest.mark.parametrize(
    ("outcome", "code", "advice"),
    [
        ("lost_card", "card_declined", "do_not_try_again"),
        ("expired_card", "expired_card", "confirm_card_data"),
        ("processing_error", "processing_error", "try_again_later"),
        ("call_issuer", "card_declined", None),
    ],
)
def test_next_outcome_is_that_of_the_switch(saved, charge, standin, outcome, code, advice):
    method = saved()
    standin.control("outcomes", outcome=outcome)

    with pytest.raises(stripe.CardError) as caught:
        charge(method)

    error = caught.value.error
    assert (error.code, error.decline_code, getattr(error, "advice_code", None)) == (
        code, outcome, advice,
    )  # fmt: skip
    assert charge(method).status == "succeeded"


def test_decline_code_unknown_to_all_can_be_asked(saved, charge, standin):
    method = saved()
    standin.control("outcomes", outcome="new_reason", unknown_code=True)

    with pytest.raises(stripe.CardError) as caught:
        charge(method)
    assert caught.value.error.decline_code == "new_reason"


def test_success_can_be_forced(saved, charge, standin):
    method = saved("chargeCustomerFail")
    standin.control("outcomes", outcome="succeeded")

    assert charge(method).status == "succeeded"


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("faults", {"fault": "fire"}, "Unknown fault"),
        ("faults", {"fault": "delay", "when": 1}, "Invalid fault"),
        ("faults", {"fault": "delay", "path": "["}, "Invalid fault"),
        ("outcomes", {"outcome": "nothing"}, "Unknown outcome"),
        ("outcomes", {"x": 1}, "Missing: outcome"),
        ("clock", {"advance": "soon"}, "Not an integer"),
        ("webhooks", {"url": "http://example.org/", "secret": "whsec_x"}, "loopback"),
        ("webhooks", {"url": "http://127.0.0.1:1/", "secret": "x"}, "whsec_"),
        ("disputes/settle", {"dispute": "du_none", "status": "won"}, "No such dispute"),
        ("nothing", {"x": 1}, "No such switch"),
    ],
)
def test_switch_refuses_what_it_does_not_know(standin, name, body, message):
    with pytest.raises(ValueError, match=message):
        standin.control(name, **body)


def test_reset_forgets_everything_but_the_endpoint(client, saved, charge, standin, mailbox):
    charge(saved())
    standin.control("outcomes", outcome="lost_card")
    standin.control("clock", advance=1000)

    state = standin.control("reset")

    assert (state["clock_offset"], state["outcomes"]) == (0, [])
    assert state["webhook_url"] == mailbox.url
    assert client.payment_intents.list().data == []
    assert client.customers.list().data == []
    assert standin.control("deliveries")["data"] == []
