"""What a cancellation or a postponement costs (CGV 2.2, 3.5 to 3.7, 4.5; law.md 3.1, T-06 to T-08, T-13).

Pure. Amounts are ``Decimal`` euros, tax included. Days are Paris dates: those before the start run
from the day of receipt, a consumer's from the day of sending when it is earlier (law.md 3.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from base.civil_dates import months_after, paris_date
from base.money import floor_cents
from shop.changes.policy import ChangePolicy

RULE_VERSION = "2026-11-28"
ZERO = Decimal("0.00")


class Wish(StrEnum):
    CANCEL = "cancel"
    POSTPONE = "postpone"

    @property
    def label(self) -> str:
        return {Wish.CANCEL: "annulation", Wish.POSTPONE: "report"}[self]


class Cause(StrEnum):
    """Why the contract is not performed as agreed."""

    CLIENT = "client"
    ABSENCE = "absence"
    FORCE_MAJEURE = "force_majeure"
    LEGITIMATE = "legitimate"
    LEXOM = "lexom"

    @property
    def label(self) -> str:
        return {
            Cause.CLIENT: "à la demande du client",
            Cause.ABSENCE: "absence de participants",
            Cause.FORCE_MAJEURE: "force majeure",
            Cause.LEGITIMATE: "motif légitime et impérieux",
            Cause.LEXOM: "du fait de LEXOM",
        }[self]


class Profile(StrEnum):
    """A natural person is protected by mandatory law; a company has the terms as they are written."""

    CONSUMER = "consumer"
    COMPANY = "company"


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """What was agreed and paid. ``paid`` is what was received and not given back.

    ``hours`` are the taught hours of each day; ``ordered_on`` the day of the order, from which the
    window of a postponement runs; ``gone`` the people who were cancelled before, for whom ``consumed``
    was kept of what was paid. ``forfeited`` is what a postponement kept of the deposit, no part of
    ``paid`` any more. While a new date ``is_awaited``, ``starts_on`` is the last possible one and no
    hour is planned.
    """

    profile: Profile
    price: Decimal
    deposit: Decimal
    paid: Decimal
    ordered_on: date
    starts_on: date
    hours: Mapping[date, Decimal]
    heads: int = 1
    gone: int = 0
    consumed: Decimal = ZERO
    forfeited: Decimal = ZERO
    is_awaited: bool = False
    is_intra: bool = False
    is_definitive: bool = True
    postponed: int = 0

    @property
    def is_consumer(self) -> bool:
        return self.profile == Profile.CONSUMER

    @property
    def left(self) -> int:
        return self.heads - self.gone

    @property
    def deposit_paid(self) -> Decimal:
        """Of the deposit of those who are left: what comes later pays the balance."""
        share = sum(split(self.deposit, self.heads)[self.gone :], ZERO) - self.forfeited
        return max(min(self.paid - self.consumed, share), ZERO)

    @property
    def whole_due(self) -> Decimal:
        """When the whole price is due: a postponement that was not made keeps no indemnity beside it
        (CGV 3.6)."""
        return self.price - self.forfeited if self.is_awaited else self.price


@dataclass(frozen=True, kw_only=True)
class Request:
    """``heads`` people are concerned; ``new_start`` is the first day asked for, None while it is open.

    ``delivered`` are the hours that were taught: those of the days that are over, unless staff know
    better.
    """

    wish: Wish
    sent_at: datetime
    received_at: datetime
    cause: Cause = Cause.CLIENT
    heads: int = 1
    new_start: date | None = None
    delivered: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Quote:
    """The people concerned owe ``due``, of which ``training`` for hours that were taught.

    ``whole`` is their part of the price, ``paid`` of what was received. ``is_automatic``: the terms decide; otherwise
    ``due`` is a ceiling and a person decides. What is not ``is_receivable`` changes nothing; a
    postponement in time ``keeps_contract``. With ``others_stay``, what is not due of their part pays
    for those who stay: nothing is given back.
    """

    clause: str
    explanation: str
    due: Decimal
    whole: Decimal
    paid: Decimal
    shares: tuple[Decimal, ...]
    training: Decimal = ZERO
    is_automatic: bool = True
    is_receivable: bool = True
    keeps_contract: bool = False
    others_stay: bool = False

    @property
    def kept(self) -> Decimal:
        return min(self.due, self.paid)

    @property
    def refund(self) -> Decimal:
        return ZERO if self.keeps_contract else self.paid - self.kept - self.carried

    @property
    def carried(self) -> Decimal:
        """Paid for those who leave, and left to those who stay."""
        return self.paid - self.kept if self.others_stay else ZERO

    @property
    def owed(self) -> Decimal:
        return max(self.due - self.paid, ZERO)

    @property
    def indemnity(self) -> Decimal:
        return self.due - self.training


def split(amount: Decimal, parts: int) -> tuple[Decimal, ...]:
    """Equal parts rounded down; the last one takes the remainder."""
    share = floor_cents(amount / parts)
    return (*[share] * (parts - 1), amount - share * (parts - 1))


def day_that_counts(commitment: Commitment, request: Request) -> date:
    """CGV 3.5: the day of receipt; of sending when that is better for a consumer (law.md 3.1)."""
    received = paris_date(request.received_at)
    return min(received, paris_date(request.sent_at)) if commitment.is_consumer else received


def last_new_start(policy: ChangePolicy, ordered_on: date) -> date:
    """CGV 3.6: the last first day of a training that is postponed in time, that day included."""
    return months_after(ordered_on, policy.postponement_months)


def delivered_hours(commitment: Commitment, request: Request) -> Decimal:
    if request.delivered is not None:
        return request.delivered
    day = day_that_counts(commitment, request)
    return sum((hours for taught, hours in commitment.hours.items() if taught < day), Decimal())


def training_given(commitment: Commitment, request: Request) -> Decimal:
    """Price × hours delivered / hours agreed, rounded down (C. trav. L6353-7, T-07)."""
    total = sum(commitment.hours.values(), Decimal())
    if not total:
        return ZERO
    return floor_cents(commitment.price * min(delivered_hours(commitment, request), total) / total)


def consumer_cap(commitment: Commitment, request: Request) -> Decimal:
    """The most that a consumer may ever owe: the deposit lawfully paid, or what was taught."""
    return max(commitment.deposit_paid, training_given(commitment, request))
