"""The ledger of payments and its closings: chained by hash, so that a change shows (law.md I-11). Pure.

Amounts are ``Decimal`` euros with two places, signed from LEXOM's side: money received is positive.
Days are Paris dates, instants are aware; ``rate`` is a fraction with three places (0.200).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any

from base.money import round_cents

GENESIS = "0" * 64
ZERO = Decimal("0.00")
_THOUSANDTH = Decimal("0.001")


class EntryKind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"
    REFUND_RETURNED = "refund_returned"
    DISPUTE_LOST = "dispute_lost"
    DISPUTE_WON = "dispute_won"

    @property
    def label(self) -> str:
        return {
            EntryKind.PAYMENT: "paiement",
            EntryKind.REFUND: "remboursement",
            EntryKind.REFUND_RETURNED: "remboursement revenu de la banque",
            EntryKind.DISPUTE_LOST: "contestation perdue",
            EntryKind.DISPUTE_WON: "contestation finalement gagnée",
        }[self]

    @property
    def sign(self) -> int:
        return -1 if self in (EntryKind.REFUND, EntryKind.DISPUTE_LOST) else 1


def canonical(facts: Mapping[str, Any]) -> str:
    """One spelling for one content: sorted keys, no space, decimals and instants as exact text."""
    return json.dumps(
        {name: _exact(value) for name, value in facts.items()},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def _exact(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | Decimal):
        return str(value)
    return value


def _digest(previous: str, facts: Mapping[str, Any]) -> str:
    return sha256((previous + canonical(facts)).encode()).hexdigest()


@dataclass(frozen=True)
class EntryFacts:
    """``at`` is the server's instant of the entry; ``moved_on`` the day the bank moved the money."""

    number: int
    kind: str
    amount: Decimal
    vat_rate: Decimal
    order_reference: str
    due_position: int
    channel: str
    reference: str
    attempt_id: int
    refund_id: int | None
    dispute_id: str
    moved_on: date
    at: datetime

    def digest(self, previous: str) -> str:
        exact = {
            "amount": round_cents(self.amount),
            "vat_rate": self.vat_rate.quantize(_THOUSANDTH),
        }
        return _digest(previous, asdict(self) | exact)


@dataclass(frozen=True)
class Link:
    """An entry as it is stored in the chain."""

    facts: EntryFacts
    previous: str
    sha256: str


@dataclass(frozen=True)
class Movement:
    """``refunds`` is what went back less what came back again: positive, or negative on such a day."""

    payments: Decimal = ZERO
    refunds: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.payments - self.refunds

    def __add__(self, other: Movement) -> Movement:
        return Movement(self.payments + other.payments, self.refunds + other.refunds)

    def __neg__(self) -> Movement:
        return Movement(-self.payments, -self.refunds)


def movement(kind: str, amount: Decimal) -> Movement:
    if kind == EntryKind.PAYMENT:
        return Movement(payments=amount)
    return Movement(refunds=-amount)


class Totals(dict[str, Movement]):
    """What moved, by VAT rate written with three places; a rate at which nothing moved is absent."""

    @classmethod
    def of(cls, moved: Iterable[tuple[Decimal, Movement]]) -> Totals:
        totals = cls()
        for rate, part in moved:
            totals.add(str(rate.quantize(_THOUSANDTH)), part)
        return totals

    def add(self, rate: str, part: Movement) -> None:
        self[rate] = self.get(rate, Movement()) + part

    def since(self, earlier: Totals) -> Totals:
        """What moved after ``earlier``, a total of the beginning of the same entries."""
        rest = Totals(self)
        for rate, part in earlier.items():
            rest.add(rate, -part)
        return rest

    @property
    def all_rates(self) -> Movement:
        return sum(self.values(), Movement())

    def to_json(self) -> dict[str, dict[str, str]]:
        return {
            rate: {"payments": str(part.payments), "refunds": str(part.refunds)}
            for rate, part in sorted(self.items())
            if part != Movement()
        }


class PeriodKind(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    @property
    def label(self) -> str:
        return {
            PeriodKind.DAY: "journée",
            PeriodKind.MONTH: "mois",
            PeriodKind.YEAR: "année",
        }[self]


@dataclass(frozen=True)
class Period:
    """``ends_on`` is its last day."""

    kind: PeriodKind
    starts_on: date
    ends_on: date

    @property
    def following(self) -> Period:
        return period_of(self.kind, self.ends_on + timedelta(days=1))


def period_of(kind: PeriodKind, day: date) -> Period:
    if kind == PeriodKind.DAY:
        return Period(kind, day, day)
    if kind == PeriodKind.MONTH:
        first = day.replace(day=1)
        return Period(kind, first, _next_month(first) - timedelta(days=1))
    return Period(kind, day.replace(month=1, day=1), day.replace(month=12, day=31))


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


_SHORTEST_FIRST = list(PeriodKind)


def finished_periods(
    opened_on: date, last_closed: Mapping[PeriodKind, Period], today: date
) -> list[Period]:
    """Every period that is over and not closed, in the order of closing: by end, the day first.

    The first period of each kind is the one of ``opened_on``.
    """
    found: list[Period] = []
    for kind in PeriodKind:
        last = last_closed.get(kind)
        period = last.following if last else period_of(kind, opened_on)
        while period.ends_on < today:
            found.append(period)
            period = period.following
    return sorted(found, key=lambda period: (period.ends_on, _SHORTEST_FIRST.index(period.kind)))


@dataclass(frozen=True)
class ClosingFacts:
    """``first_entry`` to ``last_entry``; a period without any has ``last_entry`` one below the first.

    ``entry_sha256`` is the hash of the last entry: the closing vouches for all that goes before.
    ``cumulative`` totals count from the first entry ever.
    """

    number: int
    period: str
    starts_on: date
    ends_on: date
    first_entry: int
    last_entry: int
    entry_sha256: str
    payments: Decimal
    refunds: Decimal
    by_rate: dict[str, dict[str, str]]
    cumulative_payments: Decimal
    cumulative_refunds: Decimal
    closed_at: datetime

    def digest(self, previous: str) -> str:
        amounts = ("payments", "refunds", "cumulative_payments", "cumulative_refunds")
        exact = {name: round_cents(getattr(self, name)) for name in amounts}
        return _digest(previous, asdict(self) | exact)


@dataclass(frozen=True)
class ClosingLink:
    facts: ClosingFacts
    previous: str
    sha256: str


@dataclass(frozen=True)
class Mark:
    """Where the entries stand after one of them."""

    sha256: str
    totals: Totals


def entry_faults(links: Iterable[Link], marks: dict[int, Mark], wanted: set[int]) -> Iterator[str]:
    """One French sentence a fault; fills ``marks`` after each entry whose number is ``wanted``.

    The mark of 0 is the empty ledger; that of -1, the last entry.
    """
    number, previous, totals, latest = 0, GENESIS, Totals(), None
    marks[0] = Mark(GENESIS, Totals())
    for link in links:
        facts = link.facts
        if facts.number != number + 1:
            yield f"L’écriture {number + 1} manque."
        if link.previous != previous:
            yield f"L’écriture {facts.number} ne suit pas celle qui la précède."
        if link.sha256 != facts.digest(link.previous):
            yield f"L’écriture {facts.number} ne correspond pas à son empreinte."
        if latest and facts.at < latest:
            yield f"L’écriture {facts.number} est datée d’avant la précédente."
        number, previous, latest = facts.number, link.sha256, facts.at
        totals.add(str(facts.vat_rate.quantize(_THOUSANDTH)), movement(facts.kind, facts.amount))
        if number in wanted:
            marks[number] = Mark(previous, Totals(totals))
    marks[-1] = Mark(previous, Totals(totals))


def closing_faults(links: Iterable[ClosingLink], marks: Mapping[int, Mark]) -> Iterator[str]:
    """One French sentence a fault, against the ``marks`` that the entries left."""
    number, previous = 0, GENESIS
    last: dict[str, ClosingFacts] = {}
    for link in links:
        facts = link.facts
        name = f"La clôture {facts.number}"
        if facts.number != number + 1:
            yield f"La clôture {number + 1} manque."
        if link.previous != previous:
            yield f"{name} ne suit pas celle qui la précède."
        if link.sha256 != facts.digest(link.previous):
            yield f"{name} ne correspond pas à son empreinte."
        yield from _place_faults(name, facts, last.get(facts.period))
        yield from _total_faults(name, facts, marks)
        number, previous, last[facts.period] = facts.number, link.sha256, facts


def _place_faults(name: str, facts: ClosingFacts, before: ClosingFacts | None) -> Iterator[str]:
    first = before.last_entry + 1 if before else 1
    if facts.first_entry != first:
        yield f"{name} commence à l’écriture {facts.first_entry} au lieu de {first}."
    if before and facts.starts_on != before.ends_on + timedelta(days=1):
        yield f"{name} ne suit pas la période précédente."


def _total_faults(name: str, facts: ClosingFacts, marks: Mapping[int, Mark]) -> Iterator[str]:
    start, end = marks.get(facts.first_entry - 1), marks.get(facts.last_entry)
    if start is None or end is None:
        yield f"{name} compte des écritures qui n’existent pas."
        return
    if facts.entry_sha256 != end.sha256:
        yield f"{name} n’a pas l’empreinte de l’écriture {facts.last_entry}."
    totals = end.totals.since(start.totals)
    found = Movement(facts.payments, facts.refunds)
    if found != totals.all_rates or facts.by_rate != totals.to_json():
        yield f"{name} : les totaux de la période ne sont pas ceux des écritures."
    if Movement(facts.cumulative_payments, facts.cumulative_refunds) != end.totals.all_rates:
        yield f"{name} : le total depuis l’origine n’est pas celui des écritures."
