from django.db import transaction

from base.page_cache import forget_pages
from courses.sessions.models import CourseSession, HalfDay
from courses.sessions.rules import SessionState, plan_half_days
from courses.sessions.seats import lock_session, settle_waiting_list


@transaction.atomic
def schedule_usual_half_days(*, session: CourseSession) -> int:
    """Gives a session without a timetable the usual hours of its course; returns how many.

    Half-days that would fall after the last day of the session are left out.
    """
    duration = session.course.duration_days
    if duration is None or session.half_days.exists():
        return 0
    planned = [
        HalfDay(session=session, date=slot.date, start_time=slot.start_time, end_time=slot.end_time)
        for slot in plan_half_days(session.starts_on, duration)
        if slot.date <= session.ends_on
    ]
    transaction.on_commit(forget_pages)  # created in bulk: no signal tells the page cache
    return len(HalfDay.objects.bulk_create(planned))


@transaction.atomic
def close_session(*, session_id: int) -> CourseSession:
    """It does not take place: nobody can book it any more, and its waiting list is told."""
    session = lock_session(session_id)
    session.state = SessionState.CANCELLED.value
    session.save(update_fields=["state"])
    settle_waiting_list(session_id=session.pk)
    return session
