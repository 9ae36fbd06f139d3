from __future__ import annotations

from django.core.cache import cache
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.http import http_date
from django.views.decorators.http import condition

from wagtail.models import Site

from base.missing import PageMissing
from courses.catalogue.course import CoursePage
from courses.catalogue.sheet_store import CourseSheet
from courses.catalogue.tasks import render_course_sheet

ASK_AGAIN_SECONDS = 60


def course_sheet(request: HttpRequest, folder: str) -> HttpResponseBase:
    """The stored PDF of the live course at the address ``folder``; a page never renders one.

    Without a file yet, asks the worker for it and says so.
    """
    course = course_at(request, folder)
    sheet = CourseSheet.objects.select_related("course").filter(course=course).first()
    if sheet is None or not sheet.has_file:
        ask_for_sheet(course)
        return being_prepared(request, course)
    return send_file(request, sheet)


def course_at(request: HttpRequest, folder: str) -> CoursePage:
    site = Site.find_for_request(request)
    url_path = f"{site.root_page.url_path}{folder}" if site else ""
    course = get_object_or_404(CoursePage.objects.live(), url_path=url_path)
    if course.get_view_restrictions().exists():
        raise PageMissing("Cette fiche n’est pas publique.")
    return course


def ask_for_sheet(course: CoursePage) -> None:
    """At most once a minute, however many visitors insist."""
    if cache.add(f"sheet-asked-{course.pk}", True, ASK_AGAIN_SECONDS):
        render_course_sheet.enqueue(course.pk)


def being_prepared(request: HttpRequest, course: CoursePage) -> HttpResponse:
    response = render(request, "courses/sheet_being_prepared.html", {"page": course}, status=503)
    response["Retry-After"] = "10"
    response["Cache-Control"] = "no-store"
    return response


def send_file(request: HttpRequest, sheet: CourseSheet) -> HttpResponseBase:
    def open_file(request: HttpRequest) -> HttpResponseBase:
        response = FileResponse(
            sheet.file.open("rb"), filename=sheet.file_name, content_type="application/pdf"
        )
        response["Cache-Control"] = "public, max-age=300"
        response["Last-Modified"] = http_date(sheet.rendered_at.timestamp())
        return response

    return condition(etag_func=lambda request: f'"{sheet.sha256}"')(open_file)(request)
