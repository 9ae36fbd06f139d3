"""Courses as the catalogue lists them: read as rows, because building models costs more than SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.http import HttpRequest

from wagtail.models import Page

from base.typography import french_date_range
from base.vat import Price, VatPosition
from courses.catalogue.models import CoursePage
from courses.sessions.models import SessionQuerySet
from courses.sessions.rules import place_name, seats_left

SESSIONS_PER_CARD = 2


class CourseRow(NamedTuple):
    """Columns of a course, under the names of its model."""

    pk: int
    path: str
    url_path: str
    title: str
    reference: str | None
    summary: str
    duration_days: Decimal | None
    inter_price_excl_vat: Decimal | None
    vat_category: str


class SessionRow(NamedTuple):
    """Columns of a session, under the names of its model."""

    course_id: int
    pk: int
    starts_on: date
    ends_on: date
    capacity: int | None
    seats_taken: int
    venue__town: str | None


@dataclass(frozen=True)
class CardSession:
    pk: int
    dates: str
    place: str
    is_full: bool


@dataclass(frozen=True)
class CourseCard:
    """What a visitor sees of a course in a list; ``category`` is the title of its parent."""

    title: str
    reference: str | None
    summary: str
    duration_days: Decimal | None
    category: str
    url: str
    price: Price | None
    sessions: Sequence[CardSession]
    more_sessions: int


def course_cards(
    request: HttpRequest,
    course_ids: Sequence[int],
    sessions: SessionQuerySet,
    *,
    within: Page,
    categories: Mapping[str, str],
    vat: VatPosition,
    today: date,
) -> list[CourseCard]:
    """Cards in the order of ``course_ids``, all below ``within``, in two queries.

    They show the sessions that the visitor asked for. ``categories``: titles by path.
    """
    courses = course_rows(course_ids)
    sessions_of = session_rows(course_ids, sessions)
    address = within.get_url(request) or ""
    return [
        CourseCard(
            title=course.title,
            reference=course.reference,
            summary=course.summary,
            duration_days=course.duration_days,
            category=categories.get(course.path[: -Page.steplen], ""),
            url=address + course.url_path.removeprefix(within.url_path),
            price=vat.price(course.inter_price_excl_vat, course.vat_category, today),
            sessions=[card_session(row) for row in sessions_of[course.pk][:SESSIONS_PER_CARD]],
            more_sessions=max(len(sessions_of[course.pk]) - SESSIONS_PER_CARD, 0),
        )
        for course in (courses[pk] for pk in course_ids)
    ]


def course_rows(course_ids: Iterable[int]) -> dict[int, CourseRow]:
    rows = CoursePage.objects.filter(pk__in=course_ids).values_list(*CourseRow._fields)
    return {row.pk: row for row in map(CourseRow._make, rows)}


def session_rows(
    course_ids: Iterable[int], sessions: SessionQuerySet
) -> defaultdict[int, list[SessionRow]]:
    ordered = sessions.filter(course__in=course_ids).order_by("starts_on", "pk")
    by_course: defaultdict[int, list[SessionRow]] = defaultdict(list)
    for row in map(SessionRow._make, ordered.values_list(*SessionRow._fields)):
        by_course[row.course_id].append(row)
    return by_course


def card_session(row: SessionRow) -> CardSession:
    return CardSession(
        pk=row.pk,
        dates=french_date_range(row.starts_on, row.ends_on),
        place=place_name(row.venue__town),
        is_full=seats_left(row.capacity, row.seats_taken) == 0,
    )
