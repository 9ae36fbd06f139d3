from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from base.missing import PageMissing
from courses.sessions.calendar import session_calendar
from courses.sessions.models import CourseSession
from courses.sessions.rules import PUBLIC_STATES, SessionState

SHAREABLE_STATES = (*PUBLIC_STATES, SessionState.CANCELLED)


def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Calendar file; a cancelled session stays available so that calendars learn of it."""
    sessions = CourseSession.objects.filter(state__in=SHAREABLE_STATES, course__live=True)
    session = get_object_or_404(sessions.select_related("course", "venue"), pk=pk)
    if not session.half_days.exists():
        raise PageMissing("Les horaires de cette session ne sont pas encore connus.")
    content = session_calendar(session, session.course.get_full_url(request) or "")
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="session-{session.pk}.ics"'},
    )
