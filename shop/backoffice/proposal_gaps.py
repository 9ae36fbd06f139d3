"""What is missing to issue, where to write it, and who may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.urls import reverse

from courses.catalogue.course import CoursePage
from shop.proposals.composing import Gap, Where, labels

PLACES = {
    Where.COURSE: "la fiche de la formation",
    Where.ORGANISATION: "les réglages de l’organisation",
    Where.TERMS: "les conditions générales",
    Where.SEAL: "les réglages du serveur (SEAL_KEY)",
}


@dataclass(frozen=True)
class ToldGap:
    """``url`` is empty where this person may not write, or where no page can."""

    names: str
    place: str
    url: str = ""


def told_gaps(gaps: Iterable[Gap], course: CoursePage, user: Any) -> Iterator[ToldGap]:
    """One a place, in the sequence of the gaps."""
    for where, found in groupby(gaps, key=lambda gap: gap.where):
        yield ToldGap(", ".join(labels(found)), PLACES[where], _url(where, course, user))


def _url(where: Where, course: CoursePage, user: Any) -> str:
    if where == Where.COURSE and course.permissions_for_user(user).can_edit():
        return reverse("wagtailadmin_pages:edit", args=[course.pk])
    if where == Where.ORGANISATION and user.has_perm("base.change_organisation"):
        return reverse("wagtailsettings:edit", args=["base", "organisation"])
    if where == Where.TERMS and user.has_perm("legal.view_termsversion"):
        return reverse("terms_admin:list")
    return ""
