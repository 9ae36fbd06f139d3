from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from io import BytesIO

from django.conf import settings

import page
import pikepdf
import pytest
import time_machine

from base.organisation import Organisation
from base.vat import STANDARD_RATE, Price
from courses.catalogue.programme import Module, ProgrammeHalfDay
from courses.catalogue.sheet import (
    TEMPLATE_VERSION,
    SheetCertification,
    SheetContext,
    SheetIndicator,
    SheetSession,
)
from courses.catalogue.sheet_pdf import render_sheet, sheet_context
from documents.letterhead import Letterhead
from tests.factories.courses import CoursePageFactory, CourseSessionFactory
from tests.factories.pages import CategoryPageFactory

TEMPLATES = (
    "base.html", "course_sheet.html", "programme.html", "css/base.css", "css/course_sheet.css",
)  # fmt: skip
BARE = SheetContext("Vendre mieux", Letterhead("LEXOM"))
FULL = SheetContext(
    title="Mettre la relation client au cœur de sa stratégie marketing",
    issuer=Letterhead(
        "LEXOM",
        identity="SAS LEXOM au capital de 25\u202f000,00\u00a0€ – RCS Aubenas",
        nda_mention="Enregistrée sous le numéro 82070000007.",
        address="155 avenue René Privat, 07000 Privas",
        phone="04 75 00 00 00",
        email="contact@lexom.example",
        disability_contact="referent@lexom.example",
    ),
    reference="MRK-OPE-02",
    categories=("Marketing", "Marketing opérationnel"),
    duration_days=Decimal("2.0"),
    duration_hours=Decimal("14.0"),
    objectives=(
        "Expliquer le rôle de chaque canal dans la relation avec les clients",
        "Bâtir une stratégie qui combine plusieurs canaux",
        "Organiser et piloter un centre de relation commerciale",
        "Reconnaître les outils intranet et extranet utiles au suivi des clients",
        "Évaluer un site web comme point de contact avec le client",
    ),
    audience="Toute personne chargée de la stratégie marketing de son entreprise",
    prerequisites="Savoir utiliser le web au quotidien",
    half_days=(
        ProgrammeHalfDay(
            1,
            "morning",
            (
                Module(1, "Comprendre les enjeux du CRM", ("La fidélité", "Les données")),
                Module(2, "Analyser une stratégie à plusieurs canaux", ("Le plateau d'appels",)),
            ),
        ),
        ProgrammeHalfDay(1, "afternoon", (Module(3, "Exploiter les outils", ("Logiciels",)),)),
        ProgrammeHalfDay(2, "morning", (Module(4, "Mesurer le commerce en ligne", ("Usages",)),)),
        ProgrammeHalfDay(
            2,
            "afternoon",
            (
                Module(5, "Étudier un site marchand", ("Créer", "Organiser", "Faire vivre")),
                Module(6, "Pratiquer le webmarketing", ("Assurer sa veille", "Personnaliser")),
            ),
        ),
    ),
    teaching_methods="Exercices, cas concrets tirés du terrain et jeux de rôle.",
    means="- Salle équipée d'un vidéoprojecteur\n- Support remis à chaque participant",
    evaluation_methods="Un test vérifie les acquis à la fin de la session.",
    certificate="Chaque participant reçoit une attestation.",
    trainer_qualification="Consultants en marketing, dix ans d'expérience au moins.",
    group_size_min=4,
    group_size_max=10,
    inter_price=Price(Decimal("990.00"), STANDARD_RATE),
    sessions=(SheetSession(date(2026, 12, 9), date(2026, 12, 10), "Valence"),),
    access_terms="Inscription en ligne",
    access_delay="Jusqu'à 14 jours avant la session",
    accessibility="Des adaptations sont possibles : signalez votre besoin.",
    updated_on=date(2026, 9, 15),
)


@pytest.fixture(scope="module")
def full():
    return render_sheet(FULL)


def headings(content):
    """Titles of the outline down to the second level, each with its page."""
    with pikepdf.open(BytesIO(content)) as pdf, pdf.open_outline() as outline:
        pages = {page.objgen: page.index + 1 for page in pdf.pages}
        (title,) = outline.root
        return [
            (item.title, pages[item.destination[0].objgen]) for item in (title, *title.children)
        ]


def test_sheet_has_two_pages_and_ends_with_practical_information(full):
    assert full.pages == 2
    assert headings(full.content) == [
        ("Mettre la relation client au cœur de sa stratégie marketing", 1),
        ("Objectifs de la formation", 1),
        ("Public visé", 1),
        ("Prérequis", 1),
        ("Programme de la formation", 1),
        ("Pédagogie", 1),
        ("Informations pratiques", 2),
    ]


def test_sheet_conforms_to_archive_and_accessibility_standards(full):
    reports = [page.validate_pdf_bytes(full.content, profile=name) for name in ("3a", "ua1")]

    assert [failure.rule_id for report in reports for failure in report.failures] == []


def test_sheet_names_its_author_and_subject_and_nothing_else(full):
    with pikepdf.open(BytesIO(full.content)) as pdf:
        information = {str(key): str(value) for key, value in pdf.docinfo.items()}

    assert information == {
        "/Author": "LEXOM",
        "/Creator": "LEXOM",
        "/ModDate": "D:20260915",
        "/Producer": "WeasyPrint 70.0",
        "/Subject": "Fiche programme MRK-OPE-02",
        "/Title": "Mettre la relation client au cœur de sa stratégie marketing",
    }


def test_sheet_is_the_same_file_when_nothing_changed(full):
    assert render_sheet(FULL).sha256 == full.sha256


def test_sheet_of_a_bare_draft_is_its_title():
    rendered = render_sheet(BARE)

    assert (rendered.pages, headings(rendered.content)) == (1, [("Vendre mieux", 1)])


def test_sheet_prints_markup_as_typed():
    rendered = render_sheet(replace(BARE, title="<script>l'un & l'autre</script>"))

    assert headings(rendered.content) == [("<script>l’un & l’autre</script>", 1)]


def test_sheet_styles_hold_no_mistake(caplog):
    render_sheet(replace(FULL, objectives=(), sessions=()))

    assert caplog.messages == []


def test_template_version_follows_the_templates():
    folder = settings.BASE_DIR / "templates" / "documents"
    digest = sha256(b"".join((folder / name).read_bytes() for name in TEMPLATES)).hexdigest()

    # Changed a template? Raise TEMPLATE_VERSION so that stored sheets follow, then note both.
    assert (TEMPLATE_VERSION, digest[:16]) == (3, "cc0d8d34ac866eb7")


@time_machine.travel("2026-11-23 09:00:00+01:00", tick=False)
def test_sheet_context_reads_the_page_and_the_organisation(catalogue):
    organisation = Organisation.current()
    organisation.legal_name = "LEXOM"
    organisation.save()
    marketing = CategoryPageFactory(parent=catalogue, title="Marketing")
    digital = CategoryPageFactory(parent=marketing, title="Marketing digital")
    course = CoursePageFactory(
        parent=digital,
        complete=True,
        title="Vendre en ligne",
        reference="MRK-DIG-01",
        intra_price_excl_vat=Decimal("1450.00"),
        indicators=[("indicator", {"label": "Avis", "value": "4/5", "period": "2025"})],
        certification_title="Titre",
        rncp_code="RNCP 1",
        certifier="Ministère",
        certification_registered_on=date(2024, 3, 1),
    )
    CourseSessionFactory(course=course, starts_on=date(2026, 11, 23))
    CourseSessionFactory(course=course, starts_on=date(2027, 2, 2), state="draft")
    CourseSessionFactory(course=course, starts_on=date(2027, 1, 20), remote=True)
    CourseSessionFactory(
        course=course,
        starts_on=date(2026, 12, 9),
        ends_on=date(2026, 12, 10),
        venue__town="Valence",
    )

    assert sheet_context(course) == SheetContext(
        title="Vendre en ligne",
        issuer=Letterhead("LEXOM", identity="LEXOM"),
        reference="MRK-DIG-01",
        categories=("Marketing", "Marketing digital"),
        duration_days=Decimal("1.0"),
        duration_hours=Decimal("7.0"),
        objectives=("Décrire une démarche",),
        audience="Tout public",
        prerequisites="Aucun",
        half_days=(ProgrammeHalfDay(1, "morning", (Module(1, "Poser le cadre", ("Un point",)),)),),
        teaching_methods="Exercices",
        means="Salle équipée",
        evaluation_methods="Questionnaire",
        certificate="Attestation",
        trainer_qualification="Dix ans d’expérience",
        certification=SheetCertification("Titre", "RNCP 1", "Ministère", date(2024, 3, 1)),
        indicators=(SheetIndicator("Avis", "4/5", "2025"),),
        group_size_min=3,
        group_size_max=10,
        inter_price=Price(Decimal("990.00"), STANDARD_RATE),
        intra_price=Price(Decimal("1450.00"), STANDARD_RATE),
        sessions=(
            SheetSession(date(2026, 12, 9), date(2026, 12, 10), "Valence"),
            SheetSession(date(2027, 1, 20), date(2027, 1, 20), "à distance"),
        ),
        access_terms="Inscription en ligne",
        access_delay="Trois semaines",
        accessibility="Nous consulter",
        updated_on=date(2026, 9, 15),
    )


def test_sheet_context_accepts_a_draft_that_says_nothing(catalogue):
    course = CoursePageFactory(parent=catalogue, title="Brouillon", reference=None, live=False)

    assert sheet_context(course) == SheetContext("Brouillon", Letterhead(""))
