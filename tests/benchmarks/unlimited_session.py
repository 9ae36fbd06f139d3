"""A session of the demo site that may be sold for ever; prints the addresses of its order as JSON."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.urls import reverse  # noqa: E402  needs the line above
from django.utils import timezone  # noqa: E402

from courses.models import CourseSession  # noqa: E402
from shop.orders.offers import offer_for  # noqa: E402


def unlimited_session() -> CourseSession:
    """The first one that a consumer may order today, its number of seats no longer limited."""
    now = timezone.now()
    upcoming = CourseSession.objects.upcoming(timezone.localdate(now)).order_by("starts_on", "pk")
    related = upcoming.select_related("course", "venue", "trainer").prefetch_related("half_days")
    session: CourseSession = next(s for s in related if offer_for(s, now=now).sellable)
    CourseSession.objects.filter(pk=session.pk).update(capacity=None)
    session.capacity = None
    return session


def main() -> None:
    session = unlimited_session()
    addresses = {"course": session.course.url, "start": reverse("order_start", args=[session.pk])}
    sys.stdout.write(json.dumps(addresses))


if __name__ == "__main__":
    main()
