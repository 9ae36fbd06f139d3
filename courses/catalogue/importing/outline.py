"""Half-days, modules and points of a sheet, as they are read. Pure."""

import re
from dataclasses import dataclass, field

from base.importing.lines import Line
from courses.catalogue.importing.timetable import HalfDayMark
from courses.catalogue.programme import Moment, ProgrammeHalfDay, number_modules

_POINT_NUMBER = re.compile(r"\d{1,2}[.)]\s+")


@dataclass(frozen=True)
class Programme:
    half_days: tuple[ProgrammeHalfDay, ...]
    introduction: str
    warnings: tuple[str, ...]


@dataclass
class _Module:
    title: str
    points: list[str] = field(default_factory=list)


@dataclass
class _HalfDay:
    day: int
    moment: Moment
    is_stated: bool
    heading: str = ""
    modules: list[_Module] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"Jour {self.day}, {self.moment.label}"


@dataclass
class Outline:
    """What has been read so far; lines are added in the order of the sheet."""

    half_days: list[_HalfDay] = field(default_factory=list)
    introduction: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    number: int = 0

    def open_half_day(self, mark: HalfDayMark) -> None:
        last = self.half_days[-1] if self.half_days else None
        if last and mark.day in (None, last.day) and not last.is_stated and not last.modules:
            self._unused(self.half_days.pop().heading)
        day = mark.day or _following_day(last, mark)
        moment = mark.moment or Moment.MORNING
        if not (last and last.modules and (last.day, last.moment) == (day, moment)):
            self.half_days.append(_HalfDay(day, moment, mark.moment is not None))

    def open_module(self, number: int, title: str) -> None:
        if self.number and number not in (1, self.number + 1):
            self.warnings.append(
                f"La numérotation des modules passe de {self.number} à {number} : "
                "vérifiez qu’il n’en manque pas."
            )
        self.number = number
        self._current_half_day().modules.append(_Module(title))

    def add(self, line: Line) -> None:
        half_day = self.half_days[-1] if self.half_days else None
        if half_day and half_day.modules:
            _add_to_module(half_day.modules[-1], line)
        elif line.bullet:
            half_day = self._current_half_day()
            half_day.modules.append(_Module(half_day.heading))
            half_day.heading = ""
            _add_to_module(half_day.modules[-1], line)
        elif half_day is None:
            self.introduction.append(line.text)
        elif half_day.heading:
            self._unused(line.text)
        else:
            half_day.heading = line.text

    def close(self) -> Programme:
        for half_day in self.half_days:
            self._close_half_day(half_day)
        filled = [half_day for half_day in self.half_days if half_day.modules]
        return Programme(
            half_days=tuple(number_modules(_as_block(half_day) for half_day in filled)),
            introduction="\n\n".join(self.introduction),
            warnings=tuple(self.warnings),
        )

    def _close_half_day(self, half_day: _HalfDay) -> None:
        if half_day.heading and half_day.modules:
            self._unused(half_day.heading)
        elif half_day.heading:
            half_day.modules.append(_Module(half_day.heading))
        elif not half_day.modules:
            self.warnings.append(f"{half_day.label} : aucun module.")
        if half_day.modules and not half_day.is_stated:
            self.warnings.append(
                f"Jour {half_day.day} : la fiche ne distingue pas le matin de l’après-midi, "
                "tout est placé le matin."
            )
        for module in half_day.modules:
            self._name(module, half_day)

    def _name(self, module: _Module, half_day: _HalfDay) -> None:
        if not module.title:
            module.title = half_day.label
            self.warnings.append(f"{half_day.label} : un module n’a pas de titre dans la fiche.")

    def _current_half_day(self) -> _HalfDay:
        if not self.half_days:
            self.half_days.append(_HalfDay(1, Moment.MORNING, is_stated=False))
        return self.half_days[-1]

    def _unused(self, text: str) -> None:
        if text:
            self.warnings.append(f"Texte du programme non repris : « {text} ».")


def _following_day(last: _HalfDay | None, mark: HalfDayMark) -> int:
    if last is None:
        return 1
    is_next_morning = last.moment is Moment.AFTERNOON and mark.moment is Moment.MORNING
    return last.day + 1 if is_next_morning else last.day


def _add_to_module(module: _Module, line: Line) -> None:
    if not (module.title or module.points or line.bullet):
        module.title = line.text
    else:
        module.points.append(_POINT_NUMBER.sub("", line.text, count=1).rstrip(" ;,"))


def _as_block(half_day: _HalfDay) -> dict[str, object]:
    return {
        "day": half_day.day,
        "moment": half_day.moment,
        "modules": [
            {"title": module.title, "points": module.points} for module in half_day.modules
        ],
    }
