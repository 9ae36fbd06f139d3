from stripe.params import (
    DisputeCloseParams,
    DisputeListParams,
    DisputeRetrieveParams,
    DisputeUpdateParams,
)

from shop.payments.standin.customers import merged_metadata
from shop.payments.standin.errors import ApiError, Json
from shop.payments.standin.ledger import DAY, book
from shop.payments.standin.machine import Machine
from shop.payments.standin.routing import Route, listing, retrieving

PATH = "/v1/disputes"
DAYS_TO_ANSWER = 7
OUTCOMES = ("won", "lost")


def open_dispute(
    machine: Machine, charge_id: str, reason: str = "fraudulent", amount: int | None = None
) -> Json:
    charge = machine.find("charge", charge_id)
    if charge["disputed"] or not charge["paid"]:
        raise ApiError("Only a charge that succeeded can be disputed, and once.", param="charge")
    dispute = machine.new(
        "dispute", "du",
        amount=amount or charge["amount"], charge=charge_id, currency=charge["currency"],
        payment_intent=charge["payment_intent"], reason=reason, status="needs_response",
        network_reason_code="10.4", is_charge_refundable=False, metadata={}, evidence={},
        enhanced_eligibility_types=[], balance_transactions=[],
        evidence_details={
            "due_by": machine.now() + DAYS_TO_ANSWER * DAY, "has_evidence": False,
            "past_due": False, "submission_count": 0, "enhanced_eligibility": {},
        },
        payment_method_details={
            "type": "card",
            "card": {
                "brand": charge["payment_method_details"]["card"]["brand"],
                "case_type": "chargeback", "network_reason_code": "10.4",
            },
        },
    )  # fmt: skip
    dispute["balance_transactions"] = [book(machine, "adjustment", dispute, -dispute["amount"])]
    charge["disputed"] = True
    machine.save(charge)
    machine.emit("charge.dispute.created", machine.save(dispute))
    machine.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def settle(machine: Machine, identifier: str, status: str) -> Json:
    dispute = machine.find("dispute", identifier)
    if status not in OUTCOMES:
        raise ApiError(f"A dispute ends {' or '.join(OUTCOMES)}.", param="status")
    if dispute["status"] in OUTCOMES:
        raise ApiError(f"This dispute is already closed: {dispute['status']}.")
    dispute["status"] = status
    if status == "won":
        dispute["balance_transactions"].append(
            book(machine, "adjustment", dispute, dispute["amount"])
        )
        machine.emit("charge.dispute.funds_reinstated", dispute)
    machine.emit("charge.dispute.closed", machine.save(dispute))
    return dispute


def update(machine: Machine, params: Json, identifier: str) -> Json:
    dispute = machine.find("dispute", identifier)
    if dispute["status"] in OUTCOMES:
        raise ApiError(f"This dispute is already closed: {dispute['status']}.")
    dispute["evidence"] |= params.get("evidence", {})
    dispute["metadata"] = merged_metadata(dispute, params)
    dispute["evidence_details"]["has_evidence"] = bool(dispute["evidence"])
    if params.get("submit"):
        dispute["status"] = "under_review"
        dispute["evidence_details"]["submission_count"] += 1
    machine.emit("charge.dispute.updated", machine.save(dispute))
    return dispute


def close(machine: Machine, params: Json, identifier: str) -> Json:
    """To close is to accept: the dispute is lost."""
    return settle(machine, identifier, "lost")


ROUTES = (
    Route("GET", PATH, DisputeListParams, listing("dispute", PATH, "charge", "payment_intent")),
    Route("GET", PATH + "/{}", DisputeRetrieveParams, retrieving("dispute")),
    Route("POST", PATH + "/{}", DisputeUpdateParams, update),
    Route("POST", PATH + "/{}/close", DisputeCloseParams, close),
)
