"""The upload page in the back-office: importing this module registers it with Wagtail."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse

from wagtail import hooks
from wagtail.admin.menu import MenuItem

from courses.catalogue.importing.views import ImportCourseView, may_import


class ImportCourseMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_import(request.user)


@hooks.register("register_admin_urls")
def import_course_urls() -> list[URLPattern]:
    return [path("importer-une-fiche/", ImportCourseView.as_view(), name="import_course")]


@hooks.register("register_admin_menu_item")
def import_course_menu_item() -> Any:
    return ImportCourseMenuItem(
        "Importer une fiche",
        reverse("import_course"),
        name="import-course",
        icon_name="upload",
        order=115,
    )
