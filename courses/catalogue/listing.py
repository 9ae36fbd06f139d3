"""One page of the catalogue: the visitor's filters in, courses out, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from wagtail.models import Page

from base.missing import PageMissing
from base.organisation import Organisation
from base.vat import Price, VatPosition
from courses.catalogue.filters import DURATIONS, CatalogueFilterForm, CatalogueFilters
from courses.catalogue.models import CategoryPage, CoursePage
from courses.catalogue.queries import CourseQuerySet
from courses.catalogue.search_words import without_accents
from courses.sessions.models import CourseSession, SessionQuerySet

COURSES_PER_PAGE = 12
SESSIONS_PER_CARD = 2


@dataclass(frozen=True)
class CourseCard:
    """What a visitor sees of a course in a list."""

    course: CoursePage
    category: CategoryPage | None
    url: str
    price: Price | None
    sessions: Sequence[CourseSession]
    more_sessions: int


def catalogue_listing(request: HttpRequest, *, within: Page) -> dict[str, Any]:
    """Template context of the catalogue index and of a category.

    Raises PageMissing for a page number that does not exist.
    """
    today = timezone.localdate()
    categories = list(CategoryPage.objects.live().order_by("path"))
    below = [item for item in categories if item.path.startswith(within.path) and item != within]
    form = CatalogueFilterForm(
        request.GET,
        categories=[(item.slug, indented_title(item, within)) for item in below],
        towns=towns_with_sessions(today),
    )
    filters = CatalogueFilters.from_form(form)
    vat = Organisation.for_request(request).vat_position
    chosen = next((item for item in below if item.slug == filters.category), within)
    courses = matching_courses(filters, within=chosen, vat=vat, today=today)
    sessions = matching_sessions(filters, today)
    results = result_page(courses, request.GET.get("page", "1"))
    shown: CourseQuerySet = results.object_list  # type: ignore[assignment]  # a slice of courses
    return {
        "form": form,
        "filters": filters,
        "results": results,
        "cards": course_cards(request, shown, categories, sessions, vat=vat, today=today),
        "query_string": query_string_without_page(request),
        "subcategories": [item for item in below if item.depth == within.depth + 1],
    }


def indented_title(category: CategoryPage, within: Page) -> str:
    return "– " * (category.depth - within.depth - 1) + category.title


def towns_with_sessions(today: date) -> list[str]:
    sessions = CourseSession.objects.upcoming(today).filter(venue__isnull=False)
    towns = sessions.order_by("venue__town").values_list("venue__town", flat=True)
    return list(towns.distinct())


def matching_courses(
    filters: CatalogueFilters, *, within: Page, vat: VatPosition, today: date
) -> CourseQuerySet:
    courses = searched_courses(filters.query).filter(path__startswith=within.path)
    if filters.duration:
        _, shortest, longest = DURATIONS[filters.duration]
        courses = courses.filter(duration_days__gte=shortest, duration_days__lt=longest)
    if filters.max_price_incl_vat is not None:
        courses = courses.costing_at_most(filters.max_price_incl_vat, vat, today)
    if filters.concerns_sessions:
        courses = courses.having_session(matching_sessions(filters, today))
    return sorted_courses(courses, filters, today)


def searched_courses(query: str) -> CourseQuerySet:
    """Live courses that contain every word of ``query``; the last word may be a beginning."""
    courses: CourseQuerySet = CoursePage.objects.live().for_cards()
    words = without_accents(query)
    if not words:
        return courses
    found = courses.autocomplete(words, order_by_relevance=False)
    matches: CourseQuerySet = found.get_queryset()
    return matches


def matching_sessions(filters: CatalogueFilters, today: date) -> SessionQuerySet:
    sessions = CourseSession.objects.upcoming(today)
    if filters.town:
        sessions = sessions.filter(venue__town=filters.town)
    if filters.format:
        sessions = sessions.filter(format=filters.format)
    if filters.from_date:
        sessions = sessions.filter(starts_on__gte=filters.from_date)
    if filters.until_date:
        sessions = sessions.filter(starts_on__lte=filters.until_date)
    return sessions


def sorted_courses(
    courses: CourseQuerySet, filters: CatalogueFilters, today: date
) -> CourseQuerySet:
    match filters.sort:
        case "date":
            dated = courses.with_next_session_on(today)
            return dated.order_by(F("next_session_on").asc(nulls_last=True), "title", "pk")
        case "prix":
            return courses.order_by(F("inter_price_excl_vat").asc(nulls_last=True), "title", "pk")
        case "titre":
            return courses.order_by("title", "pk")
    return (
        courses.closest_first(filters.query) if filters.query else courses.order_by("title", "pk")
    )


def result_page(courses: CourseQuerySet, number: str) -> ResultPage[CoursePage]:
    paginator = Paginator(courses, COURSES_PER_PAGE)
    is_number = number.isascii() and number.isdigit() and len(number) <= 6
    if not is_number or not 1 <= int(number) <= paginator.num_pages:
        raise PageMissing("Cette page du catalogue n’existe pas.")
    return paginator.page(int(number))


def course_cards(
    request: HttpRequest,
    courses: CourseQuerySet,
    categories: Sequence[CategoryPage],
    sessions: SessionQuerySet,
    *,
    vat: VatPosition,
    today: date,
) -> list[CourseCard]:
    """Cards of one result page; they show the sessions that the visitor asked for."""
    by_path = {category.path: category for category in categories}
    return [
        CourseCard(
            course=course,
            category=by_path.get(course.path[: -Page.steplen]),
            url=course.get_url(request),
            price=course.price(vat, today),
            sessions=course.upcoming_sessions[:SESSIONS_PER_CARD],
            more_sessions=max(len(course.upcoming_sessions) - SESSIONS_PER_CARD, 0),
        )
        for course in courses.with_upcoming_sessions(sessions)
    ]


def query_string_without_page(request: HttpRequest) -> str:
    """The filters as typed, to put before ``page=`` in links to the other result pages."""
    parameters = request.GET.copy()
    parameters.pop("page", None)
    for name in [name for name, value in parameters.items() if not value]:
        del parameters[name]
    return parameters.urlencode()
