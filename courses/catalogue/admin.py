"""Editors' views of the catalogue: the list of courses and two reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import ExplorableIndexView, IndexView, PageFilterSet
from wagtail.admin.views.reports import PageReportView
from wagtail.admin.viewsets.pages import PageListingViewSet, PageViewSet
from wagtail.models import Page

import django_filters

from base.typography import euros, french_date
from courses.catalogue.category import CategoryPage
from courses.catalogue.course import CoursePage
from courses.sessions.models import CourseSession

REVIEW_PERIOD = timedelta(days=365)


class CourseFilterSet(PageFilterSet):
    complete = django_filters.BooleanFilter(label="Fiche complète", method="filter_complete")
    upcoming = django_filters.BooleanFilter(label="Session à venir", method="filter_upcoming")

    class Meta:
        model = CoursePage
        fields = ["live", "vat_category"]

    def filter_complete(self, courses: Any, name: str, value: bool) -> Any:
        # Completeness looks inside stream fields, which no SQL condition can express.
        matching = [course.pk for course in CoursePage.objects.all() if course.is_complete == value]
        return courses.filter(pk__in=matching)

    def filter_upcoming(self, courses: Any, name: str, value: bool) -> Any:
        upcoming = CourseSession.objects.upcoming(timezone.localdate()).values("course")
        return courses.filter(pk__in=upcoming) if value else courses.exclude(pk__in=upcoming)


def reference_label(page: Any) -> str:
    return getattr(page, "reference", None) or ""


def price_label(page: Any) -> str:
    """Also read for the sub-categories that an editor meets while exploring: they have no price."""
    if not isinstance(page, CoursePage):
        return ""
    price = page.inter_price_excl_vat
    return f"{euros(price)} HT" if price is not None else "à compléter"


def next_session_label(page: Any) -> str:
    if not isinstance(page, CoursePage):
        return ""
    return french_date(page.next_session_on) if page.next_session_on else "aucune"


def completeness_label(page: Any) -> str:
    if not isinstance(page, CoursePage):
        return ""
    return "complète" if page.is_complete else f"{len(page.missing_facts)} à compléter"


def course_columns(*, sortable: bool) -> list[Column]:
    """Columns of a list of courses; a list of mixed pages cannot be sorted by a course's fields."""
    columns = [
        ("reference", "Référence", reference_label, "reference"),
        ("next_session_on", "Prochaine session", next_session_label, "next_session_on"),
        ("price", "Prix", price_label, "inter_price_excl_vat"),
        ("completeness", "Fiche", completeness_label, None),
    ]
    return [
        Column(name, label=label, accessor=accessor, sort_key=key if sortable else None)
        for name, label, accessor, key in columns
    ]


class CourseIndexView(IndexView):
    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().with_next_session_on(timezone.localdate())


class CourseListingViewSet(PageListingViewSet):
    model = CoursePage
    index_view_class = CourseIndexView
    filterset_class = CourseFilterSet
    icon = "clipboard-list"
    menu_label = "Formations"
    menu_order = 110
    add_to_admin_menu = True

    columns = [
        *PageListingViewSet.columns[:2],
        *course_columns(sortable=True),
        *PageListingViewSet.columns[3:],
    ]


class CourseExplorerView(ExplorableIndexView):
    """The pages of a category as an editor explores them; sub-categories leave columns empty."""

    base_columns = [
        *ExplorableIndexView.base_columns[:2],
        *course_columns(sortable=False),
        *ExplorableIndexView.base_columns[2:],
    ]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.model = Page  # a category holds sub-categories as well as courses

    def get_base_queryset(self) -> Any:
        next_sessions = CourseSession.objects.upcoming(timezone.localdate()).order_by("starts_on")
        next_session_on = next_sessions.filter(course=OuterRef("pk")).values("starts_on")[:1]
        return super().get_base_queryset().annotate(next_session_on=Subquery(next_session_on))


class CourseExplorerViewSet(PageViewSet):
    model = CoursePage
    parent_models = [CategoryPage]
    index_view_class = CourseExplorerView


class CoursesWithoutSessionFilterSet(WagtailFilterSet):
    class Meta:
        model = CoursePage
        fields = ["live"]


class CoursesWithoutSessionView(PageReportView):
    page_title = "Formations sans session à venir"
    header_icon = "calendar-alt"
    index_url_name = "courses_without_session"
    index_results_url_name = "courses_without_session_results"
    filterset_class = CoursesWithoutSessionFilterSet
    any_permission_required = ["add", "change", "publish"]
    list_export = ["reference", "title", "status_string"]
    export_headings = {"reference": "Référence", "title": "Titre", "status_string": "État"}

    def get_queryset(self) -> QuerySet[CoursePage]:
        upcoming = CourseSession.objects.upcoming(timezone.localdate()).values("course")
        self.queryset = CoursePage.objects.live().exclude(pk__in=upcoming).order_by("title")
        result: QuerySet[CoursePage] = super().get_queryset()
        return result


class UnreviewedPagesView(PageReportView):
    page_title = "Pages non revues depuis un an"
    header_icon = "time"
    index_url_name = "unreviewed_pages"
    index_results_url_name = "unreviewed_pages_results"
    any_permission_required = ["add", "change", "publish"]
    list_export = ["title", "last_published_at", "status_string"]
    export_headings = {
        "title": "Titre",
        "last_published_at": "Dernière publication",
        "status_string": "État",
    }

    def get_queryset(self) -> QuerySet[Page]:
        limit = timezone.now() - REVIEW_PERIOD
        pages = Page.objects.live().filter(depth__gt=1, last_published_at__lt=limit)
        self.queryset = pages.order_by("last_published_at")
        result: QuerySet[Page] = super().get_queryset()
        return result
