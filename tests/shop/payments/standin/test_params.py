"""What the typed parameters of the library do not know is refused, at any depth."""

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st
from stripe._encode import _api_encode
from stripe.params import PaymentIntentCreateParams, RefundCreateParams

from shop.payments.standin.api import ROUTES
from shop.payments.standin.encoding import decode
from shop.payments.standin.errors import ApiError
from shop.payments.standin.params import OPTIONS, fields, validate

PAYMENT = {"amount": "5000", "currency": "eur"}
names = st.text("abcdefghij_", min_size=1, max_size=8).filter(lambda name: name[0] != "_")
words = st.text("abc éà&=%+[]€", min_size=1, max_size=8)
trees = st.dictionaries(
    names,
    st.recursive(
        words,
        lambda deeper: (
            st.lists(deeper, min_size=1, max_size=3)
            | st.dictionaries(names, deeper, min_size=1, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


def refusal(schema, raw):
    with pytest.raises(ApiError) as caught:
        validate(schema, raw)
    assert caught.value.recorded is False
    return caught.value.body.get("code"), caught.value.body.get("param")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_call_refuses_a_parameter_that_stripe_does_not_know(route):
    assert OPTIONS.isdisjoint(fields(route.schema))
    assert refusal(route.schema, {"unknown": "1"}) == ("parameter_unknown", "unknown")


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"payment_method_options": {"card": {"moto2": "true"}}}, "parameter_unknown",
         "payment_method_options[card][moto2]"),
        ({"payment_method_types": ["card"]}, "payment_method_types_no_longer_supported",
         "payment_method_types"),
        ({"amount": "12.5"}, "parameter_invalid_integer", "amount"),
        ({"amount": {"a": "1"}}, None, "amount"),
        ({"confirm": "yes"}, None, "confirm"),
        ({"capture_method": "later"}, None, "capture_method"),
        ({"description": ""}, "parameter_invalid_empty", "description"),
        ({"description": ["a"]}, None, "description"),
        ({"payment_method_options": "card"}, None, "payment_method_options"),
        ({"expand": "customer"}, None, "expand"),
        ({"metadata": {"k" * 41: "v"}}, None, f"metadata[{'k' * 41}]"),
        ({"metadata": {"k": "v" * 501}}, None, "metadata[k]"),
        ({"metadata": {f"k{place}": "v" for place in range(51)}}, None, "metadata"),
    ],
)  # fmt: skip
def test_payment_refuses_what_stripe_refuses(changes, code, param):
    assert refusal(PaymentIntentCreateParams, PAYMENT | changes) == (code, param)


def test_required_parameter_is_asked_by_name():
    assert refusal(PaymentIntentCreateParams, {"currency": "eur"}) == (
        "parameter_missing",
        "amount",
    )


def test_values_come_out_in_their_type():
    raw = PAYMENT | {"confirm": "true", "off_session": "false", "metadata": {"due": "7"}}

    assert validate(PaymentIntentCreateParams, raw) == {
        "amount": 5000, "currency": "eur", "confirm": True, "off_session": False,
        "metadata": {"due": "7"},
    }  # fmt: skip


def test_open_enumeration_takes_its_values_only():
    assert validate(RefundCreateParams, {"reason": "duplicate"}) == {"reason": "duplicate"}
    assert refusal(RefundCreateParams, {"reason": "because"}) == (None, "reason")


@given(trees)
def test_decoding_undoes_what_the_library_encodes(tree):
    assert decode(stripe._api_requestor.urlencode(list(_api_encode(tree)))) == tree


@pytest.mark.parametrize("text", ["a]=1", "a=1&a[b]=2", "[]=1"])
def test_name_that_means_nothing_is_refused(text):
    with pytest.raises(ApiError):
        decode(text)


def test_refusal_arrives_as_stripe_words_it(client):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.customers.create({"emial": "lea@exemple.fr"})

    error = caught.value
    assert (error.http_status, error.code, error.param) == (400, "parameter_unknown", "emial")
    assert error.user_message == "Received unknown parameter: emial"
    assert error.error.type == "invalid_request_error"
    assert error.error.doc_url == "https://docs.stripe.com/error-codes/parameter-unknown"
    assert error.request_id.startswith("req_")


def test_parameter_known_to_stripe_and_not_offered_says_so(client):
    with pytest.raises(
        stripe.InvalidRequestError, match="does not offer the parameter transfer_group"
    ):
        client.payment_intents.create({"amount": 500, "currency": "eur", "transfer_group": "x"})
