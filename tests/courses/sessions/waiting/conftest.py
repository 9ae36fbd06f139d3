"""A session of two seats, both taken, that starts in sixty days."""

from datetime import timedelta

from django.utils import timezone

import pytest

from courses.sessions.waiting.actions import join
from courses.sessions.waiting.closing import ask_before_offering_one_seat
from tests.factories.courses import CoursePageFactory, CourseSessionFactory


@pytest.fixture(autouse=True)
def _individuals_may_always_order():
    """The shop's own rule is tested in the shop."""
    from shop.orders.offers import individuals_may_order

    ask_before_offering_one_seat(lambda starts_on, now: True)
    yield
    ask_before_offering_one_seat(individuals_may_order)


@pytest.fixture
def full(catalogue, contact_page):
    course = CoursePageFactory(parent=catalogue, title="Plan marketing", complete=True)
    return CourseSessionFactory(
        course=course,
        capacity=2,
        seats_taken=2,
        starts_on=timezone.localdate() + timedelta(days=60),
    )


@pytest.fixture
def queue(full):
    """Adds somebody to the list; the first letter of the address tells them apart."""

    def queue(name, places=1, *, session=full, now=None):
        return join(
            session_id=session.pk,
            name=name,
            email=f"{name}@example.org",
            places=places,
            now=now or timezone.now(),
        )

    return queue
