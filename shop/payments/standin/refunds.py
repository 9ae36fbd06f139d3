from stripe.params import (
    RefundCreateParams,
    RefundListParams,
    RefundRetrieveParams,
    RefundUpdateParams,
)

from shop.payments.standin.customers import merged_metadata
from shop.payments.standin.errors import ApiError, Json, missing_parameter, not_offered
from shop.payments.standin.ledger import book
from shop.payments.standin.machine import Machine
from shop.payments.standin.payment_methods import card_of
from shop.payments.standin.routing import Route, listing, page_of, retrieving

PATH = "/v1/refunds"
LATER = 3  # seconds
OFFERED = {"amount", "charge", "payment_intent", "reason", "metadata", "expand"}


def create(machine: Machine, params: Json) -> Json:
    for name in params:
        if name not in OFFERED:
            raise not_offered(f"the parameter {name}", name)
    charge = _charge(machine, params)
    amount = _amount(charge, params.get("amount"))
    method = machine.find("payment_method", charge["payment_method"])
    refund = machine.new(
        "refund", "re",
        amount=amount, charge=charge["id"], currency=charge["currency"],
        payment_intent=charge["payment_intent"], metadata=params.get("metadata") or {},
        reason=params.get("reason"), receipt_number=None, source_transfer_reversal=None,
        transfer_reversal=None, balance_transaction=None, status="pending",
        destination_details={
            "type": "card",
            "card": {
                "reference_status": "pending", "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
        },
    )  # fmt: skip
    refund.pop("livemode")
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    machine.save(charge)
    behaviour = card_of(method).refund
    if behaviour != "pending":
        refund["status"] = "succeeded"
        refund["balance_transaction"] = book(machine, "refund", refund, -amount)["id"]
    if behaviour:
        machine.later(LATER, "refund_" + behaviour, refund["id"])
    machine.save(refund)
    machine.emit("charge.refunded", charge)
    machine.emit("refund.created", refund)
    return refund


def _charge(machine: Machine, params: Json) -> Json:
    if params.get("charge"):
        charge = machine.find("charge", params["charge"], param="charge")
    elif params.get("payment_intent"):
        intent = machine.find("payment_intent", params["payment_intent"], param="payment_intent")
        if intent["status"] != "succeeded":
            raise ApiError(
                "This PaymentIntent does not have a successful charge to refund.",
                code="payment_intent_unexpected_state", param="payment_intent",
            )  # fmt: skip
        charge = machine.find("charge", intent["latest_charge"])
    else:
        raise missing_parameter("payment_intent")
    if charge["disputed"]:
        raise ApiError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    return charge


def _amount(charge: Json, asked: int | None) -> int:
    rest: int = charge["amount"] - charge["amount_refunded"]
    if not charge["paid"]:
        raise ApiError("This charge did not succeed: nothing to refund.")
    if rest == 0:
        raise ApiError(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if asked is None:
        return rest
    if asked < 1:
        raise ApiError("This value must be greater than or equal to 1.",
                       code="parameter_invalid_integer", param="amount")  # fmt: skip
    if asked > rest:
        raise ApiError(
            f"Refund amount (€{asked / 100:.2f}) is greater than unrefunded amount on charge "
            f"(€{rest / 100:.2f})",
            param="amount",
        )
    return asked


def succeed(machine: Machine, identifier: str) -> Json:
    refund = machine.find("refund", identifier)
    if refund["status"] == "pending":
        refund["status"] = "succeeded"
        refund["balance_transaction"] = book(machine, "refund", refund, -refund["amount"])["id"]
        machine.emit("refund.updated", machine.save(refund))
    return refund


def fail(machine: Machine, identifier: str, reason: str = "expired_or_canceled_card") -> Json:
    """The bank sends the money back: the charge counts it as not refunded again."""
    refund = machine.find("refund", identifier)
    if refund["status"] in ("failed", "canceled"):
        return refund
    back = book(machine, "refund_failure", refund, refund["amount"])
    refund |= {
        "status": "failed", "failure_reason": reason, "failure_balance_transaction": back["id"],
    }  # fmt: skip
    charge = machine.find("charge", refund["charge"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    machine.save(charge)
    machine.save(refund)
    machine.emit("refund.updated", refund)
    machine.emit("charge.refund.updated", refund)
    machine.emit("refund.failed", refund)
    return refund


def update(machine: Machine, params: Json, identifier: str) -> Json:
    refund = machine.find("refund", identifier)
    refund["metadata"] = merged_metadata(refund, params)
    machine.emit("refund.updated", machine.save(refund))
    return refund


def of_charge(machine: Machine, charge: Json) -> Json:
    found = [body for body in machine.store.all("refund") if body["charge"] == charge["id"]]
    return page_of(found, {}, f"/v1/charges/{charge['id']}/refunds")


ROUTES = (
    Route("POST", PATH, RefundCreateParams, create),
    Route("GET", PATH, RefundListParams, listing("refund", PATH, "charge", "payment_intent")),
    Route("GET", PATH + "/{}", RefundRetrieveParams, retrieving("refund")),
    Route("POST", PATH + "/{}", RefundUpdateParams, update),
)
