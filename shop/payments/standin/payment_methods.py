from stripe.params import (
    CustomerListPaymentMethodsParams,
    PaymentMethodAttachParams,
    PaymentMethodCreateParams,
    PaymentMethodDetachParams,
    PaymentMethodListParams,
    PaymentMethodRetrieveParams,
    PaymentMethodUpdateParams,
)

from shop.payments.standin.cards import BY_FINGERPRINT, BY_TOKEN, Card
from shop.payments.standin.declines import card_error, details
from shop.payments.standin.errors import ApiError, Json, no_such, not_offered
from shop.payments.standin.machine import Machine
from shop.payments.standin.routing import Route, created_within, page_of, retrieving

PATH = "/v1/payment_methods"
TOKEN_EXPIRY = (12, 2034)


def make(
    machine: Machine, card: Card, *, expiry: tuple[int, int] = TOKEN_EXPIRY,
    name: str | None = None, email: str | None = None,
) -> Json:  # fmt: skip
    month, year = expiry
    body = machine.new(
        "payment_method", "pm",
        type="card", customer=None, allow_redisplay="unspecified", metadata={},
        billing_details={"address": None, "email": email, "name": name, "phone": None, "tax_id": None},
        card={
            "brand": card.brand, "last4": card.last4, "exp_month": month, "exp_year": year,
            "fingerprint": card.fingerprint, "country": "FR", "funding": "credit",
            "display_brand": card.brand, "generated_from": None, "wallet": None,
            "networks": {"available": [card.brand], "preferred": None},
            "three_d_secure_usage": {"supported": True}, "regulated_status": "unregulated",
            "checks": {
                "address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass",
            },
        },
        _saved=False, _detached=False,
    )  # fmt: skip
    return machine.save(body)


def card_of(method: Json) -> Card:
    return BY_FINGERPRINT[method["card"]["fingerprint"]]


def named(machine: Machine, identifier: str, *, param: str = "payment_method") -> Json:
    """The method, or a new one for Stripe's test names such as ``pm_card_visa``."""
    card = BY_TOKEN.get(identifier.removeprefix("pm_card_"))
    if card and identifier.startswith("pm_card_"):
        return make(machine, card)
    return machine.find("payment_method", identifier, param=param)


def create(machine: Machine, params: Json) -> Json:
    details = params.get("card", {})
    if "number" in details:
        raise ApiError(
            "Sending credit card numbers directly to the Stripe API is generally unsafe.",
            status=402,
        )
    token = details.get("token", "").removeprefix("tok_")
    if params.get("type") != "card" or token not in BY_TOKEN:
        raise not_offered("payment methods other than cards by token", "type")
    body = make(machine, BY_TOKEN[token])
    body["metadata"] = params.get("metadata", {})
    return machine.save(body)


def attach(machine: Machine, params: Json, identifier: str) -> Json:
    method = named(machine, identifier, param="id")
    card = card_of(method)
    if "customer" not in params:
        raise ApiError(
            "Missing required param: customer.", code="parameter_missing", param="customer"
        )
    if not card.can_be_saved and card.declines:
        raise card_error(details(card.declines, method))
    attach_to(machine, method, params["customer"])
    return method


def attach_to(machine: Machine, method: Json, customer: str) -> None:
    found = machine.find("customer", customer, param="customer")
    if found.get("deleted"):
        raise no_such("customer", customer, param="customer")
    refuse_used(method, customer)
    if method["customer"] == customer:
        return
    method["customer"] = customer
    machine.emit("payment_method.attached", machine.save(method))


def refuse_used(method: Json, customer: str | None) -> None:
    if method["_detached"]:
        raise ApiError(
            "The provided PaymentMethod was detached from a Customer. It may not be used again.",
            param="payment_method",
        )
    if method["customer"] and customer is None:
        raise ApiError(
            "The provided PaymentMethod belongs to a Customer. Include the Customer in the `customer` "
            "parameter.",
            param="payment_method",
        )
    if method["customer"] and method["customer"] != customer:
        raise ApiError(
            "The payment method you provided is attached to another customer.",
            param="payment_method",
        )


def detach(machine: Machine, params: Json, identifier: str) -> Json:
    method = machine.find("payment_method", identifier)
    if not method["customer"]:
        raise ApiError(
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible.",
            param="payment_method",
        )
    method |= {"customer": None, "_detached": True}
    machine.emit("payment_method.detached", machine.save(method))
    return method


def detach_all(machine: Machine, customer: str) -> None:
    for method in machine.store.all("payment_method"):
        if method["customer"] == customer:
            detach(machine, {}, method["id"])


def update(machine: Machine, params: Json, identifier: str) -> Json:
    method = machine.find("payment_method", identifier)
    if not method["customer"]:
        raise ApiError("You must save this PaymentMethod to a customer before you can update it.")
    method["card"] |= {
        name: value for name, value in params.get("card", {}).items() if name.startswith("exp_")
    }
    method["metadata"] |= params.get("metadata") or {}
    machine.emit("payment_method.updated", machine.save(method))
    return method


def listed(machine: Machine, params: Json) -> Json:
    return _of(machine, params.get("customer"), params, PATH)


def listed_of(machine: Machine, params: Json, customer: str) -> Json:
    machine.find("customer", customer)
    return _of(machine, customer, params, f"/v1/customers/{customer}/payment_methods")


def _of(machine: Machine, customer: str | None, params: Json, path: str) -> Json:
    found = [
        method
        for method in machine.store.all("payment_method")
        if customer is not None
        and method["customer"] == customer
        and params.get("type", "card") == "card"
        and created_within(method, params)
    ]
    return page_of(found, params, path)


ROUTES = (
    Route("POST", PATH, PaymentMethodCreateParams, create),
    Route("GET", PATH, PaymentMethodListParams, listed),
    Route("GET", PATH + "/{}", PaymentMethodRetrieveParams, retrieving("payment_method")),
    Route("POST", PATH + "/{}", PaymentMethodUpdateParams, update),
    Route("POST", PATH + "/{}/attach", PaymentMethodAttachParams, attach),
    Route("POST", PATH + "/{}/detach", PaymentMethodDetachParams, detach),
    Route("GET", "/v1/customers/{}/payment_methods", CustomerListPaymentMethodsParams, listed_of),
)
