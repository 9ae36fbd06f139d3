"""LEXOM cancels a session: what each client may choose, until when, and when money is back. Pure.

Days are Paris dates, instants are aware.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from base.civil_dates import PARIS

# As the journal and the timelines name them.
CANCELLED = "Session annulée par LEXOM"
ANSWERED = "Réponse à l’annulation de la session"
ANSWER_DAYS = 14
# C. conso L216-7 (law.md T-13): a consumer has the money back within fourteen days. Without an answer
# it leaves on the first working hour after the last day: a transfer needs the four days that remain.
CONSUMER_ANSWER_DAYS = 10
REFUND_DAYS = 14
LAST_CHANCE_DAYS = 3  # a client is reminded from then on, the last day included


class Cause(StrEnum):
    """Why LEXOM does not hold a session; the clients read it (CGV 3.5, 4.5)."""

    TRAINER = "trainer"
    VENUE = "venue"
    TOO_FEW = "too_few"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            Cause.TRAINER: "absence du formateur",
            Cause.VENUE: "indisponibilité du lieu",
            Cause.TOO_FEW: "trop peu d’inscrits",
            Cause.OTHER: "autre motif",
        }[self]

    @property
    def sentence(self) -> str:
        """What follows « La session est annulée »; empty when the free text says it all."""
        return {
            Cause.TRAINER: "le formateur est absent",
            Cause.VENUE: "le lieu de formation n’est pas disponible",
            Cause.TOO_FEW: "il y a trop peu d’inscrits",
            Cause.OTHER: "",
        }[self]


class Choice(StrEnum):
    REFUND = "refund"
    MOVE = "move"


class OfferState(StrEnum):
    """``SETTLED``: the contract ended, or changed session, in another way than by this offer."""

    OPEN = "open"
    MOVED = "moved"
    REFUNDED = "refunded"
    SETTLED = "settled"

    @property
    def label(self) -> str:
        return {
            OfferState.OPEN: "réponse attendue",
            OfferState.MOVED: "autre session",
            OfferState.REFUNDED: "remboursement",
            OfferState.SETTLED: "réglée autrement",
        }[self]


def latest_answer_day(cancelled_on: date, starts_on: date) -> date:
    """Fourteen days, and never after the first day of the session; the proposed day too."""
    return max(cancelled_on, min(cancelled_on + timedelta(days=ANSWER_DAYS), starts_on))


def last_day_of(chosen: date, *, cancelled_on: date, is_consumer: bool) -> date:
    """The last day to answer, that day included, of one client; ``chosen`` is that of everybody."""
    if not is_consumer:
        return chosen
    return min(chosen, cancelled_on + timedelta(days=CONSUMER_ANSWER_DAYS))


def answers_until(last_day: date) -> datetime:
    """The midnight of Paris that ends the last day, clocks changed or not."""
    return datetime.combine(last_day + timedelta(days=1), time(), PARIS)


def refund_due_by(*, cancelled_on: date, answered_on: date, is_consumer: bool) -> date:
    """A consumer's fourteen days run from the cancellation, whenever the answer comes (T-13).

    CGV 3.5 give a company no day: it has its deposit back within fourteen days of its answer.
    """
    return (cancelled_on if is_consumer else answered_on) + timedelta(days=REFUND_DAYS)
