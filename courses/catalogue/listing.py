"""One page of the catalogue: the visitor's filters in, courses out, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from wagtail.models import Page

from base.kept_facts import kept
from base.missing import PageMissing
from base.organisation import Organisation
from base.vat import VatPosition
from courses.catalogue.cards import course_cards
from courses.catalogue.category import CategoryPage, published_categories
from courses.catalogue.filters import DURATIONS, CatalogueFilterForm, CatalogueFilters
from courses.catalogue.models import CoursePage
from courses.catalogue.queries import CourseQuerySet
from courses.catalogue.search_words import without_accents
from courses.sessions.models import CourseSession, SessionQuerySet

COURSES_PER_PAGE = 12


def catalogue_listing(request: HttpRequest, *, within: Page) -> dict[str, Any]:
    """Template context of the catalogue index and of a category.

    Raises PageMissing for a page number that does not exist.
    """
    today = timezone.localdate()
    categories = published_categories(request)
    below = [item for item in categories if item.path.startswith(within.path) and item != within]
    form = CatalogueFilterForm(
        request.GET,
        categories=[(item.slug, indented_title(item, within)) for item in below],
        towns=kept(request, ("towns", today), lambda: towns_with_sessions(today)),
    )
    filters = CatalogueFilters.from_form(form)
    vat = Organisation.for_request(request).vat_position
    chosen = next((item for item in below if item.slug == filters.category), within)
    found = found_courses(request, filters, within=chosen, vat=vat, today=today)
    results = result_page(found, request.GET.get("page", "1"))
    return {
        "form": form,
        "filters": filters,
        "results": results,
        "cards": course_cards(
            request,
            list(results.object_list),
            matching_sessions(filters, today),
            within=within,
            categories={category.path: category.title for category in categories},
            vat=vat,
            today=today,
        ),
        "query_string": query_string_without_page(request),
        "subcategories": [item for item in below if item.depth == within.depth + 1],
    }


def found_courses(
    request: HttpRequest,
    filters: CatalogueFilters,
    *,
    within: Page,
    vat: VatPosition,
    today: date,
) -> Sequence[int]:
    """Keys of all courses found, in order: their number and any page of them cost nothing more."""

    def find() -> list[int]:
        courses = matching_courses(filters, within=within, vat=vat, today=today)
        return list(courses.values_list("pk", flat=True))

    # What visitors type is theirs alone, and would fill the memory.
    if filters.is_active:
        return find()
    return kept(request, ("courses", within.path, filters.sort, today), find)


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
    courses: CourseQuerySet = CoursePage.objects.live()
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


def result_page(courses: Sequence[int], number: str) -> ResultPage[int]:
    paginator = Paginator(courses, COURSES_PER_PAGE)
    is_number = number.isascii() and number.isdigit() and len(number) <= 6
    if not is_number or not 1 <= int(number) <= paginator.num_pages:
        raise PageMissing("Cette page du catalogue n’existe pas.")
    return paginator.page(int(number))


def query_string_without_page(request: HttpRequest) -> str:
    """The filters as typed, to put before ``page=`` in links to the other result pages."""
    parameters = request.GET.copy()
    parameters.pop("page", None)
    for name in [name for name, value in parameters.items() if not value]:
        del parameters[name]
    return parameters.urlencode()
