"""Signed deliveries to the one endpoint, tried again for a while when they fail."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from urllib.parse import urlsplit

from shop.payments.standin.errors import ApiError, Json
from shop.payments.standin.machine import Machine, public

PAUSES = (0.2, 0.5, 1, 2, 4, 8, 16, 32, 60)  # seconds before the next try
TIMEOUT = 15
IDLE = 0.05
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def endpoint(machine: Machine, url: str, secret: str) -> None:
    """Empty address: nothing is delivered any more."""
    if url and (urlsplit(url).scheme != "http" or urlsplit(url).hostname not in LOOPBACK):
        raise ApiError("Webhooks go to http:// on loopback only.", param="url")
    if url and not secret.startswith("whsec_"):
        raise ApiError("The secret of an endpoint begins with whsec_.", param="secret")
    machine.store.set("webhook_url", url)
    machine.store.set("webhook_secret", secret)


def signature(body: bytes, secret: str) -> str:
    # The real time, whatever the clock of the stand-in: the receiver compares it with its own.
    timestamp = str(int(time.time()))
    signed = timestamp.encode() + b"." + body
    return f"t={timestamp},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


class Postman:
    """One thread that delivers in order; ``tick`` runs before each look at the queue."""

    def __init__(self, machine: Machine, tick: Callable[[], None]) -> None:
        self._machine = machine
        self._tick = tick
        self._stop = Event()
        self._thread = Thread(target=self._run, name="standin-webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=TIMEOUT + 1)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._tick()
            if not self._deliver_next():
                self._stop.wait(IDLE)

    def _deliver_next(self) -> bool:
        rows = self._machine.store.execute(
            "SELECT number, event, attempts, answers FROM deliveries "
            "WHERE state = 'waiting' AND due <= ? ORDER BY due, number LIMIT 1",
            time.time(),
        )
        if not rows:
            return False
        number, event_id, attempts, answers = rows[0]
        answer = self._post(event_id)
        state = _state(answer, attempts)
        with self._machine.store.transaction():
            self._machine.store.execute(
                "UPDATE deliveries SET state = ?, attempts = ?, due = ?, answers = ? WHERE number = ?",
                state, attempts + 1, time.time() + PAUSES[min(attempts, len(PAUSES) - 1)],
                json.dumps([*json.loads(answers), answer]), number,
            )  # fmt: skip
            if state == "delivered":
                self._mark_delivered(event_id)
        return True

    def _post(self, event_id: str) -> str:
        event = self._machine.store.get(event_id)
        url = urlsplit(self._machine.store.setting("webhook_url", ""))
        if not event or not url.hostname:
            return "no endpoint"
        body = json.dumps(public(event), indent=2).encode()
        connection = HTTPConnection(url.hostname, url.port or 80, timeout=TIMEOUT)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://docs.stripe.com/webhooks)",
            "Stripe-Signature": signature(body, self._machine.store.setting("webhook_secret", "")),
        }
        try:
            connection.request("POST", url.path or "/", body, headers)
            response = connection.getresponse()
            response.read()
        except (OSError, HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()
        return str(response.status)

    def _mark_delivered(self, event_id: str) -> None:
        event = self._machine.store.get(event_id)
        if event and event["pending_webhooks"]:
            self._machine.save(event | {"pending_webhooks": 0})


def _state(answer: str, attempts: int) -> str:
    if answer.startswith("2"):
        return "delivered"
    return "given_up" if attempts >= len(PAUSES) else "waiting"


def deliveries(machine: Machine) -> list[Json]:
    rows = machine.store.execute(
        "SELECT event, attempts, state, answers FROM deliveries ORDER BY number"
    )
    return [
        {
            "event": event, "type": (machine.store.get(event) or {}).get("type"),
            "attempts": attempts, "state": state, "answers": json.loads(answers),
        }
        for event, attempts, state, answers in rows
    ]  # fmt: skip


def release(machine: Machine) -> int:
    """Lets go what a fault holds; returns how many."""
    held = machine.store.execute(
        "UPDATE deliveries SET state = 'waiting', due = ? WHERE state IN ('held', 'shuffled') "
        "RETURNING number",
        time.time(),
    )
    return len(held)


def resend(machine: Machine, event_id: str) -> None:
    machine.find("event", event_id)
    machine.store.execute(
        "INSERT INTO deliveries (event, due, attempts, state, answers) VALUES (?, ?, 0, 'waiting', '[]')",
        event_id, time.time(),
    )  # fmt: skip
