"""Switches under ``/_control/``, in JSON: they are no part of Stripe's API."""

import json
from collections.abc import Callable

from shop.payments.standin import disputes, jobs, processing, refunds, webhooks
from shop.payments.standin.charging import PROCESSING, SUCCEEDED
from shop.payments.standin.declines import DECLINES
from shop.payments.standin.errors import ApiError, Json
from shop.payments.standin.faults import CALL_FAULTS, DELIVERY_FAULTS, read_fault
from shop.payments.standin.machine import Machine, public
from shop.payments.standin.messages import Answer, Request, json_answer

PREFIX = "/_control/"


def answer(machine: Machine, request: Request) -> Answer:
    name = request.path.removeprefix(PREFIX).rstrip("/")
    switches = WRITE if request.method == "POST" else READ
    try:
        if name not in switches:
            raise ApiError(f"No such switch: {name}. Known: {', '.join(switches)}", status=404)
        # A page of another site can post a form to loopback, but not this type without asking.
        if request.method == "POST" and request.headers.get("content-type") != "application/json":
            raise ApiError("The switches read application/json.", status=415)
        with machine.store.transaction():
            body = switches[name](machine, _read(request))
    except ApiError as error:
        return json_answer({"error": error.body}, error.status)
    return json_answer(public(body))


def _read(request: Request) -> Json:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError as error:
        raise ApiError(f"Invalid JSON: {error}") from error
    if not isinstance(body, dict):
        raise ApiError("A JSON object is expected.")
    return body


def _field(body: Json, name: str) -> str:
    if not isinstance(body.get(name), str):
        raise ApiError(f"Missing: {name}", param=name)
    return str(body[name])


def _number(body: Json, name: str, default: int) -> int:
    value = body.get(name, default)
    if not isinstance(value, int):
        raise ApiError(f"Not an integer: {name}", param=name)
    return value


def state(machine: Machine, body: Json) -> Json:
    return {
        "now": machine.now(),
        "clock_offset": machine.store.setting("clock_offset", 0),
        "webhook_url": machine.store.setting("webhook_url", ""),
        "call_faults": [vars(fault) for fault in machine.faults.calls],
        "delivery_faults": [vars(fault) for fault in machine.faults.deliveries],
        "outcomes": machine.faults.outcomes,
    }


def reset(machine: Machine, body: Json) -> Json:
    """Everything but the endpoint of the webhooks."""
    machine.faults.clear()
    machine.store.reset()
    return state(machine, body)


def clock(machine: Machine, body: Json) -> Json:
    """``advance`` in seconds, or ``now`` in seconds since 1970."""
    offset = machine.store.setting("clock_offset", 0)
    wanted = _number(body, "now", machine.now() + _number(body, "advance", 0))
    machine.store.set("clock_offset", offset + wanted - machine.now())
    jobs.run_due(machine)
    return state(machine, body)


def call_fault(machine: Machine, body: Json) -> Json:
    machine.faults.calls.append(read_fault(body, CALL_FAULTS))
    return state(machine, body)


def delivery_fault(machine: Machine, body: Json) -> Json:
    machine.faults.deliveries.append(read_fault(body, DELIVERY_FAULTS))
    return state(machine, body)


def clear_faults(machine: Machine, body: Json) -> Json:
    machine.faults.clear()
    return state(machine, body)


def outcome(machine: Machine, body: Json) -> Json:
    """Of the next attempts, whatever the card: ``succeeded``, ``processing`` or a decline code."""
    wanted = _field(body, "outcome")
    known = (SUCCEEDED, PROCESSING, *DECLINES)
    if wanted not in known and not body.get("unknown_code"):
        raise ApiError(f"Unknown outcome: {wanted}. Known: {', '.join(known)}")
    machine.faults.outcomes.extend([wanted] * _number(body, "times", 1))
    return state(machine, body)


def webhook(machine: Machine, body: Json) -> Json:
    webhooks.endpoint(machine, body.get("url", ""), body.get("secret", ""))
    return state(machine, body)


def release(machine: Machine, body: Json) -> Json:
    return {"released": webhooks.release(machine)}


def resend(machine: Machine, body: Json) -> Json:
    webhooks.resend(machine, _field(body, "event"))
    return {"queued": 1}


def deliveries(machine: Machine, body: Json) -> Json:
    return {"data": webhooks.deliveries(machine)}


def requests(machine: Machine, body: Json) -> Json:
    rows = machine.store.execute("SELECT body FROM requests ORDER BY number")
    return {"data": [json.loads(entry) for (entry,) in rows]}


def settle_payment(machine: Machine, body: Json) -> Json:
    return processing.settle(machine, _field(body, "payment_intent"), _field(body, "outcome"))


def dispute(machine: Machine, body: Json) -> Json:
    return disputes.open_dispute(
        machine, _field(body, "charge"), body.get("reason", "fraudulent"), body.get("amount")
    )


def settle_dispute(machine: Machine, body: Json) -> Json:
    return disputes.settle(machine, _field(body, "dispute"), _field(body, "status"))


def fail_refund(machine: Machine, body: Json) -> Json:
    reason = body.get("reason", "expired_or_canceled_card")
    return refunds.fail(machine, _field(body, "refund"), reason)


def renew_card(machine: Machine, body: Json) -> Json:
    """As the networks do behind the scenes: another expiry, perhaps other last digits."""
    method = machine.find("payment_method", _field(body, "payment_method"))
    changes = ("exp_month", "exp_year", "last4")
    method["card"] |= {name: body[name] for name in changes if name in body}
    machine.emit("payment_method.automatically_updated", machine.save(method))
    return method


def warn(machine: Machine, body: Json) -> Json:
    charge = machine.find("charge", _field(body, "charge"))
    warning = machine.new(
        "radar.early_fraud_warning", "issfr",
        actionable=True, charge=charge["id"], fraud_type="made_with_stolen_card",
        payment_intent=charge["payment_intent"],
    )  # fmt: skip
    machine.emit("radar.early_fraud_warning.created", machine.save(warning))
    return warning


Switch = Callable[[Machine, Json], Json]
READ: dict[str, Switch] = {"": state, "deliveries": deliveries, "requests": requests}
WRITE: dict[str, Switch] = {
    "reset": reset, "clock": clock, "faults": call_fault, "faults/clear": clear_faults,
    "outcomes": outcome,
    "payment_intents/settle": settle_payment, "webhooks": webhook, "webhooks/faults": delivery_fault,
    "webhooks/release": release, "webhooks/resend": resend, "disputes": dispute,
    "disputes/settle": settle_dispute, "refunds/fail": fail_refund, "payment_methods/renew": renew_card,
    "early_fraud_warnings": warn,
}  # fmt: skip
