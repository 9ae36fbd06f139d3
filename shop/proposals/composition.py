"""What staff compose: whether it may be issued, and what a group too large for a session becomes. Pure.

Amounts are ``Decimal`` euros; days are Paris dates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from base.typography import counted, euros, french_date
from shop.proposals.content import Composition
from shop.proposals.rules import ProposedLine, totals_of
from shop.proposals.timetable import day_outside

MOST_LINES = 20
HIGHEST_TOTAL = Decimal("9999999.99")  # tax included
FURTHEST = timedelta(days=3 * 365)
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Group:
    """Who follows, as composed: it takes the place of what the request said."""

    headcount: int
    participants: tuple[str, ...] = ()
    session_id: int | None = None


@dataclass(frozen=True)
class Fault:
    """``field`` names what is wrong with the offer; ``line`` is the place, from 0, of a line of its own."""

    field: str
    text: str
    line: int | None = None


def faults_of(offer: Composition, group: Group, today: date) -> tuple[Fault, ...]:
    """Why this cannot be issued ``today``, in French; empty when it can (CGV 2.1, D6353-1)."""
    found = [
        *_group_faults(group),
        *day_faults(offer.starts_on, offer.ends_on, today),
        *_timetable_faults(offer),
    ]
    if not offer.place:
        found.append(Fault("place", "Indiquez le lieu : il figure sur la proposition."))
    return (*found, *line_faults(offer.lines))


def line_faults(lines: Sequence[ProposedLine]) -> tuple[Fault, ...]:
    """Of each line, then of their total."""
    found = [fault for place, line in enumerate(lines) for fault in _one_line(place, line)]
    return tuple(found) or tuple(_total_faults(lines))


def _group_faults(group: Group) -> Iterator[Fault]:
    if group.headcount < 1:
        yield Fault("headcount", "Indiquez au moins un participant.")
    elif len(group.participants) > group.headcount:
        names = len(group.participants)
        yield Fault("participants", f"{names} noms pour {counted(group.headcount, 'participant')}.")


def day_faults(starts_on: date | None, ends_on: date | None, today: date) -> Iterator[Fault]:
    """Of the days that could be read."""
    if starts_on is None:
        return
    if starts_on < today:
        yield Fault(
            "starts_on", f"Le {french_date(starts_on)} est passé : choisissez un jour à venir."
        )
    elif starts_on > today + FURTHEST:
        yield Fault("starts_on", "Cette date est très lointaine : vérifiez l’année.")
    if ends_on is not None and ends_on < starts_on:
        yield Fault("ends_on", "Le dernier jour précède le premier : corrigez l’un des deux.")
    elif ends_on is not None and ends_on > starts_on + LONGEST:
        yield Fault("ends_on", "La formation durerait plus d’un an : vérifiez l’année.")


def _timetable_faults(offer: Composition) -> Iterator[Fault]:
    if not offer.timetable:
        yield Fault("timetable", "Indiquez les horaires : ils figurent sur la proposition.")
    elif (day := day_outside(offer.timetable, offer.starts_on, offer.ends_on)) is not None:
        yield Fault(
            "timetable",
            f"Le {french_date(day)} n’est pas entre les deux dates : corrigez-le, ou changez les dates.",
        )


def _one_line(place: int, line: ProposedLine) -> Iterator[Fault]:
    if not line.description:
        yield Fault("description", "Décrivez la prestation.", place)
    if line.quantity <= 0:
        yield Fault("quantity", "Indiquez une quantité supérieure à zéro.", place)
    if line.unit_price < 0:
        yield Fault(
            "unit_price", "Indiquez un prix positif ou nul ; une remise a son propre champ.", place
        )
    if not 0 <= line.discount <= 1:
        yield Fault("discount", "Indiquez une remise entre 0 et 100 %.", place)


def _total_faults(lines: Sequence[ProposedLine]) -> Iterator[Fault]:
    if len(lines) > MOST_LINES:
        yield Fault("lines", f"Une proposition a au plus {MOST_LINES} lignes : retirez-en.")
        return
    totals = totals_of(lines)
    total = totals.incl_vat
    if not lines:
        yield Fault("lines", "Ajoutez au moins une ligne : le total doit être supérieur à zéro.")
    elif total <= 0:
        yield Fault(
            "lines",
            "Le total d’une proposition doit être supérieur à zéro : vérifiez les prix et les remises.",
        )
    elif len(totals.taxes) > 1:
        yield Fault("lines", "Choisissez le même taux de TVA pour toutes les lignes.")
    elif total > HIGHEST_TOTAL:
        yield Fault("lines", f"Le total dépasse {euros(HIGHEST_TOTAL)} : vérifiez les prix.")


@dataclass(frozen=True)
class Overflow:
    """``fits`` may follow this session; ``leaving`` need a second one (CGV 2.1)."""

    fits: int
    leaving: int
    reason: str


def overflow_of(
    headcount: int, *, group_size_max: int | None, seats_left: int | None
) -> Overflow | None:
    """None while everybody fits; either limit may be None, which is no limit."""
    limits = (
        (group_size_max, f"le groupe est limité à {group_size_max} personnes"),
        (seats_left, f"il reste {counted(seats_left or 0, 'place')} dans cette session"),
    )
    known = [(limit, reason) for limit, reason in limits if limit is not None]
    fits, reason = min(known, default=(headcount, ""))
    return Overflow(fits, headcount - fits, reason) if headcount > fits else None


def scaled(lines: Sequence[ProposedLine], before: int, after: int) -> tuple[ProposedLine, ...]:
    """The same prices for another headcount: only what is counted by the person changes."""
    return tuple(
        replace(line, quantity=Decimal(after), unit=_unit(line.unit, after))
        if line.quantity == before and line.unit.startswith(PERSON)
        else line
        for line in lines
    )


PERSON = "participant"


def people(headcount: int) -> str:
    """The unit of a price per person."""
    return PERSON if headcount == 1 else f"{PERSON}s"


def _unit(unit: str, headcount: int) -> str:
    return people(headcount) if unit in (people(1), people(2)) else unit
