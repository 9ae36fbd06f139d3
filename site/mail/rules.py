"""What may become of a message, and how long it waits before it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    FAILED = "failed"
    BOUNCED = "bounced"

    @property
    def label(self) -> str:
        return {
            State.QUEUED: "en attente",
            State.SENDING: "en cours d’envoi",
            State.ACCEPTED: "remis au serveur",
            State.DEFERRED: "nouvel essai prévu",
            State.FAILED: "abandonné",
            State.BOUNCED: "non remis au destinataire",
        }[self]


TRANSITIONS: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SENDING}),
    State.SENDING: frozenset({State.ACCEPTED, State.DEFERRED, State.FAILED, State.BOUNCED}),
    # Accepted straight from deferred or failed: the server's answer came after the claim expired.
    State.DEFERRED: frozenset({State.SENDING, State.ACCEPTED, State.BOUNCED}),
    State.ACCEPTED: frozenset({State.BOUNCED}),
    State.FAILED: frozenset({State.QUEUED, State.ACCEPTED}),
    State.BOUNCED: frozenset({State.QUEUED}),
}
WAITING = frozenset({State.QUEUED, State.DEFERRED})
UNDELIVERED = frozenset({State.FAILED, State.BOUNCED})


def may_become(state: str, wanted: State) -> bool:
    return wanted in TRANSITIONS[State(state)]


class Outcome(StrEnum):
    """How an attempt ended. ``DOUBTFUL``: the last byte left and no answer came back."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    RECIPIENT = "recipient"
    REFUSED = "refused"
    AUTHENTICATION = "authentication"
    CONNECTION = "connection"
    ATTACHMENT = "attachment"
    INTERRUPTED = "interrupted"
    DOUBTFUL = "doubtful"
    BOUNCED = "bounced"

    @property
    def label(self) -> str:
        return {
            Outcome.ACCEPTED: "remis au serveur",
            Outcome.TEMPORARY: "refus provisoire du serveur",
            Outcome.RECIPIENT: "adresse refusée",
            Outcome.REFUSED: "message refusé",
            Outcome.AUTHENTICATION: "connexion refusée par le serveur de messagerie",
            Outcome.CONNECTION: "serveur de messagerie injoignable",
            Outcome.ATTACHMENT: "pièce jointe illisible",
            Outcome.INTERRUPTED: "envoi interrompu avant la remise",
            Outcome.DOUBTFUL: "remise incertaine, renvoyé sous le même identifiant",
            Outcome.BOUNCED: "retourné : non remis au destinataire",
        }[self]


_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
# Nearly 48 hours in all: a week-end breakdown of the mail server loses nothing.
_PATIENT = (
    5 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE,
    *(hours * _HOUR for hours in (1, 2, 4, 8, 8, 12, 12)),
)  # fmt: skip
_PROMPT = (1 * _MINUTE, *_PATIENT)
_SHORT = (15 * _MINUTE, 1 * _HOUR, 4 * _HOUR)
_NEVER: tuple[timedelta, ...] = ()

BACK_OFF: dict[Outcome, tuple[timedelta, ...]] = {
    Outcome.TEMPORARY: _PATIENT,
    Outcome.AUTHENTICATION: _PATIENT,
    Outcome.CONNECTION: _PROMPT,
    Outcome.INTERRUPTED: _PROMPT,
    Outcome.DOUBTFUL: _PROMPT,
    Outcome.ATTACHMENT: _SHORT,
    Outcome.RECIPIENT: _NEVER,
    Outcome.REFUSED: _NEVER,
    Outcome.BOUNCED: _NEVER,
    Outcome.ACCEPTED: _NEVER,
}

LONGEST_BACK_OFF = max(wait for waits in BACK_OFF.values() for wait in waits)


def next_attempt(attempts: int, outcome: Outcome) -> timedelta | None:
    """How long to wait after the ``attempts``-th attempt (from 1); None gives up."""
    waits = BACK_OFF[outcome]
    return waits[attempts - 1] if attempts <= len(waits) else None


def state_after(attempts: int, outcome: Outcome) -> State:
    if outcome is Outcome.ACCEPTED:
        return State.ACCEPTED
    if outcome is Outcome.BOUNCED:
        return State.BOUNCED
    return State.FAILED if next_attempt(attempts, outcome) is None else State.DEFERRED


@dataclass(frozen=True)
class Attachment:
    """A private file by its SHA-256 (``base.private_files``), under the name that people see."""

    sha256: str
    file_name: str
    content_type: str = "application/pdf"
