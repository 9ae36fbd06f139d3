"""The timetable of a course: numbered modules over half-days. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Moment(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"

    @property
    def label(self) -> str:
        return {Moment.MORNING: "matin", Moment.AFTERNOON: "après-midi"}[self]


@dataclass(frozen=True)
class Module:
    number: int
    title: str
    points: tuple[str, ...]


@dataclass(frozen=True)
class ProgrammeHalfDay:
    day: int
    moment: str
    modules: tuple[Module, ...]

    @property
    def label(self) -> str:
        return f"Jour {self.day} – {Moment(self.moment).label}"


def number_modules(half_days: Iterable[Mapping[str, Any]]) -> list[ProgrammeHalfDay]:
    """Half-days in the editor's order, their modules numbered through the whole course.

    Reads drafts too: a half-day without a day counts as day 1, without a moment as a morning.
    """
    numbered, next_number = [], 1
    for half_day in half_days:
        modules = tuple(
            Module(next_number + offset, module["title"] or "", _points(module))
            for offset, module in enumerate(half_day["modules"] or [])
        )
        next_number += len(modules)
        numbered.append(
            ProgrammeHalfDay(half_day["day"] or 1, half_day["moment"] or Moment.MORNING, modules)
        )
    return numbered


def _points(module: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(point for point in module["points"] or [] if point)
