"""Late payment: interest, reminders and what follows them (law.md L-01 to L-07, CGV 2.2, 3.4, 4.7). Pure.

Amounts are ``Decimal`` euros, tax included; days are Paris dates; rates are percentages per year.

Interest is simple, on what is unpaid, from the day after the day to pay until the day of the payment
included, over 365 days even in a leap year, and rounded once (L-05). A period is cut where the rate
may change, on 1 January and 1 July, and after each payment. Which rate applies is a ``RateRule``:

- 3 000 € due on 15/06/2026 and paid on 20/08/2026 bear 66,96 € by ``STATUTORY``, the example of L-05:
  15 days at 12,15 % and 51 days at 12,40 %;
- the clause 3.4 of the present terms takes the rate of 1 January all year, so L-06 charges the lower
  of both: 66 days at 12,15 %, 65,91 €.

Neither is ever below three times the legal rate, and a half-year that nobody entered is never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from base.money import round_cents
from legal.rates.rules import RateRule, Rates, half_year, legal_rate, penalty_rate

RULE_VERSION = "2026-11-28"
YEAR = 365
ZERO = Decimal("0.00")
DAY = timedelta(days=1)
RECOVERY = Decimal("40.00")  # C. com. L441-10 II and D441-5; professionals only (L-03)
ANSWER_DAYS = 8  # CGV 4.7


@dataclass(frozen=True)
class Payment:
    """Money received on ``day``; the part that it pays bears interest until that day included."""

    day: date
    amount: Decimal


@dataclass(frozen=True)
class Debt:
    """An amount, the last day to pay it, and what was paid of it since."""

    amount: Decimal
    due_on: date
    payments: tuple[Payment, ...] = ()

    def unpaid_on(self, day: date) -> Decimal:
        """What bears interest on that day: it was not paid before."""
        paid = sum((item.amount for item in self.payments if item.day < day), ZERO)
        return max(self.amount - paid, ZERO)

    @property
    def remaining(self) -> Decimal:
        return max(self.amount - sum((item.amount for item in self.payments), ZERO), ZERO)


@dataclass(frozen=True)
class Segment:
    """Days of one amount and one rate, both ends included."""

    first: date
    last: date
    amount: Decimal
    rate: Decimal

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def exact(self) -> Decimal:
        return self.amount * self.rate * self.days / (100 * YEAR)

    @property
    def interest(self) -> Decimal:
        """To the cent, to be shown; the sum is rounded from the exact ones."""
        return round_cents(self.exact)


@dataclass(frozen=True)
class Interest:
    segments: tuple[Segment, ...] = ()

    @property
    def amount(self) -> Decimal:
        return round_cents(sum((segment.exact for segment in self.segments), Decimal(0)))


def interest(
    debts: Iterable[Debt],
    *,
    until: date,
    table: Iterable[Rates],
    rule: RateRule,
    since: date = date.min,
) -> Interest:
    """What late payments of one invoice bear from ``since`` to ``until``, both included (L-05).

    Raises RateMissing.
    """
    known = tuple(table)
    return _interest(debts, since, until, lambda day: penalty_rate(day, known, rule))


def consumer_interest(
    debts: Iterable[Debt], *, notice: date | None, until: date, table: Iterable[Rates]
) -> Interest:
    """Legal interest from the day after a formal notice arrived, nothing without one (L-07).

    Raises RateMissing.
    """
    if notice is None:
        return Interest()
    known = tuple(table)
    return _interest(debts, notice + DAY, until, lambda day: legal_rate(day, known))


def recovery_fee(*, is_professional: bool, is_first: bool) -> Decimal:
    """Once for each invoice paid late, never asked of a consumer (L-03)."""
    return RECOVERY if is_professional and is_first else ZERO


def _interest(
    debts: Iterable[Debt], since: date, until: date, rate: Callable[[date], Decimal]
) -> Interest:
    found = (
        segment
        for debt in debts
        for segment in _segments(debt, since, until, rate)
        if segment.amount
    )
    return Interest(tuple(_joined(sorted(found, key=lambda item: (item.first, item.amount)))))


def _segments(
    debt: Debt, since: date, until: date, rate: Callable[[date], Decimal]
) -> Iterator[Segment]:
    first = max(debt.due_on + DAY, since)
    while first <= until and (amount := debt.unpaid_on(first)):
        last = min(until, _last_of_half_year(first), *_payment_days(debt, first))
        yield Segment(first, last, amount, rate(first))
        first = last + DAY


def _payment_days(debt: Debt, first: date) -> list[date]:
    return [item.day for item in debt.payments if item.day >= first]


def _last_of_half_year(day: date) -> date:
    return half_year(day).next.first_day - DAY


def _joined(segments: Sequence[Segment]) -> Iterator[Segment]:
    """Debts that are late for the same days make one line."""
    for (first, last, rate), group in groupby(
        segments, key=lambda item: (item.first, item.last, item.rate)
    ):
        yield Segment(first, last, sum((item.amount for item in group), ZERO), rate)


class Hold(StrEnum):
    """Why nothing is sent for a while."""

    PAUSED = "paused"
    DISPUTED = "disputed"

    @property
    def label(self) -> str:
        return {Hold.PAUSED: "suspendu par l’équipe", Hold.DISPUTED: "contesté par le client"}[self]


@dataclass(frozen=True)
class Level:
    """A reminder, ``days`` after the day to pay."""

    number: int
    days: int
    label: str


LEVELS = (
    Level(1, 1, "premier rappel"),
    Level(2, 8, "deuxième rappel"),
    Level(3, 15, "dernier rappel avant mise en demeure"),
)
NOTICE_DAYS = 22  # after the day to pay; a person decides


class StepKind(StrEnum):
    """``REMIND`` is the clock's; the others, but the last two, are a person's."""

    REMIND = "remind"
    PREPARE_NOTICE = "prepare_notice"
    POST_NOTICE = "post_notice"
    NOTE_DELIVERY = "note_delivery"
    DECIDE = "decide"
    POST_RESOLUTION = "post_resolution"
    BILL_PENALTY = "bill_penalty"
    HELD = "held"
    NOTHING = "nothing"


NOBODYS = (StepKind.REMIND, StepKind.HELD, StepKind.NOTHING)
POST_DAYS = 7  # a registered letter that nobody noted as delivered by then is looked up


@dataclass(frozen=True)
class Step:
    """``on`` is the first day on which it may happen; None when no day is known."""

    kind: StepKind
    text: str
    on: date | None = None
    level: Level | None = None

    def waits_for_staff(self, today: date) -> bool:
        return self.kind not in NOBODYS and (self.on is None or self.on <= today)


@dataclass(frozen=True)
class NoticeFacts:
    """A formal notice: ``answered`` once the client reacted to it."""

    posted_on: date | None = None
    delivered_on: date | None = None
    answered: bool = False


@dataclass(frozen=True)
class Situation:
    """``reminded`` holds the days on which the levels left, in order; ``penalty_due`` once paid."""

    due_on: date
    is_professional: bool
    is_paid: bool = False
    penalty_left: bool = False
    hold: Hold | None = None
    reminded: tuple[date, ...] = ()
    notice: NoticeFacts | None = None
    resolved: bool = False
    resolution_posted: bool = False


def next_step(case: Situation) -> Step:
    """What comes next for an invoice that was not paid in time."""
    if case.is_paid:
        if case.is_professional and case.penalty_left:
            return Step(StepKind.BILL_PENALTY, "facturer les pénalités, ou y renoncer")
        return Step(StepKind.NOTHING, "réglée")
    if case.resolved and not case.resolution_posted:
        return Step(StepKind.POST_RESOLUTION, "poster la lettre de résolution")
    if case.hold:
        return Step(StepKind.HELD, case.hold.label)
    if case.resolved:
        return Step(StepKind.NOTHING, "contrat résolu, sommes toujours dues")
    if case.notice:
        return _after_notice(case.notice)
    return _before_notice(case)


def _before_notice(case: Situation) -> Step:
    """A consumer's reminders are those of payments; here a person decides (L-07)."""
    if not case.is_professional:
        return Step(StepKind.NOTHING, "rien d’automatique ; mise en demeure, si vous la décidez")
    sent = len(case.reminded)
    if sent < len(LEVELS):
        level = LEVELS[sent]
        return Step(StepKind.REMIND, level.label, reminder_day(case, level), level)
    day = max(case.due_on + timedelta(days=NOTICE_DAYS), case.reminded[-1] + _gap(len(LEVELS)))
    return Step(StepKind.PREPARE_NOTICE, "mise en demeure, à préparer", day)


def reminder_day(case: Situation, level: Level) -> date:
    """Its day, and never sooner after the one before than the levels are apart."""
    day = case.due_on + timedelta(days=level.days)
    return max(day, case.reminded[-1] + _gap(level.number - 1)) if case.reminded else day


def _gap(sent: int) -> timedelta:
    """Between the reminder number ``sent`` and what follows it."""
    following = LEVELS[sent].days if sent < len(LEVELS) else NOTICE_DAYS
    return timedelta(days=following - LEVELS[sent - 1].days)


def _after_notice(notice: NoticeFacts) -> Step:
    if notice.posted_on is None:
        return Step(StepKind.POST_NOTICE, "poster la mise en demeure et noter son envoi")
    if notice.delivered_on is None:
        day = notice.posted_on + timedelta(days=POST_DAYS)
        return Step(StepKind.NOTE_DELIVERY, "noter la remise de la mise en demeure", day)
    if notice.answered:
        return Step(StepKind.DECIDE, "le client a répondu à la mise en demeure : décider")
    first = resolution_from(notice.delivered_on)
    return Step(StepKind.DECIDE, "décider après la mise en demeure sans réponse", first)


def resolution_from(delivered_on: date) -> date:
    """First day on which a contract may be ended: eight whole days after the notice arrived (CGV 4.7)."""
    return delivered_on + timedelta(days=ANSWER_DAYS + 1)
