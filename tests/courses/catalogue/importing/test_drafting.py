from dataclasses import replace
from decimal import Decimal

import pytest

from courses.catalogue.importing.drafting import DraftRefused, Outcome, draft_course
from courses.catalogue.importing.recognition import recognise
from courses.models import CategoryPage, CoursePage
from tests.factories.courses import CoursePageFactory
from tests.factories.pages import CategoryPageFactory
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(workshop_sheet):
    return recognise(workshop_sheet.read_text().splitlines())


@pytest.fixture
def category(catalogue):
    return CategoryPageFactory(parent=catalogue, title="Artisanat")


def latest(draft):
    return CoursePage.objects.get(pk=draft.page_id).get_latest_revision_as_object()


def revision_count(draft):
    return CoursePage.objects.get(pk=draft.page_id).revisions.count()


def test_draft_course_writes_every_fact_and_publishes_nothing(catalogue, sheet):
    draft = draft_course(sheet=sheet)

    course = latest(draft)
    assert draft.outcome is Outcome.CREATED
    assert draft.edit_url == f"/gestion/pages/{course.pk}/edit/"
    assert (course.live, course.title, course.reference) == (False, sheet.title, "ART-VEL-07")
    assert course.duration_days == Decimal("1.5")
    assert [block.value for block in course.objectives] == list(sheet.objectives)
    assert course.half_days == list(sheet.half_days)
    assert course.certificate == sheet.certificate
    assert revision_count(draft) == 1


def test_draft_course_creates_its_categories_as_drafts(catalogue, sheet):
    draft = draft_course(sheet=sheet)

    path = CategoryPage.objects.ancestor_of(latest(draft)).order_by("path")
    assert [(page.title, page.live) for page in path] == [
        ("Artisanat", False),
        ("Métiers mécaniques", False),
    ]
    assert draft.created_categories == ("Artisanat", "Métiers mécaniques")


def test_draft_course_finds_a_category_whatever_its_accents(category, sheet):
    existing = CategoryPageFactory(parent=category, title="Metiers MÉCANIQUES")

    draft = draft_course(sheet=sheet)

    assert latest(draft).get_parent().pk == existing.pk
    assert draft.created_categories == ()


def test_draft_course_sorts_a_course_without_category_apart(catalogue, sheet):
    draft = draft_course(sheet=replace(sheet, category_path=()))

    assert latest(draft).get_parent().title == "À classer"


def test_draft_course_twice_changes_nothing(catalogue, sheet):
    first = draft_course(sheet=sheet)

    second = draft_course(sheet=sheet)

    assert (second.outcome, second.page_id) == (Outcome.UNCHANGED, first.page_id)
    assert (CoursePage.objects.count(), revision_count(first)) == (1, 1)


def test_draft_course_adds_a_revision_to_a_draft(catalogue, sheet):
    first = draft_course(sheet=sheet)

    second = draft_course(sheet=replace(sheet, objectives=("Tout démonter",)))

    assert (second.outcome, second.page_id) == (Outcome.UPDATED, first.page_id)
    assert [block.value for block in latest(second).objectives] == ["Tout démonter"]
    assert revision_count(first) == 2


def test_draft_course_leaves_the_published_version_alone(category, sheet):
    course = CoursePageFactory(
        parent=category, reference="art-vel-07", title="Titre en ligne", complete=True
    )

    draft = draft_course(sheet=sheet)

    course.refresh_from_db()
    assert draft.page_id == course.pk
    assert (course.live, course.title, course.has_unpublished_changes) == (
        True,
        "Titre en ligne",
        True,
    )
    assert latest(draft).title == sheet.title


def test_draft_course_keeps_what_the_sheet_does_not_say(category, sheet):
    CoursePageFactory(parent=category, reference=sheet.reference, complete=True)

    draft = draft_course(sheet=sheet)

    course = latest(draft)
    assert course.inter_price_excl_vat == Decimal("990.00")
    assert course.means == "Salle équipée"
    assert course.prerequisites == sheet.prerequisites


def test_draft_course_without_reference_goes_by_the_title(catalogue, sheet):
    unnamed = replace(sheet, reference="")
    first = draft_course(sheet=unnamed)

    second = draft_course(sheet=unnamed)

    assert latest(first).reference is None
    assert (second.outcome, second.page_id) == (Outcome.UNCHANGED, first.page_id)


def test_draft_course_gives_a_reference_to_the_draft_that_has_none(catalogue, sheet):
    first = draft_course(sheet=replace(sheet, reference=""))

    second = draft_course(sheet=sheet)

    assert (second.outcome, second.page_id) == (Outcome.UPDATED, first.page_id)
    assert latest(second).reference == "ART-VEL-07"


def test_draft_course_does_not_touch_a_namesake_of_another_reference(category, sheet):
    namesake = CoursePageFactory(parent=category, reference="AUT-RE-01", title=sheet.title)

    draft = draft_course(sheet=sheet)

    assert draft.outcome is Outcome.CREATED
    assert draft.page_id != namesake.pk


def test_draft_course_refuses_a_locked_course(category, sheet):
    course = CoursePageFactory(parent=category, reference=sheet.reference, locked=True)

    with pytest.raises(DraftRefused, match="est verrouillée"):
        draft_course(sheet=sheet)

    assert course.revisions.count() == 0


def test_draft_course_refuses_a_user_without_the_right_to_write(catalogue, sheet):
    visitor = User.objects.create_user("visiteur@example.org")

    with pytest.raises(DraftRefused, match="pas le droit"):
        draft_course(sheet=sheet, user=visitor)

    assert CoursePage.objects.count() == 0


def test_draft_course_signs_the_work_of_a_user(catalogue, sheet):
    author = User.objects.create_superuser("autrice@example.org")

    draft = draft_course(sheet=sheet, user=author)

    course = CoursePage.objects.get(pk=draft.page_id)
    assert (course.owner, course.latest_revision.user) == (author, author)


def test_draft_course_refuses_to_write_without_a_catalogue(home, sheet):
    with pytest.raises(DraftRefused, match="pas encore de page"):
        draft_course(sheet=sheet)


def test_draft_course_refuses_a_title_that_gives_no_address(catalogue, sheet):
    with pytest.raises(DraftRefused, match="lettre latine"):
        draft_course(sheet=replace(sheet, title="日本語"))


def test_draft_course_fills_the_offer(catalogue, accounts_sheet):
    accounts = recognise(accounts_sheet.read_text().splitlines())

    course = latest(draft_course(sheet=accounts))

    assert (course.group_size_min, course.group_size_max) == (4, 10)
    assert course.inter_price_excl_vat == Decimal("1140.00")
    assert [dict(block.value) for block in course.indicators] == [
        {"label": "Taux de satisfaction", "value": "96 %", "period": "2025"},
        {"label": "Réussite", "value": "92 %", "period": "2024"},
    ]
