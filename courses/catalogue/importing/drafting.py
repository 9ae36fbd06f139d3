"""A recognised sheet -> a draft of the catalogue. Never publishes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify

from wagtail.models import Page

from base.importing.lines import fold
from courses.catalogue.importing.course_fields import apply_sheet
from courses.catalogue.importing.sheet import RecognisedSheet
from courses.models import CatalogueIndexPage, CategoryPage, CoursePage

UNSORTED_CATEGORY = "À classer"


class DraftRefused(Exception):
    """The message is one French sentence for the editor."""


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> str:
        return {
            Outcome.CREATED: "brouillon créé",
            Outcome.UPDATED: "brouillon mis à jour",
            Outcome.UNCHANGED: "inchangé",
        }[self]


@dataclass(frozen=True)
class Draft:
    outcome: Outcome
    page_id: int
    title: str
    edit_url: str
    created_categories: tuple[str, ...] = ()


def draft_course(*, sheet: RecognisedSheet, user: Any = None) -> Draft:
    """Create the draft of a course, or add a draft revision to the course of that reference.

    The published version of a course stays as it is. Facts that the sheet does not state keep
    the value that an editor gave them. ``user`` is None for the command line.
    """
    with transaction.atomic():
        # Two imports of one sheet at once would otherwise both find no course.
        catalogue = CatalogueIndexPage.objects.select_for_update(of=("self",)).first()
        if catalogue is None:
            raise DraftRefused("Le site n’a pas encore de page « Catalogue » : créez-la d’abord.")
        course = existing_course(sheet)
        if course is None:
            return _create(catalogue, sheet, user)
        return _update(course, sheet, user)


def existing_course(sheet: RecognisedSheet) -> CoursePage | None:
    """The course of that reference, else the one of that title that has no other reference."""
    courses = CoursePage.objects.order_by("path")
    same_title = courses.filter(slug=slugify(sheet.title))
    if not sheet.reference:
        return same_title.first()
    same_reference = courses.filter(reference__iexact=sheet.reference)
    return same_reference.first() or same_title.filter(reference=None).first()


def _create(catalogue: Page, sheet: RecognisedSheet, user: Any) -> Draft:
    _require(catalogue.permissions_for_user(user).can_add_subpage() if user else True)
    if not slugify(sheet.title):
        raise DraftRefused("L’intitulé n’a aucune lettre latine : la page n’aurait pas d’adresse.")
    path = tuple(title for title in sheet.category_path if slugify(title))
    category, created = _category(catalogue, path or (UNSORTED_CATEGORY,), user)
    course = CoursePage(live=False, owner=user)
    apply_sheet(course, sheet)
    category.add_child(instance=course)
    course.save_revision(user=user, clean=False)  # a draft may lack what publishing demands
    return _draft(Outcome.CREATED, course, created)


def _update(course: CoursePage, sheet: RecognisedSheet, user: Any) -> Draft:
    _require(course.permissions_for_user(user).can_edit() if user else True)
    lock = course.get_lock()
    if lock and (user is None or lock.for_user(user)):
        raise DraftRefused(f"« {course.title} » est verrouillée : la fiche n’est pas importée.")
    draft = course.get_latest_revision_as_object()
    if not apply_sheet(draft, sheet):
        return _draft(Outcome.UNCHANGED, draft)
    draft.save_revision(user=user, log_action=True, clean=False)
    return _draft(Outcome.UPDATED, draft)


def _category(catalogue: Page, path: tuple[str, ...], user: Any) -> tuple[Page, list[str]]:
    """Follow ``path`` down the catalogue, creating as drafts the categories that do not exist."""
    parent, created = catalogue, []
    for title in path:
        if fold(title) == fold(parent.title):
            continue
        known = CategoryPage.objects.child_of(parent).order_by("path")
        category = next((page for page in known if fold(page.title) == fold(title)), None)
        if category is None:
            category = parent.add_child(instance=CategoryPage(title=title, live=False, owner=user))
            category.save_revision(user=user, clean=False)
            created.append(title)
        parent = category
    return parent, created


def _require(is_allowed: bool) -> None:
    if not is_allowed:
        raise DraftRefused("Vous n’avez pas le droit de modifier cette partie du catalogue.")


def _draft(outcome: Outcome, course: CoursePage, created: list[str] | None = None) -> Draft:
    url = reverse("wagtailadmin_pages:edit", args=[course.pk])
    return Draft(outcome, course.pk, course.title, url, tuple(created or ()))
