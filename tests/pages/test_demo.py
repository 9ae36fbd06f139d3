from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

import pytest

from courses.models import CoursePage, CourseSession
from legal.models import TermsVersion
from legal.terms.comparison import compare
from legal.terms.queries import terms_in_force
from legal.terms.rules import Audience, State
from users.models import User


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup, django_db_blocker):
    """The demo content, loaded once and taken back after the last test of this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("setup_site", verbosity=0)
        call_command("demo", verbosity=0)
        yield
        transaction.set_rollback(True)


def test_demo_leaves_a_filled_site_alone():
    counted = (CoursePage.objects.count(), CourseSession.objects.count(), User.objects.count())

    call_command("demo", verbosity=0)

    assert counted == (22, CourseSession.objects.count(), 5)
    assert CoursePage.objects.count() == 22


def test_demo_course_states_the_facts_of_the_flagship_course():
    course = CoursePage.objects.get(reference="MRK-OPE-02")

    modules = [module for half_day in course.half_days for module in half_day.modules]

    assert (course.duration_days, course.duration_hours) == (2, 14)
    assert len(course.objectives) == 5
    assert [slot.label for slot in course.half_days] == [
        "Jour 1 – matin",
        "Jour 1 – après-midi",
        "Jour 2 – matin",
        "Jour 2 – après-midi",
    ]
    assert [len(module.points) for module in modules] == [4, 2, 2, 4, 2, 2]
    assert course.is_complete


def test_demo_shows_one_incomplete_course():
    incomplete = [course.reference for course in CoursePage.objects.all() if not course.is_complete]

    assert incomplete == ["MRK-DIG-05"]


def test_demo_sessions_never_fall_on_a_day_without_teaching():
    for session in CourseSession.objects.select_related("course"):
        half_days = list(session.half_days.all())
        assert len(half_days) == session.course.duration_days * 2
        assert half_days[0].date == session.starts_on
        assert half_days[-1].date == session.ends_on


def test_demo_terms_are_in_force_with_their_document_and_a_draft_follows():
    version, draft = TermsVersion.objects.order_by("pk")

    assert terms_in_force(Audience.CONSUMER, timezone.localdate()) == version
    assert terms_in_force(Audience.COMPANY, timezone.localdate()) == version
    assert (len(version.text.parts), len(version.text.articles)) == (5, 21)
    assert version.approved_by != version.drafted_by
    assert version.pdf.content().startswith(b"%PDF-")
    changed = [c.after.number for c in compare(version.text, draft.text) if c.is_changed]
    assert (draft.state, changed) == (State.DRAFT, ["2.1", "5.5"])


@pytest.mark.parametrize(
    "fact",
    [
        "30 % du prix total TTC", "30 jours à compter de son émission", "14 jours", "BON POUR ACCORD",
        "15 jours", "six mois", "10 points", "trois fois le taux de l’intérêt légal", "40 €",
        "huit jours", "douze fois le dernier salaire", "tribunal de commerce d’AUBENAS",
        "42400 Saint-Chamond", "https://cnpm-mediation-consommation.eu/", "5 ans", "dpo@lexom.fr",
    ],
)  # fmt: skip
def test_demo_terms_state_every_figure(fact):
    version = TermsVersion.objects.order_by("pk").first()
    words = " ".join(article.plain for article in version.text.articles)

    assert fact in words.replace("\u202f", " ").replace("\u00a0", " ")
