from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from courses.models import CoursePage, CourseSession, Trainer, Venue
from courses.sessions.actions import schedule_usual_half_days
from courses.sessions.rules import plan_half_days
from pages.demo.reading import first_day


def add_venues(venues: Iterable[dict[str, str]]) -> dict[str, Venue]:
    return {
        data["key"]: Venue.objects.create(**{k: v for k, v in data.items() if k != "key"})
        for data in venues
    }


def add_trainers(trainers: Iterable[dict[str, Any]]) -> dict[str, Trainer]:
    """Trainers by the name of the top-level category in which they teach."""
    by_category: dict[str, Trainer] = {}
    for data in trainers:
        trainer = Trainer.objects.create(name=data["name"], qualifications=data["qualifications"])
        by_category |= dict.fromkeys(data["categories"], trainer)
    return by_category


def add_session(
    course: CoursePage,
    data: dict[str, Any],
    *,
    today: date,
    venues: dict[str, Venue],
    trainer: Trainer,
) -> CourseSession:
    assert course.duration_days is not None  # noqa: S101  every demo course has a duration
    starts_on = first_day(today, data["starts_in_days"], float(course.duration_days))
    override = data.get("price_excl_vat_override")
    session = CourseSession.objects.create(
        course=course,
        starts_on=starts_on,
        ends_on=plan_half_days(starts_on, course.duration_days)[-1].date,
        format=data["format"],
        venue=venues.get(data.get("venue", "")),
        remote_access="" if "venue" in data else "Un ordinateur avec micro et caméra suffit.",
        trainer=trainer,
        capacity=data.get("capacity"),
        minimum_to_run=data["minimum_to_run"],
        seats_taken=data["seats_taken"],
        state=data["state"],
        price_excl_vat_override=Decimal(override) if override else None,
    )
    schedule_usual_half_days(session=session)
    return session
