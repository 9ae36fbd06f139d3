from typing import Any

from stripe.params import (
    SetupIntentCancelParams,
    SetupIntentConfirmParams,
    SetupIntentCreateParams,
    SetupIntentListParams,
    SetupIntentRetrieveParams,
    SetupIntentUpdateParams,
)

from shop.payments.standin.challenges import ask
from shop.payments.standin.charging import (
    AUTHENTICATION_REQUIRED,
    PROCESSING,
    SUCCEEDED,
    asks_authentication,
)
from shop.payments.standin.customers import living, merged_metadata
from shop.payments.standin.declines import card_error, details
from shop.payments.standin.errors import ApiError, Json, missing_parameter, not_offered
from shop.payments.standin.machine import Machine, public
from shop.payments.standin.payment_methods import attach_to, card_of, named, refuse_used
from shop.payments.standin.routing import Route, listing, retrieving
from shop.payments.standin.store import new_id

PATH = "/v1/setup_intents"
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
KEPT = ("allowed_payment_method_types", "description", "payment_method_options")
OFFERED = {
    *KEPT, "automatic_payment_methods", "confirm", "customer", "expand", "metadata",
    "payment_method", "return_url", "usage",
}  # fmt: skip


def create(machine: Machine, params: Json) -> Json:
    intent = new_intent(machine, params)
    if params.get("payment_method"):
        _choose(machine, intent, params["payment_method"])
    return _confirm(machine, intent, params) if params.get("confirm") else machine.save(intent)


def new_intent(machine: Machine, params: Json, *, session: str | None = None) -> Json:
    _refuse_not_offered(params)
    if params.get("customer"):
        living(machine, params["customer"])
    intent = machine.new(
        "setup_intent", "seti",
        application=None,
        automatic_payment_methods=params.get("automatic_payment_methods")
        or {"allow_redirects": "always", "enabled": True},
        cancellation_reason=None, customer=params.get("customer"), flow_directions=None,
        last_setup_error=None, latest_attempt=None, mandate=None,
        metadata=params.get("metadata", {}), next_action=None, on_behalf_of=None,
        payment_method=None, payment_method_types=["card"], single_use_mandate=None,
        status="requires_payment_method", usage=params.get("usage", "off_session"),
        _session=session, _return_url=params.get("return_url"), _challenge=None,
        **{name: params.get(name) for name in KEPT},
    )  # fmt: skip
    intent["client_secret"] = f"{intent['id']}_{new_id('secret')}"
    machine.emit("setup_intent.created", machine.save(intent))
    return intent


def _refuse_not_offered(params: Json) -> None:
    for name in params:
        if name not in OFFERED:
            raise not_offered(f"the parameter {name}", name)


def _choose(machine: Machine, intent: Json, identifier: str) -> None:
    method = named(machine, identifier)
    refuse_used(method, intent["customer"])
    intent |= {"payment_method": method["id"], "status": "requires_confirmation"}


def confirm(machine: Machine, params: Json, identifier: str) -> Json:
    _refuse_not_offered(params)
    intent = machine.find("setup_intent", identifier)
    _refuse_session(intent)
    if intent["status"] not in OPEN:
        raise _unexpected(intent, "confirmed")
    if params.get("payment_method"):
        _choose(machine, intent, params["payment_method"])
    return _confirm(machine, intent, params)


def _confirm(machine: Machine, intent: Json, params: Json) -> Json:
    if not intent["payment_method"]:
        raise _unexpected(intent, "confirmed")
    intent["_return_url"] = params.get("return_url") or intent["_return_url"]
    redirects = intent["automatic_payment_methods"].get("allow_redirects", "always") == "always"
    if redirects and not intent["_return_url"]:
        raise missing_parameter("return_url")
    return attempt(machine, intent, machine.find("payment_method", intent["payment_method"]))


def attempt(machine: Machine, intent: Json, method: Json, *, authenticated: bool = False) -> Json:
    """Raises a card error that keeps the failed attempt."""
    card = card_of(method)
    forced = None if authenticated else machine.faults.take_outcome()
    if forced == PROCESSING:
        raise not_offered("a card saved later")
    asks = forced == AUTHENTICATION_REQUIRED or (
        forced != SUCCEEDED and asks_authentication(card, method)
    )
    if asks and not authenticated:
        intent |= {"status": "requires_action", "payment_method": method["id"]}
        ask(machine, intent)
        machine.emit("setup_intent.requires_action", intent)
        return intent
    refusal = forced or (None if card.can_be_saved else card.declines)
    if refusal and refusal != SUCCEEDED:
        raise fail(machine, intent, details(refusal, method))
    return _succeed(machine, intent, method)


def fail(machine: Machine, intent: Json, error: Json) -> Exception:
    intent |= {
        "status": "requires_payment_method", "payment_method": None, "next_action": None,
        "last_setup_error": error, "_challenge": None,
    }  # fmt: skip
    machine.emit("setup_intent.setup_failed", machine.save(intent))
    return card_error(error, setup_intent=intent)


def _succeed(machine: Machine, intent: Json, method: Json) -> Json:
    if intent["customer"]:
        attach_to(machine, method, intent["customer"])
    method["_saved"] = intent["usage"] == "off_session"
    machine.save(method)
    intent |= {
        "status": "succeeded", "payment_method": method["id"], "next_action": None,
        "last_setup_error": None, "_challenge": None,
    }  # fmt: skip
    machine.emit("setup_intent.succeeded", machine.save(intent))
    return intent


def _unexpected(intent: Json, action: str) -> ApiError:
    return ApiError(
        f"This SetupIntent could not be {action} because it has a status of {intent['status']}.",
        code="setup_intent_unexpected_state", setup_intent=public(intent),
    )  # fmt: skip


def _refuse_session(intent: Json) -> None:
    if intent["_session"]:
        raise ApiError(
            "This SetupIntent belongs to a Checkout Session. Expire the session instead.",
            code="setup_intent_unexpected_state", setup_intent=public(intent),
        )  # fmt: skip


def cancel(machine: Machine, params: Json, identifier: str) -> Json:
    intent = machine.find("setup_intent", identifier)
    _refuse_session(intent)
    if intent["status"] not in OPEN:
        raise _unexpected(intent, "canceled")
    return cancelled(machine, intent, params.get("cancellation_reason"))


def cancelled(machine: Machine, intent: Json, reason: Any) -> Json:
    intent |= {
        "status": "canceled", "cancellation_reason": reason, "next_action": None, "_challenge": None,
    }  # fmt: skip
    machine.emit("setup_intent.canceled", machine.save(intent))
    return intent


def update(machine: Machine, params: Json, identifier: str) -> Json:
    _refuse_not_offered(params)
    intent = machine.find("setup_intent", identifier)
    intent |= {name: params[name] for name in KEPT if name in params}
    intent["metadata"] = merged_metadata(intent, params)
    return machine.save(intent)


ROUTES = (
    Route("POST", PATH, SetupIntentCreateParams, create),
    Route(
        "GET", PATH, SetupIntentListParams,
        listing("setup_intent", PATH, "customer", "payment_method"),
    ),
    Route("GET", PATH + "/{}", SetupIntentRetrieveParams, retrieving("setup_intent")),
    Route("POST", PATH + "/{}", SetupIntentUpdateParams, update),
    Route("POST", PATH + "/{}/confirm", SetupIntentConfirmParams, confirm),
    Route("POST", PATH + "/{}/cancel", SetupIntentCancelParams, cancel),
)  # fmt: skip
