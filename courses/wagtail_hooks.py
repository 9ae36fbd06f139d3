from typing import Any

from django.urls import URLPattern, path, reverse

from wagtail import hooks
from wagtail.admin.menu import MenuItem

import courses.catalogue.importing.admin  # noqa: F401  registers the upload page and its menu item
from courses.catalogue.admin import (
    CourseExplorerViewSet,
    CourseListingViewSet,
    CoursesWithoutSessionView,
    UnreviewedPagesView,
)
from courses.sessions.admin import SessionsBelowMinimumView, SessionsGroup

REPORTS: list[tuple[str, str, Any]] = [
    ("formations-sans-session", "courses_without_session", CoursesWithoutSessionView),
    ("pages-non-revues", "unreviewed_pages", UnreviewedPagesView),
    ("sessions-sous-minimum", "sessions_below_minimum", SessionsBelowMinimumView),
]


@hooks.register("register_admin_viewset")
def course_viewsets() -> list[Any]:
    return [CourseListingViewSet("formations"), CourseExplorerViewSet(), SessionsGroup()]


@hooks.register("register_permissions")
def waiting_permissions() -> Any:
    from django.contrib.auth.models import Permission  # a queryset: apps must be ready

    return Permission.objects.filter(
        content_type__app_label="courses", content_type__model="waitingentry"
    )


@hooks.register("register_admin_urls")
def report_urls() -> list[URLPattern]:
    return [
        pattern
        for slug, name, view in REPORTS
        for pattern in (
            path(f"rapports/{slug}/", view.as_view(), name=name),
            path(
                f"rapports/{slug}/resultats/",
                view.as_view(results_only=True),
                name=f"{name}_results",
            ),
        )
    ]


def report_menu_item(slug: str, name: str, view: Any) -> MenuItem:
    return MenuItem(view.page_title, reverse(name), name=slug, icon_name=view.header_icon)


for slug, name, view in REPORTS:
    hooks.register(
        "register_reports_menu_item",
        lambda slug=slug, name=name, view=view: report_menu_item(slug, name, view),
    )
