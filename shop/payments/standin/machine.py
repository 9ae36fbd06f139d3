"""What every object needs: the store, the clock, events, and work left for later."""

import time
from dataclasses import dataclass, field
from typing import Any

import stripe

from shop.payments.standin.errors import Json, no_such
from shop.payments.standin.faults import Faults
from shop.payments.standin.store import Store, new_id

API_VERSION = stripe.api_version or ""
NAMES = {
    "payment_intent": "payment_intent", "setup_intent": "setupintent", "customer": "customer",
    "payment_method": "PaymentMethod", "checkout.session": "checkout.session",
}  # fmt: skip


@dataclass
class Machine:
    store: Store
    merchant: str
    base_url: str = ""
    faults: Faults = field(default_factory=Faults)
    request_id: str = ""  # of the call being performed, under the lock of the store
    request_key: str | None = None

    def now(self) -> int:
        """Seconds since 1970, by the clock that the control switches move."""
        return int(time.time()) + int(self.store.setting("clock_offset", 0))

    def find(self, kind: str, identifier: str, *, param: str = "id") -> Json:
        found = self.store.get(identifier)
        if not found or found["object"] != kind:
            raise no_such(NAMES.get(kind, kind), identifier, param=param)
        return found

    def new(self, kind: str, prefix: str, **values: Any) -> Json:
        return {
            "id": new_id(prefix), "object": kind, "created": self.now(), "livemode": False, **values,
        }  # fmt: skip

    def save(self, body: Json) -> Json:
        return self.store.put(body)

    def later(self, seconds: int, action: str, target: str) -> None:
        """By the clock of the stand-in, so that moving it brings the work forward."""
        self.store.execute(
            "INSERT INTO jobs (due, action, target) VALUES (?, ?, ?)",
            self.now() + seconds, action, target,
        )  # fmt: skip

    def emit(self, kind: str, body: Json) -> Json:
        event = self.new(
            "event", "evt",
            type=kind, api_version=API_VERSION, account=None, context=None,
            data={"object": public(body)},
            pending_webhooks=1 if self.store.setting("webhook_url") else 0,
            request={"id": self.request_id or None, "idempotency_key": self.request_key},
        )  # fmt: skip
        self.save(event)
        if event["pending_webhooks"]:
            self.faults.post(self.store, event["id"])
        return event


def public(body: Any) -> Any:
    """Without what the stand-in keeps to itself under names that begin with an underscore."""
    if isinstance(body, dict):
        return {name: public(value) for name, value in body.items() if not name.startswith("_")}
    if isinstance(body, list):
        return [public(item) for item in body]
    return body
