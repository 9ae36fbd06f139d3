"""One key, one answer: replayed for the same parameters, refused for others, kept 24 hours."""

import hashlib
import json
from dataclasses import dataclass

from shop.payments.standin.errors import ApiError, Json
from shop.payments.standin.ledger import DAY
from shop.payments.standin.machine import Machine
from shop.payments.standin.messages import Request

LONGEST_KEY = 255


@dataclass(frozen=True)
class Outcome:
    status: int
    body: Json
    replayed_from: str | None = None


def in_use() -> ApiError:
    return ApiError(
        "There is currently another in-progress request using this Idempotent Key.",
        status=409, code="idempotency_key_in_use", recorded=False,
    )  # fmt: skip


def claim(
    machine: Machine, key: str, request: Request, raw: Json, request_id: str
) -> Outcome | None:
    """The recorded outcome, or ``None`` when the key is now ours to finish or free."""
    if len(key) > LONGEST_KEY:
        raise ApiError(f"Idempotency keys hold at most {LONGEST_KEY} characters.", recorded=False)
    asked = _fingerprint(request, raw)
    with machine.store.transaction():
        machine.store.execute("DELETE FROM keys WHERE created < ?", machine.now() - DAY)
        rows = machine.store.execute(
            "SELECT fingerprint, request, status, body FROM keys WHERE key = ?", key
        )
        if not rows:
            machine.store.execute(
                "INSERT INTO keys VALUES (?, ?, ?, ?, NULL, NULL)",
                key, asked, machine.now(), request_id,
            )  # fmt: skip
            return None
    fingerprint, original, status, body = rows[0]
    if fingerprint != asked:
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were first "
            f"used with. Try using a key other than '{key}' if you meant to execute a different "
            "request.",
            kind="idempotency_error", recorded=False,
        )  # fmt: skip
    if status is None:
        raise in_use()
    return Outcome(status, json.loads(body), original)


def finish(machine: Machine, key: str, outcome: Outcome | None) -> None:
    """``None``: the request was refused before it began, and leaves its key free."""
    if outcome is None:
        free(machine, key)
        return
    machine.store.execute(
        "UPDATE keys SET status = ?, body = ? WHERE key = ?",
        outcome.status, json.dumps(outcome.body), key,
    )  # fmt: skip


def free(machine: Machine, key: str) -> None:
    machine.store.execute("DELETE FROM keys WHERE key = ?", key)


def _fingerprint(request: Request, raw: Json) -> str:
    text = json.dumps([request.method, request.path, raw], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
