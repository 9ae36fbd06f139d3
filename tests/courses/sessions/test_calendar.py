from datetime import date
from decimal import Decimal

from django.urls import reverse

import pytest
from icalendar import Calendar

from courses.sessions.actions import schedule_usual_half_days
from tests.factories.courses import CoursePageFactory, CourseSessionFactory


@pytest.fixture
def session(catalogue):
    course = CoursePageFactory(parent=catalogue, title="Plan, marketing", duration_days=2)
    session = CourseSessionFactory(
        course=course, starts_on=date(2099, 3, 26), ends_on=date(2099, 3, 27)
    )
    schedule_usual_half_days(session=session)
    return session


def events(client, session):
    response = client.get(reverse("session_calendar", args=[session.pk]))
    return Calendar.from_ical(response.content).walk("VEVENT")


def test_calendar_has_one_event_per_half_day_at_paris_time(client, session):
    first, *rest = events(client, session)

    assert len(rest) == 3
    assert first["dtstart"].dt.isoformat() == "2099-03-26T08:00:00+00:00"
    assert first["dtend"].dt.isoformat() == "2099-03-26T11:30:00+00:00"
    assert (str(first["summary"]), str(first["location"])) == (
        "Plan, marketing",
        "Salle de Privas, 07000 Privas",
    )


def test_summer_time_is_followed(client, session):
    session.half_days.all().delete()
    session.starts_on = session.ends_on = date(2099, 7, 1)
    session.course.duration_days = Decimal("1.0")
    schedule_usual_half_days(session=session)

    assert events(client, session)[0]["dtstart"].dt.isoformat() == "2099-07-01T07:00:00+00:00"


def test_cancelled_session_tells_the_calendars(client, session):
    session.state = "cancelled"
    session.save()

    assert {str(event["status"]) for event in events(client, session)} == {"CANCELLED"}


@pytest.mark.parametrize("change", [{"state": "draft"}, {"pk": 999}])
def test_calendar_of_an_invisible_session_is_a_404(client, session, change):
    for name, value in change.items():
        setattr(session, name, value)
    if "pk" not in change:
        session.save()

    assert client.get(reverse("session_calendar", args=[session.pk])).status_code == 404
