"""Calendar file of a session: one event per half-day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from icalendar import Calendar, Event

from base.civil_dates import PARIS
from courses.sessions.models import CourseSession


@dataclass(frozen=True)
class Slot:
    starts_at: datetime
    ends_at: datetime


def session_slots(session: CourseSession) -> list[Slot]:
    """Instants in UTC of each half-day, whose times are Paris times."""
    return [
        Slot(
            _instant(half_day.date, half_day.start_time), _instant(half_day.date, half_day.end_time)
        )
        for half_day in session.half_days.all()
    ]


def session_calendar(session: CourseSession, url: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//LEXOM//Formations//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for event in _events(session, session_slots(session), url):
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _events(session: CourseSession, slots: Iterable[Slot], url: str) -> Iterable[Event]:
    for number, slot in enumerate(slots, start=1):
        event = Event()
        event.add("uid", f"session-{session.pk}-{number}@lexom")
        event.add("dtstamp", session.created_at.astimezone(UTC))
        event.add("summary", session.course.title)
        event.add("dtstart", slot.starts_at)
        event.add("dtend", slot.ends_at)
        event.add("location", _location(session))
        event.add("url", url)
        event.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
        yield event


def _location(session: CourseSession) -> str:
    venue = session.venue
    if venue is None:
        return "À distance"
    return ", ".join(filter(None, [venue.name, venue.street, f"{venue.postcode} {venue.town}"]))


def _instant(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=PARIS).astimezone(UTC)
