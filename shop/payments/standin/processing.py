"""Payments that settle days later, as direct debits do: switched on, then settled, by hand."""

from shop.payments.standin.charging import PROCESSING, SUCCEEDED, fail, succeed
from shop.payments.standin.declines import details
from shop.payments.standin.errors import ApiError, Json
from shop.payments.standin.machine import Machine


def settle(machine: Machine, identifier: str, outcome: str) -> Json:
    """``outcome``: ``succeeded``, or the code of a decline."""
    intent = machine.find("payment_intent", identifier)
    if intent["status"] != PROCESSING:
        raise ApiError(f"This PaymentIntent has a status of {intent['status']}.")
    method = machine.find("payment_method", intent["payment_method"])
    if outcome == SUCCEEDED:
        succeed(machine, intent, method)
    else:
        fail(machine, intent, method, details(outcome, method), charged=True)
    if intent["_session"]:
        session = machine.find("checkout.session", intent["_session"])
        if outcome == SUCCEEDED:
            session["payment_status"] = "paid"
        told = "succeeded" if outcome == SUCCEEDED else "failed"
        machine.emit(f"checkout.session.async_payment_{told}", machine.save(session))
    return intent
