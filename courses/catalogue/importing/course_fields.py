"""Facts of a sheet on the fields of a course page."""

from typing import Any

from courses.catalogue.importing.sheet import Indicator, RecognisedSheet
from courses.catalogue.programme import ProgrammeHalfDay
from courses.models import CoursePage

_PLAIN_FIELDS = (
    "title",
    "reference",
    "duration_days",
    "duration_hours",
    "prerequisites",
    "audience",
    "teaching_methods",
    "means",
    "evaluation_methods",
    "certificate",
    "trainer_qualification",
    "access_terms",
    "access_delay",
    "accessibility_statement",
    "group_size_min",
    "group_size_max",
    "inter_price_excl_vat",
    "intra_price_excl_vat",
    "content_updated_on",
)


# The name of a fact in a sheet -> the stream field that holds it.
_STREAMS = {"objectives": "objectives", "half_days": "programme", "indicators": "indicators"}


def apply_sheet(course: CoursePage, sheet: RecognisedSheet) -> bool:
    """Write what the sheet states, leave the rest alone; whether anything changed."""
    before = _facts_of(course)
    stated = {name: getattr(sheet, name) for name in before}
    changes = {
        name: value
        for name, value in stated.items()
        if value not in (None, "", ()) and value != before[name]
    }
    for name, value in changes.items():
        if name in _STREAMS:
            setattr(course, _STREAMS[name], [_block(item) for item in value])
        else:
            setattr(course, name, value)
    return bool(changes)


def _facts_of(course: CoursePage) -> dict[str, Any]:
    """What a course says now, in the shape of a sheet."""
    return {field: getattr(course, field) for field in _PLAIN_FIELDS} | {
        "objectives": tuple(block.value for block in course.objectives),
        "half_days": tuple(course.half_days),
        "indicators": tuple(Indicator(**block.value) for block in course.indicators),
    }


def _block(item: str | ProgrammeHalfDay | Indicator) -> tuple[str, Any]:
    if isinstance(item, str):
        return "objective", item
    if isinstance(item, Indicator):
        return "indicator", vars(item)
    modules = [{"title": module.title, "points": list(module.points)} for module in item.modules]
    return "half_day", {"day": item.day, "moment": str(item.moment), "modules": modules}
