"""One attempt to charge a card: a charge, and the intent as the attempt leaves it."""

from shop.payments.standin.cards import Card
from shop.payments.standin.challenges import ask
from shop.payments.standin.declines import card_error, details
from shop.payments.standin.errors import Json
from shop.payments.standin.ledger import book
from shop.payments.standin.machine import Machine
from shop.payments.standin.payment_methods import attach_to, card_of

AUTHENTICATION_REQUIRED = "authentication_required"
SUCCEEDED = "succeeded"
PROCESSING = "processing"  # forced only: no card does it
DISPUTE_DELAY = 1  # seconds


def attempt(
    machine: Machine, intent: Json, method: Json, *, off_session: bool, authenticated: bool = False
) -> Json:
    """Raises a card error that keeps the failed attempt."""
    refusal = _refusal(machine, intent, method, authenticated)
    if refusal == AUTHENTICATION_REQUIRED and not off_session and not authenticated:
        intent |= {"status": "requires_action", "payment_method": method["id"]}
        ask(machine, intent)
        machine.emit("payment_intent.requires_action", intent)
        return intent
    if refusal == PROCESSING:
        intent |= {"status": PROCESSING, "payment_method": method["id"], "next_action": None}
        machine.emit("payment_intent.processing", machine.save(intent))
        return intent
    if refusal:
        raise fail(machine, intent, method, details(refusal, method), charged=True)
    return succeed(machine, intent, method, authenticated=authenticated)


def _refusal(machine: Machine, intent: Json, method: Json, authenticated: bool) -> str | None:
    forced = None if authenticated else machine.faults.take_outcome()
    if forced == SUCCEEDED:
        return None
    if forced == AUTHENTICATION_REQUIRED:
        intent["_asks"] = True  # and asks again when the customer comes back
    elif forced:
        return forced
    card = card_of(method)
    if not authenticated and (intent.get("_asks") or asks_authentication(card, method)):
        return AUTHENTICATION_REQUIRED
    return card.declines


def asks_authentication(card: Card, method: Json) -> bool:
    return card.authentication == "always" or (
        card.authentication == "unless_saved" and not method["_saved"]
    )


def fail(machine: Machine, intent: Json, method: Json, error: Json, *, charged: bool) -> Exception:
    """The error to raise. The intent waits for a method again, and remembers why."""
    if charged:
        charge = _charge(machine, intent, method)
        charge |= {
            "status": "failed", "paid": False, "captured": False, "amount_captured": 0,
            "failure_code": error["code"], "failure_message": error["message"],
            "outcome": _refused_outcome(error),
        }  # fmt: skip
        machine.emit("charge.failed", machine.save(charge))
        intent["latest_charge"] = error["charge"] = charge["id"]
    intent |= {
        "status": "requires_payment_method", "payment_method": None, "next_action": None,
        "last_payment_error": error, "_challenge": None,
    }  # fmt: skip
    machine.emit("payment_intent.payment_failed", machine.save(intent))
    return card_error(error, payment_intent=intent)


def succeed(machine: Machine, intent: Json, method: Json, *, authenticated: bool = False) -> Json:
    charge = _charge(machine, intent, method)
    charge["payment_method_details"]["card"]["three_d_secure"] = (
        {"result": "authenticated", "version": "2.2.0"} if authenticated else None
    )
    charge["balance_transaction"] = book(machine, "charge", charge, charge["amount"])["id"]
    machine.save(charge)
    _keep_card(machine, intent, method)
    intent |= {
        "status": "succeeded", "payment_method": method["id"], "latest_charge": charge["id"],
        "amount_received": intent["amount"], "next_action": None, "last_payment_error": None,
        "_challenge": None,
    }  # fmt: skip
    machine.emit("charge.succeeded", charge)
    machine.emit("payment_intent.succeeded", machine.save(intent))
    if card_of(method).disputed:
        machine.later(DISPUTE_DELAY, "dispute", charge["id"])
    return intent


def _keep_card(machine: Machine, intent: Json, method: Json) -> None:
    if intent["setup_future_usage"] and intent["customer"]:
        attach_to(machine, method, intent["customer"])
    if intent["setup_future_usage"] == "off_session":
        method["_saved"] = True
        machine.save(method)


def _charge(machine: Machine, intent: Json, method: Json) -> Json:
    card = method["card"]
    shown = {
        name: card[name] for name in ("brand", "last4", "exp_month", "exp_year", "fingerprint")
    }
    return machine.new(
        "charge", "ch",
        amount=intent["amount"], amount_captured=intent["amount"], amount_refunded=0,
        balance_transaction=None, billing_details=method["billing_details"],
        calculated_statement_descriptor="LEXOM", captured=True, currency=intent["currency"],
        customer=intent["customer"], description=intent["description"], disputed=False,
        failure_balance_transaction=None, failure_code=None, failure_message=None,
        fraud_details={}, metadata=intent["metadata"], paid=True, status="succeeded",
        outcome={
            "type": "authorized", "network_status": "approved_by_network", "reason": None,
            "risk_level": "normal", "seller_message": "Payment complete.",
            "advice_code": None, "network_advice_code": None, "network_decline_code": None,
        },
        payment_intent=intent["id"], payment_method=method["id"],
        payment_method_details={
            "type": "card",
            "card": {
                **shown, "country": card["country"], "funding": card["funding"],
                "network": card["brand"], "three_d_secure": None, "checks": card["checks"],
                "wallet": None,
            },
        },
        receipt_email=intent["receipt_email"], receipt_number=None, receipt_url=None,
        refunded=False, review=None, shipping=None, statement_descriptor=None,
        statement_descriptor_suffix=intent["statement_descriptor_suffix"],
    )  # fmt: skip


def _refused_outcome(error: Json) -> Json:
    blocked = error["decline_code"] == "fraudulent"
    return {
        "type": "blocked" if blocked else "issuer_declined",
        "network_status": "not_sent_to_network" if blocked else "declined_by_network",
        "reason": "highest_risk_level" if blocked else error["decline_code"],
        "risk_level": "highest" if blocked else "normal",
        "seller_message": error["message"], "advice_code": error.get("advice_code"),
        "network_advice_code": None, "network_decline_code": None,
    }  # fmt: skip
