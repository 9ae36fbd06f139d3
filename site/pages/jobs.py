from datetime import datetime, timedelta

from django.core.management import call_command
from django.db import connection

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from base.clock import Job, register
from courses.catalogue.tasks import render_course_sheet
from courses.models import CoursePage

LONGEST_TASK = timedelta(minutes=15)
MOST_ATTEMPTS = 3


def publish_scheduled(now: datetime) -> None:
    """Pages whose publication or expiry was set for a past instant."""
    call_command("publish_scheduled", verbosity=0)


def refresh_course_sheets(now: datetime) -> None:
    """The sheets print upcoming sessions: those that a new day changed are rendered again."""
    for pk in CoursePage.objects.live().values_list("pk", flat=True):
        render_course_sheet.enqueue(pk)


def resume_interrupted_tasks(now: datetime) -> None:
    """A worker that died leaves its task « running » for ever: another worker takes it over.

    A task that was never finished after three attempts is given up: it may be what kills workers.
    """
    for task in DBTaskResult.objects.running().filter(started_at__lt=now - LONGEST_TASK):
        if len(task.worker_ids) >= MOST_ATTEMPTS:
            task.set_failed(TimeoutError("interrompue à chaque tentative"))
        else:
            task.status = TaskResultStatus.READY
            task.save(update_fields=["status"])


def forget_old_traces(now: datetime) -> None:
    """Finished tasks and expired browser sessions: technical data, not kept (law.md G-02)."""
    call_command("prune_db_task_results", verbosity=0)
    call_command("clearsessions", verbosity=0)


def refresh_statistics(now: datetime) -> None:
    """SQLite keeps no statistics by itself: without them it reads the search index row by row.

    PostgreSQL's autovacuum does the same work on its own.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit=1000")
            cursor.execute("PRAGMA optimize=0x10002")  # every table, not only those just used


def register_jobs() -> None:
    register(Job("publication programmée", timedelta(minutes=1), publish_scheduled))
    register(Job("tâches interrompues", timedelta(minutes=5), resume_interrupted_tasks))
    register(Job("fiches programme du jour", timedelta(hours=24), refresh_course_sheets))
    register(Job("statistiques de la base", timedelta(hours=24), refresh_statistics))
    register(Job("ménage technique", timedelta(hours=24), forget_old_traces))
