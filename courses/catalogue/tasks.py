from django_tasks import task

from courses.catalogue.course import CoursePage
from courses.catalogue.sheet import sheet_key
from courses.catalogue.sheet_pdf import render_sheet, sheet_context
from courses.catalogue.sheet_store import CourseSheet, store_sheet


@task(priority=-50)
def render_course_sheet(course_id: int) -> str:
    """Renders the PDF of a live course unless nothing that it prints has changed."""
    course = CoursePage.objects.live().filter(pk=course_id).first()
    if course is None:
        return "formation non publiée"
    context = sheet_context(course)
    key = sheet_key(context)
    stored = CourseSheet.objects.filter(course=course, key=key).first()
    if stored and stored.has_file:
        return "inchangée"
    rendered = render_sheet(context)
    store_sheet(course_id=course.pk, key=key, sha256=rendered.sha256, content=rendered.content)
    return rendered.sha256
