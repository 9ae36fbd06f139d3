import json
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

import pytest

from base.models import Organisation
from courses.catalogue.presentation import course_context
from courses.models import CoursePage
from tests.factories.courses import CoursePageFactory, CourseSessionFactory, VenueFactory
from tests.factories.pages import CategoryPageFactory


@pytest.fixture
def category(catalogue, contact_page):
    return CategoryPageFactory(parent=catalogue, title="Marketing", slug="marketing")


@pytest.fixture
def course(category):
    return CoursePageFactory(
        parent=category, complete=True, title="Plan marketing", slug="plan-marketing", reference="MRK-OPE-01"
    )  # fmt: skip


@pytest.fixture
def page(client, course):
    """Text of the course page with plain spaces."""

    def page():
        content = client.get(course.url).content.decode()
        return content.replace("\u202f", " ").replace("\xa0", " ")

    return page


def test_p01_price_for_individuals_includes_vat_and_comes_first(page):
    content = page()

    assert content.index("1 188 €") < content.index("990 €")


def test_individual_orders_and_company_asks_about_the_session(client, course, page):
    session = CourseSessionFactory(course=course)

    content = page()

    assert content.count(f'href="/commande/{session.pk}/"') == 2
    address = f"/devis/?session={session.pk}"
    assert address in content
    assert client.get(address).context["session"] == session


def test_course_without_session_still_offers_a_way_to_ask(course, page):
    content = page()

    assert f"/contact/?formation={course.pk}" in content


def test_course_page_never_links_to_a_contact_page_that_is_not_published(
    course, contact_page, page
):
    contact_page.unpublish()

    assert "/contact/" not in page()


def test_seats_left_are_shown_and_full_sessions_cannot_be_chosen(course, page):
    CourseSessionFactory(course=course, capacity=10, seats_taken=7)
    full = CourseSessionFactory(
        course=course, capacity=2, seats_taken=2, venue=VenueFactory(town="Lyon")
    )

    content = page()

    assert "3 places restantes" in content
    assert "Complet" in content
    assert f"session={full.pk}&amp;pour=particulier" not in content


def test_t14_incomplete_course_says_what_is_missing_and_cannot_be_ordered(course, page):
    session = CourseSessionFactory(course=course)
    course.access_delay = ""
    course.save()

    content = page()

    assert "délai d’accès" in content
    assert f"session={session.pk}&amp;pour=particulier" not in content


def test_unpublished_course_is_a_404(client, course):
    course.unpublish()

    assert client.get(course.url).status_code == 404


def test_page_scheduled_for_tomorrow_is_a_404_today(client, category):
    course = CoursePageFactory(
        parent=category, live=False, go_live_at=timezone.now() + timedelta(days=1)
    )

    assert client.get(course.url).status_code == 404


def test_changed_address_redirects(client, course, django_capture_on_commit_callbacks):
    old = course.url
    course.slug = "nouveau"
    with django_capture_on_commit_callbacks(execute=True):
        course.save_revision().publish()

    response = client.get(old)

    assert response.status_code in (301, 302)
    assert response["Location"].endswith("/nouveau/")


def test_structured_data_carries_the_price_with_vat(course, rf):
    CourseSessionFactory(course=course)
    context = course_context(course, rf.get(course.url), timezone.localdate())

    breadcrumb, data = json.loads(json.dumps(context["structured_data"]))

    (instance,) = data["hasCourseInstance"]
    assert data["courseCode"] == "MRK-OPE-01"
    assert instance["offers"]["price"] == "1188.00"
    assert instance["location"]["address"]["addressLocality"] == "Privas"
    assert [item["position"] for item in breadcrumb["itemListElement"]] == [1, 2, 3, 4]


def test_structured_data_cannot_close_its_element(client, course):
    course.summary = "</script><script>alert(1)</script>"
    course.save()

    content = client.get(course.url).content.decode()

    assert "<script>alert" not in content


def test_session_price_override_is_shown(course, page):
    CourseSessionFactory(course=course, price_excl_vat_override=Decimal("440.00"))

    assert "528 €" in page()


def test_exempt_course_shows_one_price(course, page):
    organisation = Organisation.current()
    organisation.vat_regime = "exempt_fpc"
    organisation.vat_exempt_from = timezone.localdate()
    organisation.save()

    assert "1 188 €" not in page()


@pytest.mark.parametrize("count", [1, 3])
def test_course_page_costs_the_same_queries(client, course, count, django_assert_num_queries):
    CourseSessionFactory.create_batch(count, course=course)
    client.get(course.url)

    with django_assert_num_queries(11):
        client.get(course.url)


def test_hostile_text_is_shown_and_not_run(course, page):
    course.audience = "<img src=x onerror=alert(1)>"
    course.save()

    content = page()

    assert "<img src=x" not in content
    assert "&lt;img src=x" in content


def test_preview_of_an_empty_draft_renders(category, rf):
    draft = CoursePage(title="", slug="brouillon")
    draft.path, draft.depth = category.path + "0001", category.depth + 1

    response = draft.make_preview_request()

    assert response.status_code == 200
