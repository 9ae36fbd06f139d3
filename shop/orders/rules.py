"""A consumer's order: its few states, its reference, what comes next. Pure."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from base.civil_dates import PARIS
from shop.withdrawal.rules import WithdrawalPeriod, earliest_session_start

# No 0/O, 1/I/L, U: a reference is read over the phone and typed from paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_LENGTH = 8


class OrderState(StrEnum):
    """Facts tell the rest: the period that runs, what is paid, what is owed."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    COMPLETED = "completed"

    @property
    def label(self) -> str:
        return {
            OrderState.ACTIVE: "en cours",
            OrderState.WITHDRAWN: "rétractée",
            OrderState.CANCELLED: "annulée",
            OrderState.COMPLETED: "terminée",
        }[self]


# A withdrawal sent in time is valid even when it reaches us after another end (W-08).
_NEXT = {
    OrderState.ACTIVE: {OrderState.WITHDRAWN, OrderState.CANCELLED, OrderState.COMPLETED},
    OrderState.CANCELLED: {OrderState.WITHDRAWN},
    OrderState.COMPLETED: {OrderState.WITHDRAWN, OrderState.CANCELLED},
    OrderState.WITHDRAWN: set(),
}


def may_become(state: OrderState, following: OrderState) -> bool:
    return following in _NEXT[state]


def new_reference() -> str:
    """« LX-7K3M-Q2RT »: to be quoted, never a secret."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))
    return f"LX-{letters[:4]}-{letters[4:]}"


def new_token() -> str:
    """256 bits for an address that nobody can guess (invariant I9)."""
    return secrets.token_urlsafe(32)


def canonical_reference(typed: str) -> str:
    """A reference as it is stored, from what somebody typed; other text comes back without spaces."""
    letters = "".join(char for char in typed.upper() if char.isalnum())
    letters = letters.removeprefix("LX") if len(letters) == REFERENCE_LENGTH + 2 else letters
    if len(letters) != REFERENCE_LENGTH:
        return letters
    return f"LX-{letters[:4]}-{letters[4:]}"


@dataclass(frozen=True)
class Sellable:
    """Whether a consumer may order a session online today, and the French reason if not."""

    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


def sellable_to_consumer(
    *,
    starts_on: date,
    period: WithdrawalPeriod,
    safety_days: int,
    allow_early_start: bool,
    is_open: bool,
    is_full: bool,
    missing: tuple[str, ...],
) -> Sellable:
    """``period`` is the one that an order placed now would have (W-10)."""
    if missing:
        return Sellable("Cette formation n’est pas encore proposée à la vente en ligne.")
    if not is_open:
        return Sellable("Cette session n’est plus ouverte aux inscriptions.")
    if is_full:
        return Sellable("Cette session est complète.")
    too_early = starts_on < earliest_session_start(period, safety_days=safety_days)
    if too_early and not allow_early_start:
        return Sellable(
            "Cette session commence avant la fin de votre délai de rétractation : "
            "nous ne la vendons pas en ligne."
        )
    return Sellable()


def begins_early(starts_on: date, period: WithdrawalPeriod) -> bool:
    """The service would start inside the withdrawal period: an express request is needed (W-10)."""
    return starts_on <= period.last_day


@dataclass(frozen=True)
class Milestone:
    """A line of the timeline; ``at`` is past when ``done``, planned otherwise, or not known yet."""

    title: str
    at: datetime | date | None
    done: bool
    detail: str = ""

    @property
    def day(self) -> date:
        """Paris date. Raises ValueError when it is not known yet."""
        if self.at is None:
            raise ValueError(self.title)
        return self.at.astimezone(PARIS).date() if isinstance(self.at, datetime) else self.at
