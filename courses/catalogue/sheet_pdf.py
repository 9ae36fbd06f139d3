"""The course sheet of a page, and its PDF."""

from datetime import date

from django.template.loader import render_to_string
from django.utils import timezone

from base.organisation import Organisation
from courses.catalogue.category import CategoryPage
from courses.catalogue.course import CoursePage
from courses.catalogue.presentation import intra_price
from courses.catalogue.sheet import (
    SheetCertification,
    SheetContext,
    SheetIndicator,
    SheetSession,
)
from courses.sessions.models import CourseSession
from documents.issuer import letterhead
from documents.rendering import Rendered, render

SESSIONS_PRINTED = 6


def render_sheet(context: SheetContext) -> Rendered:
    """The sheet as a PDF/A-3a and PDF/UA-1 file."""
    html = render_to_string(
        "documents/course_sheet.html", {"sheet": context, "issuer": context.issuer}
    )
    return render(html, stylesheet="course_sheet")


def sheet_context(course: CoursePage, organisation: Organisation | None = None) -> SheetContext:
    """What the sheet says today: prices follow the VAT in force, past sessions are left out."""
    organisation, today = organisation or Organisation.current(), timezone.localdate()
    vat = organisation.vat_position
    return SheetContext(
        title=course.title,
        issuer=letterhead(organisation),
        reference=course.reference or "",
        categories=tuple(page.title for page in course.get_ancestors().type(CategoryPage)),
        duration_days=course.duration_days,
        duration_hours=course.duration_hours,
        objectives=tuple(block.value for block in course.objectives if block.value),
        audience=course.audience,
        prerequisites=course.prerequisites,
        half_days=tuple(course.half_days),
        teaching_methods=course.teaching_methods,
        means=course.means,
        evaluation_methods=course.evaluation_methods,
        certificate=course.certificate,
        trainer_qualification=course.trainer_qualification,
        certification=_certification(course),
        indicators=_indicators(course),
        group_size_min=course.group_size_min,
        group_size_max=course.group_size_max,
        inter_price=course.price(vat, today),
        intra_price=intra_price(course, vat, today),
        sessions=_sessions(course, today),
        access_terms=course.access_terms,
        access_delay=course.access_delay,
        accessibility=course.accessibility_statement,
        updated_on=course.content_updated_on,
    )


def _certification(course: CoursePage) -> SheetCertification | None:
    if not course.certification_title:
        return None
    return SheetCertification(
        title=course.certification_title,
        code=course.rncp_code,
        certifier=course.certifier,
        registered_on=course.certification_registered_on,
    )


def _indicators(course: CoursePage) -> tuple[SheetIndicator, ...]:
    return tuple(
        SheetIndicator(**{name: value or "" for name, value in block.value.items()})
        for block in course.indicators
    )


def _sessions(course: CoursePage, today: date) -> tuple[SheetSession, ...]:
    upcoming = CourseSession.objects.upcoming(today).filter(course=course).select_related("venue")
    return tuple(
        SheetSession(session.starts_on, session.ends_on, session.place)
        for session in upcoming[:SESSIONS_PRINTED]
    )
