"""One call of the API: authentication, parameters, faults, idempotency, answer."""

import json
import time
from dataclasses import dataclass
from typing import Any

from shop.payments.standin import (
    charges,
    checkout,
    customers,
    disputes,
    events,
    idempotency,
    ledger,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
)
from shop.payments.standin.encoding import decode
from shop.payments.standin.errors import ApiError, Json
from shop.payments.standin.faults import Fault
from shop.payments.standin.idempotency import Outcome
from shop.payments.standin.machine import API_VERSION, Machine, public
from shop.payments.standin.messages import Answer, Request, json_answer
from shop.payments.standin.params import validate
from shop.payments.standin.routing import Includable, Route, expand
from shop.payments.standin.store import new_id

ROUTES = (
    *customers.ROUTES, *payment_methods.ROUTES, *setup_intents.ROUTES, *payment_intents.ROUTES,
    *checkout.ROUTES, *charges.ROUTES, *refunds.ROUTES, *disputes.ROUTES, *events.ROUTES,
    *ledger.ROUTES,
)  # fmt: skip
INCLUDED: dict[tuple[str, str], Includable] = {
    ("checkout.session", "line_items"): checkout.line_items,
    ("charge", "refunds"): refunds.of_charge,
}
TEST_KEYS = ("sk_test_", "rk_test_")
SERVER_ERROR: Json = {
    "error": {"message": "An unknown error occurred.", "type": "api_error"},
}


@dataclass(frozen=True)
class Call:
    route: Route
    identifiers: tuple[str, ...]
    params: Json
    raw: Json
    request: Request
    request_id: str

    @property
    def key(self) -> str | None:
        return self.request.headers.get("idempotency-key") if self.route.method == "POST" else None


def answer(machine: Machine, request: Request) -> Answer:
    request_id = new_id("req")
    fault = machine.faults.take_call(request.method, request.path)
    raw: Json = {}
    try:
        _authenticate(request)
        raw = decode(request.body.decode() if request.method == "POST" else request.query)
        _refuse_at_once(fault)
        outcome = _perform(machine, _call(request, raw, request_id), fault)
    except ApiError as error:
        outcome = Outcome(error.status, _error_body(error, request_id))
    _log(machine, request, raw, outcome)
    if fault and fault.fault == "error_after":
        outcome = Outcome(500, SERVER_ERROR)
    reply = json_answer(outcome.body, outcome.status)
    reply.lost = bool(fault and fault.fault == "lost_answer")
    reply.headers |= _headers(request, request_id, outcome)
    return reply


def _authenticate(request: Request) -> None:
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not key.startswith(TEST_KEYS):
        shown = key[:8] + "…" if key else "none"
        raise ApiError(f"Invalid API Key provided: {shown}", status=401, recorded=False)
    version = request.headers.get("stripe-version", API_VERSION)
    if version != API_VERSION:
        raise ApiError(f"Invalid Stripe API version: {version}", recorded=False)


def _refuse_at_once(fault: Fault | None) -> None:
    name = fault.fault if fault else ""
    if name == "rate_limit":
        raise ApiError("Request rate limit exceeded.", status=429, code="rate_limit")
    if name == "conflict":
        raise idempotency.in_use()
    if name == "error_before":
        raise ApiError("An unknown error occurred.", status=500, kind="api_error")


def _call(request: Request, raw: Json, request_id: str) -> Call:
    for route in ROUTES:
        identifiers = route.match(request.method, request.path)
        if identifiers is not None:
            params = validate(route.schema, raw)
            return Call(route, identifiers, params, raw, request, request_id)
    raise ApiError(
        f"Unrecognized request URL ({request.method}: {request.path}).", status=404, recorded=False
    )


def _perform(machine: Machine, call: Call, fault: Fault | None) -> Outcome:
    if call.key:
        replayed = idempotency.claim(machine, call.key, call.request, call.raw, call.request_id)
        if replayed:
            return replayed
    finished = False
    try:
        outcome, recorded = _outcome(machine, call, fault)
        finished = True
    finally:
        if call.key and not finished:
            idempotency.free(machine, call.key)
    if call.key:
        idempotency.finish(machine, call.key, outcome if recorded else None)
    return outcome


def _outcome(machine: Machine, call: Call, fault: Fault | None) -> tuple[Outcome, bool]:
    """What the call answers, and whether its key keeps it."""
    if fault and fault.fault == "delay":
        time.sleep(fault.seconds)
    if fault and fault.fault == "error_recorded":
        return Outcome(500, SERVER_ERROR), True
    try:
        with machine.store.transaction():
            machine.request_id, machine.request_key = call.request_id, call.key
            try:
                body = call.route.handler(machine, call.params, *call.identifiers)
            finally:
                machine.request_id, machine.request_key = "", None
            expand(machine, body, call.params.get("expand", []), INCLUDED)
    except ApiError as error:
        return Outcome(error.status, _error_body(error, call.request_id)), error.recorded
    return Outcome(200, public(body)), True


def _error_body(error: ApiError, request_id: str) -> Json:
    log = f"https://dashboard.stripe.com/test/logs/{request_id}"
    return {"error": error.body | {"request_log_url": log}}


def _headers(request: Request, request_id: str, outcome: Outcome) -> dict[str, str]:
    headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
    if key := request.headers.get("idempotency-key"):
        headers["Idempotency-Key"] = key
    if outcome.replayed_from:
        headers |= {"Idempotent-Replayed": "true", "Original-Request": outcome.replayed_from}
    return headers


def _log(machine: Machine, request: Request, raw: Json, outcome: Outcome) -> None:
    entry: dict[str, Any] = {
        "method": request.method, "path": request.path, "params": raw, "status": outcome.status,
        "idempotency_key": request.headers.get("idempotency-key"),
    }  # fmt: skip
    machine.store.execute("INSERT INTO requests (body) VALUES (?)", json.dumps(entry))
