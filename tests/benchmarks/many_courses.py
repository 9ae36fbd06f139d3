"""Fills the demo site up to a number of courses, with sessions; prints the seconds it took as JSON.

Rows are inserted in bulk: one `add_child` a course would take most of an hour. The copies keep the
text of the demo courses, so that pages weigh what they weigh in use.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402  needs the line above
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from wagtail.models import Page  # noqa: E402

from courses.models import CoursePage, CourseSession, Venue  # noqa: E402
from courses.sessions.rules import SessionFormat, SessionState  # noqa: E402

BATCH = 1000
MOST_SESSIONS = 3


def copies(models: list[CoursePage], numbers: range) -> Iterator[CoursePage]:
    """Unsaved copies of the models in turn, each below the parent of its model."""
    steps: Counter[str] = Counter()
    for model in models:
        parent_path, step = model.path[: -Page.steplen], Page._str2int(model.path[-Page.steplen :])
        steps[parent_path] = max(steps[parent_path], step)
    for number in numbers:
        model = models[number % len(models)]
        parent_path = model.path[: -Page.steplen]
        steps[parent_path] += 1
        yield copy(model, number, Page._get_path(parent_path, model.depth, steps[parent_path]))


def copy(model: CoursePage, number: int, path: str) -> CoursePage:
    values = {
        field.attname: getattr(model, field.attname) for field in CoursePage._meta.concrete_fields
    }
    title, slug = f"{model.title} ({number})", f"{model.slug}-{number}"
    return CoursePage(
        **values
        | {
            "id": None,
            "page_ptr_id": None,
            "path": path,
            "title": title,
            "draft_title": title,
            "slug": slug,
            "url_path": f"{model.url_path.removesuffix(f'{model.slug}/')}{slug}/",
            "reference": f"ESSAI-{number}",
            "translation_key": uuid.uuid4(),
            "latest_revision_id": None,
            "live_revision_id": None,
        }
    )


def insert(courses: list[CoursePage]) -> None:
    page_fields = [field.attname for field in Page._meta.concrete_fields]
    pages = Page.objects.bulk_create(
        [Page(**{name: getattr(course, name) for name in page_fields}) for course in courses]
    )
    for course, page in zip(courses, pages, strict=True):
        course.pk = course.id = page.pk
    # What bulk_create refuses to do itself for a model whose fields live in two tables.
    fields = CoursePage._meta.local_concrete_fields
    CoursePage._base_manager.get_queryset()._batched_insert(courses, fields, batch_size=None)
    parents = Counter(course.path[: -Page.steplen] for course in courses)
    for path, added in parents.items():
        Page.objects.filter(path=path).update(numchild=F("numchild") + added)


def sessions(
    courses: list[CoursePage], venues: list[Venue], today: date
) -> Iterator[CourseSession]:
    """No session, one, two or three, in the coming year; every fifth one is remote."""
    for course in courses:
        for turn in range(course.pk % (MOST_SESSIONS + 1)):
            seed = course.pk * 37 + turn * 101
            starts_on = today + timedelta(days=7 + seed % 360)
            is_remote = seed % 5 == 0
            yield CourseSession(
                course=course,
                starts_on=starts_on,
                ends_on=starts_on + timedelta(days=int(course.duration_days or 1)),
                format=SessionFormat.REMOTE if is_remote else SessionFormat.ON_SITE,
                venue=None if is_remote else venues[seed % len(venues)],
                capacity=12,
                seats_taken=seed % 13,
                state=SessionState.OPEN,
            )


@transaction.atomic
def fill_up_to(total: int) -> None:
    models = list(CoursePage.objects.live().order_by("path"))
    venues, today = list(Venue.objects.order_by("pk")), timezone.localdate()
    everything = copies(models, range(len(models), total))
    for first in range(len(models), total, BATCH):
        courses = [next(everything) for _ in range(min(BATCH, total - first))]
        insert(courses)
        CourseSession.objects.bulk_create(sessions(courses, venues, today))


def main() -> None:
    started = time.perf_counter()
    fill_up_to(int(sys.argv[1]))
    filled = time.perf_counter()
    call_command("update_index", verbosity=0)
    # What the database's own housekeeping, or the clock, would do a minute later.
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    seconds = {"rows": filled - started, "index": time.perf_counter() - filled}
    sys.stdout.write(json.dumps(seconds))


if __name__ == "__main__":
    main()
