"""Hosted Checkout: sessions that save a card or take a payment, and what ends them."""

from typing import Any

from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionListLineItemsParams,
    SessionListParams,
    SessionRetrieveParams,
    SessionUpdateParams,
)

from shop.payments.standin import payment_intents, setup_intents
from shop.payments.standin.checkout_request import check
from shop.payments.standin.customers import merged_metadata
from shop.payments.standin.errors import ApiError, Json
from shop.payments.standin.ledger import DAY
from shop.payments.standin.machine import Machine
from shop.payments.standin.routing import Route, listing, page_of, retrieving
from shop.payments.standin.store import new_id

PATH = "/v1/checkout/sessions"
KEPT = (
    "allowed_payment_method_types", "cancel_url", "client_reference_id", "customer_email",
    "payment_method_options", "submit_type", "success_url", "customer",
    "billing_address_collection", "wallet_options", "integration_identifier",
)  # fmt: skip


def create(machine: Machine, params: Json) -> Json:
    check(machine, params)
    payment = params["mode"] == "payment"
    items = [_line_item(machine, item) for item in params.get("line_items", [])]
    total = sum(item["amount_total"] for item in items)
    if payment and total < payment_intents.SMALLEST:
        raise ApiError(
            "The Checkout Session's total amount due must add up to at least €0.50.",
            code="amount_too_small",
        )
    session = machine.new(
        "checkout.session", "cs_test",
        after_expiration=None, allow_promotion_codes=None, amount_subtotal=total if payment else None,
        amount_total=total if payment else None, client_secret=None, consent=None,
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        collected_information=None, consent_collection=None, currency=_currency(params, items),
        currency_conversion=None, custom_fields=[], customer_creation=_customer_creation(params),
        custom_text={
            "after_submit": None, "shipping_address": None, "submit": None,
            "terms_of_service_acceptance": None,
        } | params.get("custom_text", {}),
        customer_details=None, discounts=[], expires_at=params.get("expires_at", machine.now() + DAY),
        invoice=None, invoice_creation={"enabled": False} if payment else None,
        locale=params.get("locale"), metadata=params.get("metadata", {}), mode=params["mode"],
        payment_intent=None, payment_link=None,
        payment_method_collection="if_required" if payment else "always",
        payment_method_types=["card"], payment_status="unpaid" if payment else "no_payment_required",
        phone_number_collection={"enabled": False}, recovered_from=None, return_url=None,
        saved_payment_method_options=None, setup_intent=None, shipping_address_collection=None,
        shipping_cost=None, shipping_options=[], status="open", subscription=None,
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}
        if payment else None,
        ui_mode="hosted_page", _line_items=items, _payment=params.get("payment_intent_data", {}),
        **{name: params.get(name) for name in KEPT},
    )  # fmt: skip
    session["url"] = f"{machine.base_url}/c/pay/{session['id']}"
    if not payment:
        session["setup_intent"] = _setup_intent(machine, session, params)["id"]
    return machine.save(session)


def _currency(params: Json, items: list[Json]) -> Any:
    return items[0]["currency"] if items else params.get("currency")


def _customer_creation(params: Json) -> str | None:
    if params.get("customer"):
        return None
    return params.get("customer_creation", "if_required")


def _line_item(machine: Machine, item: Json) -> Json:
    price, quantity = item["price_data"], item.get("quantity", 1)
    amount = price["unit_amount"] * quantity
    product = price["product_data"]
    return {
        "id": new_id("li"), "object": "item", "amount_discount": 0, "amount_subtotal": amount,
        "amount_tax": 0, "amount_total": amount, "currency": price["currency"],
        "description": product["name"], "quantity": quantity, "metadata": {},
        "price": machine.new(
            "price", "price",
            active=False, billing_scheme="per_unit", currency=price["currency"], metadata={},
            product=new_id("prod"), recurring=None, type="one_time", nickname=None,
            unit_amount=price["unit_amount"], unit_amount_decimal=str(price["unit_amount"]),
        ),
        "_details": product.get("description", ""),
    }  # fmt: skip


def _setup_intent(machine: Machine, session: Json, params: Json) -> Json:
    data = params.get("setup_intent_data", {})
    wanted = {"customer": session["customer"], "usage": "off_session", **data}
    if params.get("payment_method_options"):
        wanted["payment_method_options"] = params["payment_method_options"]
    return setup_intents.new_intent(machine, wanted, session=session["id"])


def payment_intent_of(machine: Machine, session: Json) -> Json:
    """Made when the customer first sends the card, then kept for the next tries."""
    if session["payment_intent"]:
        return machine.find("payment_intent", session["payment_intent"])
    intent = payment_intents.new_intent(
        machine,
        {
            "amount": session["amount_total"], "currency": session["currency"],
            "customer": session["customer"], **session["_payment"],
        },
        session=session["id"],
    )  # fmt: skip
    machine.emit("payment_intent.created", intent)
    session["payment_intent"] = intent["id"]
    machine.save(session)
    return intent


def complete(machine: Machine, session: Json, method: Json) -> Json:
    details = method["billing_details"]
    session |= {
        "status": "complete", "url": None,
        "customer_details": {
            "address": None, "business_name": None, "email": details["email"],
            "individual_name": None, "name": details["name"], "phone": None, "tax_exempt": "none",
            "tax_ids": [],
        },
    }  # fmt: skip
    if session["mode"] == "payment":
        intent = machine.find("payment_intent", session["payment_intent"])
        session["payment_status"] = "paid" if intent["status"] == "succeeded" else "unpaid"
    machine.emit("checkout.session.completed", machine.save(session))
    return session


def expire(machine: Machine, params: Json, identifier: str) -> Json:
    session = machine.find("checkout.session", identifier)
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session '
            f"has a status of {session['status']}.",
        )
    return expired(machine, session)


def expired(machine: Machine, session: Json) -> Json:
    session |= {"status": "expired", "url": None}
    machine.save(session)
    if session["setup_intent"]:
        intent = machine.find("setup_intent", session["setup_intent"])
        setup_intents.cancelled(machine, intent, "abandoned")
    elif session["payment_intent"]:
        intent = machine.find("payment_intent", session["payment_intent"])
        payment_intents.cancelled(machine, intent, "automatic")
    machine.emit("checkout.session.expired", session)
    return session


def expire_due(machine: Machine) -> None:
    for session in machine.store.having_status("checkout.session", "open"):
        if session["expires_at"] <= machine.now():
            expired(machine, session)


def update(machine: Machine, params: Json, identifier: str) -> Json:
    session = machine.find("checkout.session", identifier)
    session["metadata"] = merged_metadata(session, params)
    return machine.save(session)


def line_items(machine: Machine, session: Json) -> Json:
    return page_of(session["_line_items"], {}, f"{PATH}/{session['id']}/line_items")


def listed_items(machine: Machine, params: Json, identifier: str) -> Json:
    return line_items(machine, machine.find("checkout.session", identifier))


ROUTES = (
    Route("POST", PATH, SessionCreateParams, create),
    Route(
        "GET", PATH, SessionListParams,
        listing("checkout.session", PATH, "customer", "payment_intent", "status"),
    ),
    Route("GET", PATH + "/{}", SessionRetrieveParams, retrieving("checkout.session")),
    Route("POST", PATH + "/{}", SessionUpdateParams, update),
    Route("POST", PATH + "/{}/expire", SessionExpireParams, expire),
    Route("GET", PATH + "/{}/line_items", SessionListLineItemsParams, listed_items),
)  # fmt: skip
