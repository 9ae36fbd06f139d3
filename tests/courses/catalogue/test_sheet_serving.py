from django.core.files.storage import storages
from django.utils import timezone

import pytest

from base.models import Organisation
from courses.catalogue.sheet_store import CourseSheet, store_sheet
from courses.catalogue.tasks import render_course_sheet
from tests.factories.courses import CoursePageFactory, CourseSessionFactory


@pytest.fixture
def course(catalogue):
    return CoursePageFactory(parent=catalogue, complete=True, reference="TST-01", slug="essai")


def body(response):
    return b"".join(response.streaming_content)


def test_published_course_gets_its_sheet_from_the_worker(client, course, run_tasks):
    course.save_revision().publish()
    run_tasks()

    response = client.get(course.url + "programme.pdf")

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="LEXOM-TST-01.pdf"'
    assert body(response).startswith(b"%PDF-")


def test_sheet_is_rendered_again_only_when_it_changes(course):
    first = render_course_sheet.func(course.pk)
    unchanged = render_course_sheet.func(course.pk)
    CourseSessionFactory(course=course)
    changed = render_course_sheet.func(course.pk)

    assert unchanged == "inchangée"
    assert changed not in (first, unchanged)
    assert CourseSheet.objects.get().sha256 == changed


def test_draft_has_no_sheet(course):
    course.unpublish()

    assert render_course_sheet.func(course.pk) == "formation non publiée"
    assert CourseSheet.objects.count() == 0


def test_sheet_not_yet_rendered_is_announced_and_asked_for(client, course, run_tasks):
    run_tasks()

    response = client.get(course.url + "programme.pdf")

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    run_tasks()
    assert client.get(course.url + "programme.pdf").status_code == 200


def test_reader_who_has_the_sheet_gets_304(client, course):
    store_sheet(course_id=course.pk, key="k", sha256="a" * 64, content=b"%PDF-1")

    response = client.get(course.url + "programme.pdf", headers={"If-None-Match": f'"{"a" * 64}"'})

    assert response.status_code == 304


def test_replaced_sheet_leaves_no_file_behind(course, django_capture_on_commit_callbacks):
    store_sheet(course_id=course.pk, key="k", sha256="c" * 64, content=b"%PDF-1")
    with django_capture_on_commit_callbacks(execute=True):
        store_sheet(course_id=course.pk, key="l", sha256="d" * 64, content=b"%PDF-2")

    _, files = storages["private"].listdir("fiches")

    assert [name for name in files if name.startswith(("c" * 64, "d" * 64))] == [f"{'d' * 64}.pdf"]
    assert CourseSheet.objects.get().rendered_at <= timezone.now()


def test_sheet_whose_file_was_lost_is_rendered_again(client, course, run_tasks):
    render_course_sheet.func(course.pk)
    run_tasks()
    storages["private"].delete(CourseSheet.objects.get().file.name)

    assert client.get(course.url + "programme.pdf").status_code == 503
    run_tasks()
    assert client.get(course.url + "programme.pdf").status_code == 200


def test_impatient_visitors_ask_the_worker_once(client, course, run_tasks):
    Organisation.current()  # created with the first page otherwise, which renders every sheet
    run_tasks()
    CourseSheet.objects.all().delete()

    for _ in range(3):
        client.get(course.url + "programme.pdf")

    assert run_tasks() == 1
