"""The faults of a network and of a busy server, switched on for the next calls or deliveries."""

import re
import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from shop.payments.standin.errors import ApiError, Json
from shop.payments.standin.store import Store

CALL_FAULTS = {
    "lost_answer": "performs the call, then closes the connection",
    "error_before": "answers 500 and performs nothing",
    "error_after": "performs the call, then answers 500",
    "error_recorded": "performs nothing, answers 500 and replays it for the same key",
    "conflict": "answers 409 idempotency_key_in_use and performs nothing",
    "rate_limit": "answers 429 and performs nothing",
    "delay": "waits before performing the call, its key in use meanwhile",
}
DELIVERY_FAULTS = {
    "drop": "never delivers",
    "duplicate": "delivers twice",
    "delay": "delivers some seconds late",
    "hold": "keeps until released, in order",
    "reorder": "keeps until as many as asked are there, then delivers the last first",
}


@dataclass
class Fault:
    fault: str
    times: int = 1
    seconds: float = 1
    method: str = ""  # any
    path: str = ""  # regular expression of the address, any when empty

    def fits(self, method: str, path: str) -> bool:
        return self.method in ("", method) and re.search(self.path, path) is not None


def read_fault(body: Json, known: dict[str, str]) -> Fault:
    name = body.get("fault")
    if name not in known:
        raise ApiError(f"Unknown fault: {name}. Known: {', '.join(known)}", param="fault")
    try:
        fault = Fault(**body)
        re.compile(fault.path)
    except (TypeError, re.error) as error:
        raise ApiError(f"Invalid fault: {error}") from error
    return fault


@dataclass
class Faults:
    calls: list[Fault] = field(default_factory=list)
    deliveries: list[Fault] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)  # of the next attempts to charge
    lock: Lock = field(default_factory=Lock)

    def clear(self) -> None:
        with self.lock:
            for queue in (self.calls, self.deliveries, self.outcomes):
                queue.clear()

    def take_call(self, method: str, path: str) -> Fault | None:
        with self.lock:
            return _take(self.calls, method, path)

    def take_outcome(self) -> str | None:
        with self.lock:
            return self.outcomes.pop(0) if self.outcomes else None

    def post(self, store: Store, event: str) -> None:
        """Queues an event for delivery, or what the next fault makes of it."""
        with self.lock:
            fault = _take(self.deliveries, "", "")
        name = fault.fault if fault else ""
        due = time.time() + (fault.seconds if fault and name == "delay" else 0)
        state = {"drop": "dropped", "hold": "held", "reorder": "shuffled"}.get(name, "waiting")
        for _ in range(2 if name == "duplicate" else 1):
            _enqueue(store, event, due, state)
        if fault and name == "reorder" and fault.times == 0:
            _reverse(store)


def _take(queue: list[Fault], method: str, path: str) -> Fault | None:
    for fault in queue:
        if fault.fits(method, path):
            fault.times -= 1
            if fault.times <= 0:
                queue.remove(fault)
            return fault
    return None


def _enqueue(store: Store, event: str, due: float, state: str) -> None:
    store.execute(
        "INSERT INTO deliveries (event, due, attempts, state, answers) VALUES (?, ?, 0, ?, '[]')",
        event, due, state,
    )  # fmt: skip


def _reverse(store: Store) -> None:
    rows: list[Any] = store.execute(
        "SELECT number FROM deliveries WHERE state = 'shuffled' ORDER BY number DESC"
    )
    start = time.time()
    for place, (number,) in enumerate(rows):
        store.execute(
            "UPDATE deliveries SET state = 'waiting', due = ? WHERE number = ?",
            start + place / 1000, number,
        )  # fmt: skip
