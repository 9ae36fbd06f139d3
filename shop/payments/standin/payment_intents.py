import re

from stripe.params import (
    PaymentIntentCancelParams,
    PaymentIntentConfirmParams,
    PaymentIntentCreateParams,
    PaymentIntentListParams,
    PaymentIntentRetrieveParams,
    PaymentIntentSearchParams,
    PaymentIntentUpdateParams,
)

from shop.payments.standin.charging import attempt
from shop.payments.standin.customers import living, merged_metadata
from shop.payments.standin.errors import ApiError, Json, missing_parameter, not_offered
from shop.payments.standin.machine import Machine, public
from shop.payments.standin.payment_methods import named, refuse_used
from shop.payments.standin.routing import Route, listing, retrieving, search
from shop.payments.standin.store import new_id

PATH = "/v1/payment_intents"
SMALLEST = 50  # cents of euro
LARGEST = 99_999_999
CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
SUFFIX_LENGTH = 22
KEPT = (
    "allowed_payment_method_types", "description", "receipt_email", "setup_future_usage",
    "statement_descriptor_suffix", "payment_method_options",
)  # fmt: skip
OFFERED = {
    *KEPT, "amount", "currency", "customer", "payment_method", "metadata", "confirm", "off_session",
    "return_url", "automatic_payment_methods", "capture_method", "error_on_requires_action",
    "expand", "cancellation_reason", "confirmation_method",
}  # fmt: skip


def create(machine: Machine, params: Json) -> Json:
    if params.get("off_session") and not params.get("confirm"):
        raise ApiError(
            "`off_session` can only be passed when `confirm` is true.", param="off_session"
        )
    intent = new_intent(machine, params)
    if params.get("payment_method"):
        _choose(machine, intent, params["payment_method"])
    machine.emit("payment_intent.created", machine.save(intent))
    return _confirm(machine, intent, params) if params.get("confirm") else intent


def new_intent(machine: Machine, params: Json, *, session: str | None = None) -> Json:
    _check(machine, params)
    intent = machine.new(
        "payment_intent", "pi",
        amount=params["amount"], amount_capturable=0, amount_details={"tip": {}}, amount_received=0,
        application=None, application_fee_amount=None,
        automatic_payment_methods=params.get("automatic_payment_methods")
        or {"allow_redirects": "always", "enabled": True},
        canceled_at=None, cancellation_reason=None, capture_method="automatic_async",
        confirmation_method="automatic", currency=params["currency"], customer=params.get("customer"),
        customer_account=None, last_payment_error=None, latest_charge=None,
        metadata=params.get("metadata", {}), next_action=None, on_behalf_of=None,
        payment_method=None, payment_method_types=["card"], processing=None, review=None,
        shipping=None, source=None, statement_descriptor=None, status="requires_payment_method",
        transfer_data=None, transfer_group=None, _session=session,
        _return_url=params.get("return_url"), _challenge=None,
        **{name: params.get(name) for name in KEPT},
    )  # fmt: skip
    intent["client_secret"] = f"{intent['id']}_{new_id('secret')}"
    intent["payment_method_options"] = intent["payment_method_options"] or {}
    return machine.save(intent)


def _check(machine: Machine, params: Json) -> None:
    _refuse_not_offered(params)
    amount = params["amount"]
    if params["currency"] != "eur":
        raise not_offered(f"the currency {params['currency']}", "currency")
    if amount < SMALLEST:
        raise ApiError("Amount must be at least €0.50 eur", code="amount_too_small", param="amount")
    if amount > LARGEST:
        raise ApiError(
            "Amount must be no more than €999,999.99", code="amount_too_large", param="amount"
        )
    if params.get("customer"):
        living(machine, params["customer"])
    _check_options(params)


def _refuse_not_offered(params: Json) -> None:
    for name in params:
        if name not in OFFERED:
            raise not_offered(f"the parameter {name}", name)
    if params.get("capture_method") == "manual":
        raise not_offered("manual capture", "capture_method")


def _check_options(params: Json) -> None:
    card = (params.get("payment_method_options") or {}).get("card") or {}
    if card.get("stored_credential_usage") and (
        params.get("setup_future_usage") or card.get("setup_future_usage")
    ):
        raise ApiError(
            "`stored_credential_usage` cannot be combined with `setup_future_usage`.",
            param="payment_method_options[card][stored_credential_usage]",
        )
    suffix = params.get("statement_descriptor_suffix")
    if suffix and (
        len(suffix) > SUFFIX_LENGTH
        or not re.search("[A-Za-z]", suffix)
        or re.search(r"""[<>\\'"*]""", suffix)
    ):
        raise ApiError(
            f"The statement descriptor suffix must hold at most {SUFFIX_LENGTH} characters, at least "
            "one letter and none of < > \\ ' \" *.",
            param="statement_descriptor_suffix",
        )


def _choose(machine: Machine, intent: Json, identifier: str) -> None:
    method = named(machine, identifier)
    refuse_used(method, intent["customer"])
    intent |= {"payment_method": method["id"], "status": "requires_confirmation"}


def confirm(machine: Machine, params: Json, identifier: str) -> Json:
    _refuse_not_offered(params)
    intent = machine.find("payment_intent", identifier)
    _refuse_session(intent, "confirm")
    if intent["status"] not in CONFIRMABLE:
        raise unexpected(intent, "confirmed")
    intent |= {name: params[name] for name in KEPT if name in params}
    _check_options(intent)
    if params.get("payment_method"):
        _choose(machine, intent, params["payment_method"])
    return _confirm(machine, intent, params)


def _confirm(machine: Machine, intent: Json, params: Json) -> Json:
    off_session = bool(params.get("off_session"))
    if not intent["payment_method"]:
        raise ApiError(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state", payment_intent=public(intent),
        )  # fmt: skip
    intent["_return_url"] = params.get("return_url") or intent["_return_url"]
    redirects = intent["automatic_payment_methods"].get("allow_redirects", "always") == "always"
    if redirects and not off_session and not intent["_return_url"]:
        raise missing_parameter("return_url")
    method = machine.find("payment_method", intent["payment_method"])
    refuse_used(method, intent["customer"])
    if off_session and not method["customer"]:
        raise ApiError(
            "To use `off_session`, attach the PaymentMethod to the Customer first.",
            param="payment_method",
        )
    return attempt(
        machine, intent, method,
        off_session=off_session or bool(params.get("error_on_requires_action")),
    )  # fmt: skip


def unexpected(intent: Json, action: str) -> ApiError:
    return ApiError(
        f"This PaymentIntent could not be {action} because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state", payment_intent=public(intent),
    )  # fmt: skip


def _refuse_session(intent: Json, action: str) -> None:
    if intent["_session"]:
        raise ApiError(
            f"You cannot {action} this PaymentIntent because it was created by a Checkout Session. "
            "Expire the session instead.",
            code="payment_intent_unexpected_state", payment_intent=public(intent),
        )  # fmt: skip


def cancel(machine: Machine, params: Json, identifier: str) -> Json:
    intent = machine.find("payment_intent", identifier)
    if intent["status"] not in CONFIRMABLE:
        raise unexpected(intent, "canceled")
    _refuse_session(intent, "cancel")
    return cancelled(machine, intent, params.get("cancellation_reason"))


def cancelled(machine: Machine, intent: Json, reason: str | None) -> Json:
    intent |= {
        "status": "canceled", "canceled_at": machine.now(), "cancellation_reason": reason,
        "next_action": None, "_challenge": None,
    }  # fmt: skip
    machine.emit("payment_intent.canceled", machine.save(intent))
    return intent


def update(machine: Machine, params: Json, identifier: str) -> Json:
    _refuse_not_offered(params)
    intent = machine.find("payment_intent", identifier)
    if intent["status"] in ("succeeded", "canceled") and set(params) - {
        "metadata", "description", "receipt_email", "expand",
    }:  # fmt: skip
        raise unexpected(intent, "updated")
    intent |= {name: params[name] for name in (*KEPT, "amount") if name in params}
    intent["metadata"] = merged_metadata(intent, params)
    _check(machine, {name: intent[name] for name in (*KEPT, "amount", "currency")})
    if params.get("payment_method"):
        _choose(machine, intent, params["payment_method"])
    return machine.save(intent)


def searched(machine: Machine, params: Json) -> Json:
    return search(machine, "payment_intent", PATH + "/search", params)


ROUTES = (
    Route("POST", PATH, PaymentIntentCreateParams, create),
    Route("GET", PATH, PaymentIntentListParams, listing("payment_intent", PATH, "customer")),
    Route("GET", PATH + "/search", PaymentIntentSearchParams, searched),
    Route("GET", PATH + "/{}", PaymentIntentRetrieveParams, retrieving("payment_intent")),
    Route("POST", PATH + "/{}", PaymentIntentUpdateParams, update),
    Route("POST", PATH + "/{}/confirm", PaymentIntentConfirmParams, confirm),
    Route("POST", PATH + "/{}/cancel", PaymentIntentCancelParams, cancel),
)
