from datetime import timedelta

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

import pytest
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from courses.catalogue.listing import searched_courses
from pages.jobs import refresh_statistics, resume_interrupted_tasks
from tests.factories.courses import CoursePageFactory

pytestmark = pytest.mark.django_db


def claimed_task(minutes, workers=("a",), status=TaskResultStatus.RUNNING):
    now = timezone.now()
    return DBTaskResult.objects.create(
        status=status,
        args_kwargs={"args": [1], "kwargs": {}},
        task_path="courses.catalogue.tasks.render_course_sheet",
        backend_name="default",
        run_after=now,
        started_at=now - timedelta(minutes=minutes),
        worker_ids=list(workers),
    )


def status_after_the_job(task):
    resume_interrupted_tasks(timezone.now())
    task.refresh_from_db()
    return task.status


def test_task_whose_worker_died_is_run_again():
    task = claimed_task(minutes=16)

    assert status_after_the_job(task) == TaskResultStatus.READY
    assert list(DBTaskResult.objects.ready()) == [task]


def test_task_that_may_still_be_running_is_left_alone():
    assert status_after_the_job(claimed_task(minutes=14)) == TaskResultStatus.RUNNING


@pytest.mark.parametrize("status", [TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED])
def test_finished_task_is_not_run_again(status):
    assert status_after_the_job(claimed_task(minutes=60, status=status)) == status


def test_task_that_kills_every_worker_is_given_up():
    task = claimed_task(minutes=16, workers=["a", "b", "c"])

    assert status_after_the_job(task) == TaskResultStatus.FAILED


def test_search_reads_the_text_index_first_once_the_tables_are_counted():
    CoursePageFactory.create_batch(120, title="Relation client")
    call_command("update_index", verbosity=0)

    refresh_statistics(timezone.now())

    plan = searched_courses("relation client").explain()
    if connection.vendor == "sqlite":  # PostgreSQL counts by itself and has other plans
        assert "SCAN U0 VIRTUAL TABLE INDEX 0:M3" in plan
