"""When a company's contract is definitive, who attends, and until when the client may say it. Pure.

Days are Paris dates, instants are aware.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from base.civil_dates import PARIS
from shop.proposals.rules import ProposalState

SERIES = "CV"
NUMBER_DIGITS = 4
DEFAULT_NAMING_DAYS = 2  # before the first day of the course
SEATS_MISSING = "places manquantes : proposer une autre session"


class Step(StrEnum):
    """How far a proposal is on its way to a contract (CGV 2.2)."""

    UNSIGNED = "unsigned"
    DEPOSIT_AWAITED = "deposit_awaited"
    DEFINITIVE = "definitive"


def step_of(state: ProposalState, definitive_at: datetime | None) -> Step:
    if state != ProposalState.SIGNED:
        return Step.UNSIGNED
    return Step.DEFINITIVE if definitive_at else Step.DEPOSIT_AWAITED


class Seating(StrEnum):
    """What a contract that becomes definitive does with the seats of its session.

    The money and the signature bind whatever the session holds: a contract whose seats are missing
    is definitive all the same, and somebody proposes another session. Seats are held for the whole
    group or not at all, and never beyond the capacity (invariant I3).
    """

    NONE_NEEDED = "none_needed"
    HELD = "held"
    MISSING = "missing"


def seating_of(*, has_session: bool, is_open: bool, seats_left: int | None, wanted: int) -> Seating:
    """``seats_left`` None is unlimited; a course at the client's has no session."""
    if not has_session:
        return Seating.NONE_NEEDED
    enough = seats_left is None or seats_left >= wanted
    return Seating.HELD if is_open and enough else Seating.MISSING


def last_naming_day(starts_on: date, days_before: int) -> date:
    """The last day on which the client changes the list by itself, that day included."""
    return starts_on - timedelta(days=days_before)


def may_name(starts_on: date, days_before: int, now: datetime) -> bool:
    """Until the midnight of Paris that ends the last day, clocks changed or not."""
    following = last_naming_day(starts_on, days_before) + timedelta(days=1)
    return now < datetime.combine(following, time(), PARIS)


@dataclass(frozen=True)
class Named:
    """Somebody who attends: nothing else is asked (C. trav. L6353-9, law.md T-09)."""

    first_name: str
    last_name: str
    email: str = ""
    needs_adjustment: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def is_same_person(self, other: Named) -> bool:
        return self.full_name.casefold() == other.full_name.casefold()


def named(line: str) -> Named:
    """From a line of the request, first name first; a single word is a last name."""
    first_name, _, last_name = line.strip().partition(" ")
    return Named(first_name, last_name.strip()) if last_name else Named("", first_name)


@dataclass(frozen=True)
class ListChanges:
    """Numbers are places in the list as it was."""

    removed: tuple[int, ...] = ()
    replaced: tuple[tuple[int, Named], ...] = ()
    completed: tuple[tuple[int, Named], ...] = ()
    added: tuple[Named, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.removed or self.replaced or self.completed or self.added)


def changes_between(current: Sequence[Named], wanted: Sequence[Named | None]) -> ListChanges:
    """What a filled-in list changes; ``wanted`` keeps the places of ``current``, None is an empty one.

    Somebody whose name moved to another place stays; a name typed over another replaces it.
    """
    left = dict(enumerate(current))
    new: dict[int, Named] = {}
    kept: list[tuple[int, Named]] = []
    for place, person in _own_place_first(current, wanted):
        found = _place_of(person, place, left)
        if found is None:
            new[place] = person
        else:
            kept.append((found, person))
            del left[found]
    replaced = tuple((place, new.pop(place)) for place in sorted(left) if place in new)
    gone = {place for place, _ in replaced}
    return ListChanges(
        removed=tuple(place for place in sorted(left) if place not in gone),
        replaced=replaced,
        completed=tuple(
            sorted(
                ((place, p) for place, p in kept if p != current[place]), key=lambda pair: pair[0]
            )
        ),
        added=tuple(new[place] for place in sorted(new)),
    )


def _own_place_first(
    current: Sequence[Named], wanted: Sequence[Named | None]
) -> list[tuple[int, Named]]:
    """Two people of the same name keep the place that each one has."""
    filled = [(place, person) for place, person in enumerate(wanted) if person is not None]

    def moved(item: tuple[int, Named]) -> bool:
        place, person = item
        return place >= len(current) or not current[place].is_same_person(person)

    return sorted(filled, key=moved)


def _place_of(person: Named, place: int, left: dict[int, Named]) -> int | None:
    if place in left and left[place].is_same_person(person):
        return place
    return next((n for n, other in left.items() if other.is_same_person(person)), None)


class ChangeKind(StrEnum):
    """What a client asks to change once the contract binds (CGV 2.1 and 2.2)."""

    DATES = "dates"
    PLACE = "place"
    HEADCOUNT = "headcount"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            ChangeKind.DATES: "les dates ou les horaires",
            ChangeKind.PLACE: "le lieu",
            ChangeKind.HEADCOUNT: "le nombre de participants",
            ChangeKind.OTHER: "autre chose",
        }[self]


class ChangeState(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {
            ChangeState.ASKED: "en attente de notre réponse",
            ChangeState.ACCEPTED: "acceptée",
            ChangeState.REFUSED: "refusée",
        }[self]
