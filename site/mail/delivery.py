"""From a due row to the answer of the mail server, once, whatever dies on the way.

1. ``claim`` commits that this worker, and no other, has the row.
2. The conversation starts. A worker killed here has sent nothing: its row is sent again.
3. ``hand_over`` commits, right before the last byte, that the message may from now on be delivered;
   a worker whose claim expired in between stops here, without that byte.
4. The answer is committed with its instant, its attempt and what depends on it.

Doubt remains when a worker dies between 3 and 4, the time of one answer. An acknowledgement that the
law demands (law.md F-06, W-12) must not be lost for that, so a doubtful message is sent again under
the same Message-ID, which mail programs show once, and the doubt is kept in its attempts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from base.events import record
from base.private_files import FileFault
from mail.mime import mime_message
from mail.models import DeliveryAttempt, OutgoingMessage
from mail.rules import UNDELIVERED, Outcome, State, may_become, next_attempt, state_after
from mail.transport import DeliveryFault, send

logger = logging.getLogger(__name__)

SERVER = "serveur de messagerie"
Handler = Callable[[OutgoingMessage], None]
_on_accepted: dict[str, list[Handler]] = {}
_on_failed: dict[str, list[Handler]] = {}


class ClaimLost(Exception):
    """Another worker has the row: this one was too slow."""


def on_accepted(template: str, handler: Handler) -> None:
    """``handler`` runs in the transaction that records the acceptance, once for each acceptance."""
    _on_accepted.setdefault(template, []).append(handler)


def on_failed(template: str, handler: Handler) -> None:
    """``handler`` runs when a message is given up or returned; its state tells which."""
    _on_failed.setdefault(template, []).append(handler)


def deliver(pk: int) -> None:
    message = claim(pk)
    if message is None:
        return
    try:
        reply = send(mime_message(message), handing_over=lambda: hand_over(message))
    except ClaimLost:
        logger.warning("Message %s : un autre processus l’a repris.", pk)
    except FileFault as fault:
        settle(message, Outcome.ATTACHMENT, f"fichier {fault}")
    except DeliveryFault as fault:
        settle(message, fault.outcome, fault.reply)
    else:
        settle(message, Outcome.ACCEPTED, reply)


@transaction.atomic
def claim(pk: int) -> OutgoingMessage | None:
    """The row, now ours alone; None when it is not due or somebody else has it."""
    now = timezone.now()
    message: OutgoingMessage | None = (
        OutgoingMessage.objects.select_for_update().due(now).filter(pk=pk).first()
    )
    if message is None:
        return None
    message.state, message.attempts = State.SENDING, message.attempts + 1
    message.claim, message.claimed_at, message.handed_at = uuid4(), now, None
    message.save(update_fields=["state", "attempts", "claim", "claimed_at", "handed_at"])
    return message


def hand_over(message: OutgoingMessage) -> None:
    """Raises ClaimLost. The condition and the mark are one statement: no one comes in between."""
    ours = OutgoingMessage.objects.filter(
        pk=message.pk, state=State.SENDING, claim=message.claim, handed_at__isnull=True
    )
    if not ours.update(handed_at=timezone.now()):
        raise ClaimLost


@transaction.atomic
def settle(claimed: OutgoingMessage, outcome: Outcome, reply: str) -> None:
    """Records how an attempt ended. An acceptance counts even when it comes after the claim expired;
    a failure only moves a row that is still ours."""
    message = OutgoingMessage.objects.select_for_update().get(pk=claimed.pk)
    now = timezone.now()
    DeliveryAttempt.append(
        message=message,
        outcome=outcome,
        reply=reply,
        started_at=claimed.claimed_at or now,
        ended_at=now,
    )
    if outcome is Outcome.ACCEPTED or message.claim == claimed.claim:
        change_state(message, outcome, reply, actor=SERVER, now=now)


def change_state(
    message: OutgoingMessage, outcome: Outcome, reply: str, *, actor: str, now: datetime
) -> bool:
    """Moves a locked row; False when its state does not allow it (it is accepted already)."""
    state = state_after(message.attempts, outcome)
    if not may_become(message.state, state):
        return False
    wait = next_attempt(message.attempts, outcome) if state is State.DEFERRED else None
    message.state, message.server_reply = state, reply
    message.next_attempt_at = now + wait if wait else None
    message.accepted_at = now if state is State.ACCEPTED else None
    message.last_error = "" if state is State.ACCEPTED else outcome
    message.claim = message.enqueued_at = message.announced_at = None
    message.save(update_fields=list(OutgoingMessage.changing_fields))
    if state is not State.DEFERRED:
        record(f"message.{state}", subject=message, actor=actor, data={"reply": reply}, at=now)
        announce(message)
    return True


def announce(message: OutgoingMessage) -> None:
    """Calls the handlers of the template. One that fails must not undo what the server answered,
    or the message would leave twice: it is logged, and the clock calls it again."""
    handlers = _on_failed if message.state in UNDELIVERED else _on_accepted
    try:
        with transaction.atomic():
            for handler in handlers.get(message.template, []):
                handler(message)
            message.announced_at = timezone.now()
            message.save(update_fields=["announced_at"])
    except Exception:
        message.announced_at = None
        logger.exception("Les suites du message %s ont échoué.", message.pk)


@transaction.atomic
def release(pk: int, now: datetime) -> None:
    """Takes a row back from a worker that died with it."""
    lost = OutgoingMessage.objects.select_for_update().left_by_a_dead_worker(now)
    message: OutgoingMessage | None = lost.filter(pk=pk).first()
    if message is not None:
        outcome = Outcome.DOUBTFUL if message.handed_at else Outcome.INTERRUPTED
        settle(message, outcome, "")
