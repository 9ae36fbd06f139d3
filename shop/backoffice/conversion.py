"""What became of the proposals asked for during a period: counts, rates, delays and amounts. Pure.

A cohort is made of requests; each one is followed to this day, so that a recent one may still be
signed. Days are Paris dates, amounts ``Decimal`` euros tax included, delays whole days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from statistics import median

from base.typography import euros, french_number

UNKNOWN = "–"


class Ending(StrEnum):
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Journey:
    """One request and every version of its proposal: the first issue, the last amount.

    ``ending`` is that of its last version; ``amount`` is None before any issue.
    """

    course: str
    is_intra: bool
    asked_on: date
    issued_on: date | None = None
    signed_on: date | None = None
    deposit_on: date | None = None
    definitive_on: date | None = None
    ending: Ending | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class Rate:
    """``reached`` of ``base``; nothing can be told of an empty base."""

    reached: int
    base: int

    def __str__(self) -> str:
        return self.told("")

    def told(self, of: str) -> str:
        """``62 % (8 sur 13 émises)`` of ``émises``."""
        if not self.base:
            return UNKNOWN
        base = f"{self.base} {of if self.base > 1 else of.removesuffix('s')}".strip()
        return f"{french_number(self.percent)}\u00a0% ({self.reached} sur {base})"

    @property
    def percent(self) -> Decimal:
        """Rounded to the unit. Raises ZeroDivisionError for an empty base."""
        return (Decimal(100) * self.reached / self.base).quantize(Decimal(1), ROUND_HALF_UP)


@dataclass(frozen=True)
class Delay:
    """The median of ``count`` journeys, in days."""

    days: Decimal | None
    count: int

    def __str__(self) -> str:
        if self.days is None:
            return UNKNOWN
        unit = "jours" if self.days >= 2 else "jour"
        resting = f"sur {self.count} proposition{'s' if self.count > 1 else ''}"
        return f"{french_number(self.days)}\u00a0{unit} ({resting})"


@dataclass(frozen=True)
class Reach:
    """How many came as far as a step, and what they amount to."""

    count: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Figures:
    asked: int
    issued: Reach
    signed: Reach
    deposit: Reach
    definitive: Reach
    expired: Reach
    withdrawn: Reach
    to_issue: Delay
    to_sign: Delay
    to_conclude: Delay

    @property
    def under_way(self) -> int:
        """Neither signed nor over."""
        return self.asked - self.signed.count - self.expired.count - self.withdrawn.count

    @property
    def issued_of_asked(self) -> Rate:
        return Rate(self.issued.count, self.asked)

    @property
    def signed_of_issued(self) -> Rate:
        return Rate(self.signed.count, self.issued.count)

    @property
    def deposit_of_signed(self) -> Rate:
        return Rate(self.deposit.count, self.signed.count)

    @property
    def definitive_of_signed(self) -> Rate:
        """Of those signed: a contract may be definitive before its deposit (CGV 2.2)."""
        return Rate(self.definitive.count, self.signed.count)

    @property
    def expired_of_issued(self) -> Rate:
        return Rate(self.expired.count, self.issued.count)

    @property
    def withdrawn_of_asked(self) -> Rate:
        return Rate(self.withdrawn.count, self.asked)

    @property
    def definitive_of_asked(self) -> Rate:
        return Rate(self.definitive.count, self.asked)


def figures_of(journeys: Sequence[Journey]) -> Figures:
    return Figures(
        asked=len(journeys),
        issued=_reach(journeys, lambda journey: journey.issued_on is not None),
        signed=_reach(journeys, lambda journey: journey.signed_on is not None),
        deposit=_reach(journeys, lambda journey: journey.deposit_on is not None),
        definitive=_reach(journeys, lambda journey: journey.definitive_on is not None),
        expired=_reach(journeys, lambda journey: journey.ending == Ending.EXPIRED),
        withdrawn=_reach(journeys, lambda journey: journey.ending == Ending.WITHDRAWN),
        to_issue=delay_of((journey.asked_on, journey.issued_on) for journey in journeys),
        to_sign=delay_of((journey.issued_on, journey.signed_on) for journey in journeys),
        to_conclude=delay_of((journey.signed_on, journey.definitive_on) for journey in journeys),
    )


def _reach(journeys: Sequence[Journey], has_reached: Callable[[Journey], bool]) -> Reach:
    found = [journey for journey in journeys if has_reached(journey)]
    return Reach(len(found), sum((journey.amount or Decimal(0) for journey in found), Decimal(0)))


def delay_of(days: Iterable[tuple[date | None, date | None]]) -> Delay:
    """Of those that have both of their days."""
    found = [Decimal((end - start).days) for start, end in days if start and end]
    return Delay(median(found) if found else None, len(found))


def by_course(journeys: Sequence[Journey]) -> list[tuple[str, Figures]]:
    """The most asked for first, then in the order of their titles."""
    return _grouped(journeys, lambda journey: journey.course)


def by_format(journeys: Sequence[Journey]) -> list[tuple[str, Figures]]:
    return _grouped(
        journeys,
        lambda journey: "Hors calendrier (intra)" if journey.is_intra else "Session du calendrier",
    )


def _grouped(
    journeys: Sequence[Journey], key: Callable[[Journey], str]
) -> list[tuple[str, Figures]]:
    groups: dict[str, list[Journey]] = {}
    for journey in journeys:
        groups.setdefault(key(journey), []).append(journey)
    found = [(label, figures_of(members)) for label, members in groups.items()]
    return sorted(found, key=lambda pair: (-pair[1].asked, pair[0]))


@dataclass(frozen=True)
class Line:
    """As shown: a step, how many, of which others, and how much."""

    label: str
    count: int
    rate: str
    amount: str


def lines_of(figures: Figures) -> list[Line]:
    """From the request to the contract."""
    return [
        Line("Demandées", figures.asked, UNKNOWN, UNKNOWN),
        _line("Émises", figures.issued, figures.issued_of_asked, "demandées"),
        _line("Signées", figures.signed, figures.signed_of_issued, "émises"),
        _line("Acompte reçu", figures.deposit, figures.deposit_of_signed, "signées"),
        _line("Définitives", figures.definitive, figures.definitive_of_signed, "signées"),
    ]


def endings_of(figures: Figures) -> list[Line]:
    """What is not signed: these and the signed ones make the requests."""
    return [
        _line("Expirées", figures.expired, figures.expired_of_issued, "émises"),
        _line("Retirées", figures.withdrawn, figures.withdrawn_of_asked, "demandées"),
        Line("Encore ouvertes", figures.under_way, UNKNOWN, UNKNOWN),
    ]


def _line(label: str, reach: Reach, rate: Rate, of: str) -> Line:
    return Line(label, reach.count, rate.told(of), euros(reach.amount) if reach.amount else UNKNOWN)


def delays_of(figures: Figures) -> list[tuple[str, str]]:
    return [
        ("De la demande à la proposition émise", str(figures.to_issue)),
        ("De la proposition émise à la signature", str(figures.to_sign)),
        ("De la signature au contrat définitif", str(figures.to_conclude)),
    ]


EXPORT_HEADINGS = (
    "Répartition", "Libellé", "Demandées", "Émises", "Signées", "Acompte reçu", "Définitives",
    "Expirées", "Retirées", "Encore ouvertes", "Émises / demandées (%)", "Signées / émises (%)",
    "Définitives / demandées (%)", "Délai médian d’émission (jours)",
    "Délai médian de signature (jours)", "Délai médian jusqu’au contrat (jours)",
    "Émis TTC (€)", "Signé TTC (€)", "Définitif TTC (€)",
)  # fmt: skip


def export_rows(journeys: Sequence[Journey]) -> Iterator[tuple[object, ...]]:
    """All of them, then each course, then each format; empty cells where nothing can be told."""
    groups = [("Ensemble", [("Toutes les propositions", figures_of(journeys))])]
    groups += [("Par formation", by_course(journeys)), ("Par formule", by_format(journeys))]
    for group, members in groups:
        for label, figures in members:
            yield group, label, *_cells(figures)


def _cells(figures: Figures) -> tuple[object, ...]:
    rates = (figures.issued_of_asked, figures.signed_of_issued, figures.definitive_of_asked)
    delays = (figures.to_issue, figures.to_sign, figures.to_conclude)
    return (
        figures.asked, figures.issued.count, figures.signed.count, figures.deposit.count,
        figures.definitive.count, figures.expired.count, figures.withdrawn.count, figures.under_way,
        *(rate.percent if rate.base else "" for rate in rates),
        *("" if delay.days is None else delay.days for delay in delays),
        figures.issued.amount, figures.signed.amount, figures.definitive.amount,
    )  # fmt: skip
