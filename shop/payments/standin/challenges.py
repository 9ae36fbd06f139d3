"""3-D Secure: the page where the customer proves who they are, for an intent that waits for it."""

from typing import Any

from shop.payments.standin.errors import Json, no_such
from shop.payments.standin.machine import Machine
from shop.payments.standin.store import new_id


def ask(machine: Machine, intent: Json) -> Json:
    token = new_id("acs")
    machine.save({"id": token, "object": "challenge", "intent": intent["id"]})
    url = f"{machine.base_url}/3ds/{token}"
    return_url = intent["_return_url"]
    action: Json = {
        "type": "redirect_to_url",
        "redirect_to_url": {"url": url, "return_url": return_url},
    }
    if not return_url and not intent["_session"]:
        action = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    intent |= {"next_action": action, "_challenge": token}
    return machine.save(intent)


def asked(machine: Machine, token: str) -> tuple[Json, bool]:
    """The intent, and whether it still waits for this very challenge."""
    challenge = machine.find("challenge", token)
    intent: Any = machine.store.get(challenge["intent"])
    if not intent:
        raise no_such("intent", challenge["intent"])
    return intent, intent["status"] == "requires_action" and intent["_challenge"] == token
