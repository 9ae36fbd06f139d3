import re

from django.core.management import call_command
from django.utils import timezone

import pytest

from base.events import events_of
from base.organisation import Organisation
from courses.models import CoursePage, CourseSession
from legal.models import Mediator, Notice, TermsVersion
from legal.notices.in_force import notice_in_force, notices_in_force
from legal.notices.rules import NoticeKind
from legal.notices.statutory import STATUTORY
from legal.terms.comparison import compare
from legal.terms.queries import terms_in_force
from legal.terms.rules import Audience, State
from users.models import User


@pytest.fixture(autouse=True)
def demo(db, beginnings):
    assert beginnings.read("demo")


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


def test_demo_publishes_every_legal_text_for_today():
    notices = notices_in_force(timezone.localdate())

    assert set(notices) == set(NoticeKind)
    assert [kind for kind, notice in notices.items() if set("{}") & set(notice.text)] == []


def test_demo_quotes_the_law_word_for_word():
    for kind in STATUTORY:
        event = events_of(Notice.objects.get(kind=kind.value)).get()
        assert event.data["departs_from_statute"] is False


def test_demo_privacy_policy_states_every_retention_of_the_law():
    text = notice_in_force(NoticeKind.PRIVACY, timezone.localdate()).text.replace("\u00a0", " ")
    rows = [line.split(" | ") for line in text.splitlines() if line.count(" | ") == 3][1:]

    assert [(active, archive) for _, active, archive, _ in rows] == [
        ("jusqu’à la fin de la relation", "10 ans à compter de l’exécution"),
        ("exercice comptable", "10 ans à compter de la clôture de l’exercice"),
        ("jusqu’à la fin de la relation", "5 ans"),
        ("3 ans après la dernière activité, avec un avertissement préalable", "aucune"),
        ("3 ans après le dernier contact venant de vous", "aucune"),
        ("6 à 12 mois", "aucune"),
        ("30 jours", "aucune"),
    ]
    assert {"D213-2", "L123-22", "2224"} <= set(re.findall(r"[DL]?\d+(?:-\d+)?", text))


@pytest.mark.parametrize(
    "word",
    [
        "Stripe",
        "sessionid",
        "csrftoken",
        "portabilité|fichier réutilisable",
        "CNIL",
        "dpo@lexom.fr",
    ],
)
def test_demo_privacy_policy_names_what_this_site_does(word):
    assert re.search(word, notice_in_force(NoticeKind.PRIVACY, timezone.localdate()).text)


def test_demo_keeps_the_facts_of_the_company():
    organisation = Organisation.current()
    mediator = Mediator.current()

    assert (organisation.legal_name, organisation.dpo_email) == ("LEXOM", "dpo@lexom.fr")
    assert (mediator.website, mediator.postal_address) == (
        "https://cnpm-mediation-consommation.eu/",
        "27 avenue de la Libération, 42400 Saint-Chamond",
    )


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
