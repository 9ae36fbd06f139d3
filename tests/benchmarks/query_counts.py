"""Addresses worth measuring on the site at hand, each with its SQL queries, as JSON."""

from __future__ import annotations

import json
import sys
from urllib.parse import urlencode

import django

django.setup()

from django.db import connection  # noqa: E402  needs the line above
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from courses.catalogue.filters import DURATIONS  # noqa: E402
from courses.catalogue.listing import COURSES_PER_PAGE  # noqa: E402
from courses.models import CatalogueIndexPage, CoursePage, CourseSession  # noqa: E402

SEARCH = "relation client"


def addresses() -> dict[str, str]:
    catalogue = CatalogueIndexPage.objects.get().url
    last = -(-CoursePage.objects.live().count() // COURSES_PER_PAGE)
    return {
        "home": "/",
        "catalogue": catalogue,
        "filtered": f"{catalogue}?{urlencode(town_and_duration())}",
        "search": f"{catalogue}?{urlencode({'q': SEARCH})}",
        "last page": f"{catalogue}?{urlencode({'page': last})}",
        "course": CoursePage.objects.live().order_by("path").first().url,
    }


def town_and_duration() -> dict[str, str]:
    """Filters that a course with an upcoming session answers."""
    upcoming = CourseSession.objects.upcoming(timezone.localdate()).filter(venue__isnull=False)
    session = upcoming.select_related("course", "venue").earliest("starts_on", "pk")
    days = session.course.duration_days
    duration = next(key for key, (_, low, high) in DURATIONS.items() if low <= days < high)
    return {"ville": session.venue.town, "duree": duration}


def count_queries(path: str) -> int:
    client = Client(SERVER_NAME="127.0.0.1")
    client.get(path)  # what a process learns once: the site, the content types
    with CaptureQueriesContext(connection) as queries:
        status = client.get(path).status_code
    if status != 200:
        raise ValueError(f"{path}: {status}")
    return len(queries)


def main() -> None:
    pages = {name: [path, count_queries(path)] for name, path in addresses().items()}
    sys.stdout.write(json.dumps(pages))


if __name__ == "__main__":
    main()
