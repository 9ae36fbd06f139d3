"""What the page of a course shows, computed once from facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from base.organisation import Organisation
from base.published import published_ancestors
from base.vat import Price, VatPosition
from courses.catalogue.course import CoursePage
from courses.catalogue.structured_data import breadcrumb, course_structured_data
from courses.sessions.models import CourseSession, SessionQuerySet
from courses.sessions.waiting.closing import takes_waiting


@dataclass(frozen=True)
class SessionOffer:
    """A session as a visitor can choose it."""

    session: CourseSession
    price: Price | None
    calendar_url: str
    takes_waiting: bool

    @property
    def is_bookable(self) -> bool:
        return not self.session.is_full


def course_context(course: CoursePage, request: HttpRequest, today: date) -> dict[str, Any]:
    organisation = Organisation.for_request(request)
    vat = organisation.vat_position
    offers = session_offers(course, vat, today)
    ancestors = published_ancestors(request, course)
    page_url = course.get_full_url(request) or ""
    links = [(page.title, page.get_full_url(request)) for page in ancestors]
    return {
        "organisation": organisation,
        "price": course.price(vat, today),
        "intra_price": intra_price(course, vat, today),
        "offers": offers,
        "next_offer": next((offer for offer in offers if offer.is_bookable), None)
        or next(iter(offers), None),
        "missing_facts": course.missing_facts,
        "ancestors": ancestors,
        "structured_data": [
            breadcrumb([*links, (course.title, page_url)]),
            course_structured_data(course, offers, organisation, page_url),
        ],
    }


def intra_price(course: CoursePage, vat: VatPosition, today: date) -> Price | None:
    """Price per day for a group of one company, or None when it is on request."""
    return vat.price(course.intra_price_excl_vat, course.vat_category, today)


def session_offers(course: CoursePage, vat: VatPosition, today: date) -> Sequence[SessionOffer]:
    if course.pk is None:  # preview of a course that was never saved
        return []
    # Asked through the course, whose sessions then know it: a session's price may be its course's.
    sessions: SessionQuerySet = course.sessions.all()  # type: ignore[assignment]  # its manager's
    upcoming = sessions.upcoming(today).select_related("venue", "trainer")
    timed = upcoming.prefetch_related("half_days")
    return [
        SessionOffer(
            session=session,
            price=session.price(vat, today),
            calendar_url=calendar_url(session),
            takes_waiting=takes_waiting(session, today),
        )
        for session in timed
    ]


def calendar_url(session: CourseSession) -> str:
    """Empty while the hours are not known: there would be nothing to download."""
    return reverse("session_calendar", args=[session.pk]) if session.half_days.all() else ""
