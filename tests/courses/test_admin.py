"""What staff see and do in the back-office, role by role."""

from datetime import date, timedelta
from io import BytesIO

from django.urls import reverse
from django.utils import timezone

import pytest

from courses.models import CatalogueIndexPage, CategoryPage, CoursePage, CourseSession
from tests.factories.courses import CoursePageFactory, CourseSessionFactory, VenueFactory
from tests.factories.pages import CategoryPageFactory, ContactMessageFactory
from users.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher(staff):
    return staff(Role.PUBLISHING)


def make_course(**fields):
    index = CatalogueIndexPage.objects.get()
    category = CategoryPage.objects.first() or CategoryPageFactory(parent=index)
    return CoursePageFactory(parent=category, complete=True, **fields)


def session_form(course, **changes):
    form = {
        "course": course.pk,
        "starts_on": "2027-03-01",
        "ends_on": "",
        "format": "on_site",
        "venue": VenueFactory().pk,
        "capacity": "10",
        "minimum_to_run": "3",
        "state": "open",
        "half_days-TOTAL_FORMS": "0",
        "half_days-INITIAL_FORMS": "0",
        "half_days-MIN_NUM_FORMS": "0",
        "half_days-MAX_NUM_FORMS": "1000",
    }
    return form | changes


def test_new_session_gets_its_last_day_and_usual_timetable(publisher):
    course = make_course(duration_days=2)

    publisher.post(reverse("coursesession:add"), session_form(course))

    session = CourseSession.objects.get()
    assert (session.starts_on, session.ends_on) == (date(2027, 3, 1), date(2027, 3, 2))
    assert [f"{slot.date:%d} {slot.start_time:%H:%M}" for slot in session.half_days.all()] == [
        "01 09:00",
        "01 13:30",
        "02 09:00",
        "02 13:30",
    ]


def test_session_form_explains_what_is_wrong_in_french(publisher):
    form = session_form(make_course(), venue="", starts_on="31/02/2027", capacity="-1")

    response = publisher.post(reverse("coursesession:add"), form)

    assert CourseSession.objects.count() == 0
    assert set(response.context["form"].errors) == {"venue", "starts_on", "capacity"}
    assert "Indiquez le lieu d’une session en présentiel." in response.content.decode()


def test_session_opened_from_a_course_names_it(publisher):
    course = make_course()

    response = publisher.get(reverse("coursesession:add") + f"?course={course.pk}")

    assert response.context["form"].initial["course"] == course.pk


def test_session_opened_for_nonsense_is_an_empty_form(publisher):
    response = publisher.get(reverse("coursesession:add") + "?course=abc")

    assert response.context["form"].initial["course"] is None


def test_course_list_shows_reference_price_next_session_and_completeness(publisher):
    course = make_course(title="Plan marketing", reference="MRK-OPE-01")
    CourseSessionFactory(course=course, starts_on=date(2099, 5, 4))
    make_course(title="Sans prix", reference="MRK-OPE-09", inter_price_excl_vat=None)

    content = publisher.get(reverse("formations:index")).content.decode()

    for text in ("MRK-OPE-01", "4 mai 2099", "990,00", "aucune", "à compléter"):
        assert text in content


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("complete=true", ["Complète"]),
        ("complete=false", ["Incomplète"]),
        ("upcoming=true", ["Complète"]),
        ("upcoming=false", ["Incomplète"]),
    ],
)
def test_course_list_filters(publisher, query, found):
    CourseSessionFactory(course=make_course(title="Complète"))
    make_course(title="Incomplète", access_delay="")

    response = publisher.get(reverse("formations:index") + f"?{query}")

    assert [page.title for page in response.context["object_list"]] == found


@pytest.mark.parametrize("name", ["courses_without_session", "unreviewed_pages"])
def test_report_pages_list_what_needs_attention(publisher, name):
    course = make_course(title="Oubliée")
    CoursePage.objects.update(last_published_at=timezone.now() - timedelta(days=400))
    CourseSessionFactory(course=make_course(title="Suivie", last_published_at=timezone.now()))

    response = publisher.get(reverse(name))

    assert [page.pk for page in response.context["object_list"]] == [course.pk]


def test_report_of_sessions_below_minimum(publisher):
    below = CourseSessionFactory(course=make_course(), minimum_to_run=4, seats_taken=1)
    CourseSessionFactory(course=below.course, minimum_to_run=1, seats_taken=5)

    response = publisher.get(reverse("sessions_below_minimum"))

    assert list(response.context["object_list"]) == [below]


@pytest.mark.parametrize(
    "name", ["courses_without_session", "unreviewed_pages", "sessions_below_minimum"]
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_reports_export(publisher, name, kind):
    CourseSessionFactory(course=make_course(), minimum_to_run=4)

    response = publisher.get(reverse(name) + f"?export={kind}")

    assert response.status_code == 200
    assert BytesIO(b"".join(response.streaming_content)).getbuffer().nbytes > 0


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.EDITING, {"view"}),
        (Role.PUBLISHING, {"view", "add"}),
        (Role.SALES, {"view", "add"}),
        (Role.ACCOUNTING, {"view"}),
    ],
)
def test_each_role_manages_sessions_as_it_may(staff, role, allowed):
    client = staff(role)

    answers = {
        "view": client.get(reverse("coursesession:index")).status_code == 200,
        "add": client.get(reverse("coursesession:add")).status_code == 200,
    }

    assert {name for name, answer in answers.items() if answer} == allowed


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.EDITING, False),
        (Role.PUBLISHING, True),
        (Role.SALES, True),
        (Role.ACCOUNTING, False),
    ],
)
def test_messages_of_visitors_are_for_sales_and_publication(staff, role, allowed):
    client = staff(role)
    message = ContactMessageFactory()

    response = client.get(reverse("contactmessage:inspect", args=[message.pk]))

    assert (response.status_code == 200) is allowed


def test_admin_home_lists_the_facts_that_the_law_wants(publisher):
    content = publisher.get(reverse("wagtailadmin_home")).content.decode()

    assert "À compléter" in content
    assert "Numéro de déclaration d’activité" in content


def test_editor_cannot_publish_but_can_submit(staff):
    client = staff(Role.EDITING)
    course = make_course(live=False)

    content = client.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).content.decode()

    assert 'name="action-publish"' not in content
    assert 'name="action-submit"' in content


def test_new_course_form_opens_and_previews_empty(publisher):
    parent = CategoryPageFactory(parent=CatalogueIndexPage.objects.get(), title="Vente")

    response = publisher.get(
        reverse("wagtailadmin_pages:add", args=["courses", "coursepage", parent.pk])
    )

    assert response.status_code == 200


def test_explorer_of_a_category_shows_courses_with_columns_and_sub_categories(publisher):
    course = make_course(title="Plan marketing", reference="MRK-OPE-01")
    CourseSessionFactory(course=course, starts_on=date(2099, 5, 4))
    category = CategoryPage.objects.get()
    CategoryPageFactory(parent=category, title="Marketing digital")

    content = publisher.get(reverse("wagtailadmin_explore", args=[category.pk])).content.decode()

    for text in ("Plan marketing", "MRK-OPE-01", "4 mai 2099", "Marketing digital", "complète"):
        assert text in content


def test_course_can_be_scheduled(publisher):
    course = make_course()

    response = publisher.get(reverse("wagtailadmin_pages:edit", args=[course.pk]))

    assert {"go_live_at", "expire_at"} <= set(response.context["form"].fields)


def test_session_list_names_the_state_in_french(publisher):
    CourseSessionFactory(course=make_course(), state="confirmed")

    content = publisher.get(reverse("coursesession:index")).content.decode()

    assert "départ confirmé" in content
    assert "Method" not in content
