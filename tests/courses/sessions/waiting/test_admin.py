from django.core import mail

import pytest

from courses.models import CourseSession, WaitingEntry
from courses.sessions.rules import SessionState
from courses.sessions.seats import release_seats
from tests.courses.test_admin import session_form
from users.roles import Role

LIST = "/gestion/liste-d-attente/"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SALES, 200),
        (Role.PUBLISHING, 200),
        (Role.EDITING, 302),
        (Role.ACCOUNTING, 302),
    ],
)
def test_list_is_for_those_who_manage_sessions(staff, queue, role, status):
    entry = queue("a")
    client = staff(role)

    assert client.get(LIST).status_code == status
    assert client.get(f"{LIST}{entry.pk}/").status_code == status
    for name in ("proposer", "retirer"):
        assert client.get(f"{LIST}{entry.pk}/{name}/").status_code == status


def test_exported_name_never_starts_a_formula(staff, queue):
    WaitingEntry.objects.filter(pk=queue("a").pk).update(name="=cmd()")
    exported = staff(Role.SALES).get(LIST, {"export": "csv"}).getvalue().decode()
    assert "'=cmd()" in exported


def test_staff_never_write_an_entry(staff, queue):
    entry = queue("a")
    client = staff(Role.SALES)

    for address in ("new/", f"edit/{entry.pk}/", f"delete/{entry.pk}/"):
        assert client.get(LIST + address).status_code == 404


def test_list_costs_the_same_for_one_and_for_many(staff, queue, django_assert_num_queries):
    client = staff(Role.SALES)
    queue("a")
    client.get(LIST)
    for count in (1, 8):
        for number in range(count):
            queue(f"p{number}")
        with django_assert_num_queries(14):
            client.get(LIST)


def test_staff_offer_a_free_seat_out_of_turn(staff, full, queue, run_tasks):
    queue("a", places=2)
    later = queue("b")
    release_seats(session_id=full.pk)
    client = staff(Role.SALES)

    response = client.post(f"{LIST}{later.pk}/proposer/", follow=True)
    run_tasks()

    assert "La proposition est partie" in response.content.decode()
    assert WaitingEntry.objects.get(pk=later.pk).state == "offered"
    assert mail.outbox[-1].to == ["b@example.org"]


def test_staff_are_told_that_nothing_is_free(staff, queue):
    entry = queue("a")

    response = staff(Role.SALES).post(f"{LIST}{entry.pk}/proposer/", follow=True)

    assert "Cette session est complète." in response.content.decode()
    assert WaitingEntry.objects.get().state == "waiting"


def test_staff_remove_an_entry(staff, queue):
    entry = queue("a")

    response = staff(Role.SALES).post(f"{LIST}{entry.pk}/retirer/", follow=True)

    page = response.content.decode()
    assert "n’est plus sur la liste d’attente" in page
    assert "Proposer maintenant" not in page
    assert WaitingEntry.objects.get().state == "removed"


def test_sessions_list_counts_who_waits(staff, queue):
    for name in "abc":
        queue(name)
    WaitingEntry.objects.filter(email="c@example.org").delete()

    (session,) = staff(Role.SALES).get("/gestion/coursesession/").context["object_list"]

    assert session.waiting == 2


@pytest.mark.parametrize(
    ("changes", "state", "before", "taken"),
    [
        ({"capacity": "3"}, "offered", 2, 3),
        # One that holds people is cancelled by its own page, which writes to each of them.
        ({"capacity": "2", "state": SessionState.CANCELLED.value}, "closed", 0, 0),
    ],
)
def test_saving_a_session_settles_its_list(
    staff, full, queue, run_tasks, changes, state, before, taken
):
    entry = queue("a")
    CourseSession.objects.update(seats_taken=before)
    starts_on = full.starts_on.isoformat()
    form = session_form(full.course, starts_on=starts_on, ends_on=starts_on, **changes)

    response = staff(Role.SALES).post(f"/gestion/coursesession/edit/{full.pk}/", form)
    run_tasks()

    assert response.status_code == 302
    entry.refresh_from_db()
    assert (entry.state, CourseSession.objects.get().seats_taken) == (state, taken)


def test_staff_do_not_see_the_key_of_a_visitor(staff, queue):
    entry = queue("a")

    page = staff(Role.SALES).get(f"{LIST}{entry.pk}/").content.decode()

    assert "a@example.org" in page
    assert entry.token not in page
