from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

import pytest

from courses.models import CourseSession
from tests.factories.courses import CoursePageFactory, CourseSessionFactory, VenueFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(catalogue):
    return CoursePageFactory(parent=catalogue)


@pytest.mark.parametrize(
    "fields",
    [
        {"capacity": 2, "seats_taken": 3},
        {"capacity": 0, "seats_taken": 1},
        {"starts_on": date(2027, 1, 5), "ends_on": date(2027, 1, 4)},
        {"format": "on_site", "venue": None},
        {"state": "unknown"},
    ],
)
def test_database_refuses_an_impossible_session(course, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseSessionFactory(course=course, **fields)


def test_unlimited_session_accepts_any_number_of_seats(course):
    session = CourseSessionFactory(course=course, capacity=None, seats_taken=500)

    assert (session.seats_left, session.is_full) == (None, False)


def test_upcoming_leaves_out_drafts_cancelled_and_started_sessions(course):
    today = timezone.localdate()
    shown = CourseSessionFactory(course=course, starts_on=today + timedelta(days=1))
    CourseSessionFactory(course=course, starts_on=today)
    CourseSessionFactory(course=course, state="draft")
    CourseSessionFactory(course=course, state="cancelled")

    assert list(CourseSession.objects.upcoming(today)) == [shown]


def test_below_minimum_counts_taken_seats(course):
    below = CourseSessionFactory(course=course, minimum_to_run=4, seats_taken=3)
    CourseSessionFactory(course=course, minimum_to_run=3, seats_taken=3)

    assert list(CourseSession.objects.below_minimum(timezone.localdate())) == [below]


def test_capacity_cannot_fall_below_seats_already_taken(course):
    session = CourseSessionFactory(course=course, capacity=10, seats_taken=6)
    session.capacity = 5

    with pytest.raises(ValidationError, match="Déjà"):
        session.full_clean()


def test_place_of_a_remote_session_needs_no_venue(course):
    remote = CourseSessionFactory(course=course, remote=True)
    on_site = CourseSessionFactory(course=course, venue=VenueFactory(town="Lyon"))

    assert (remote.place, on_site.place) == ("à distance", "Lyon")
