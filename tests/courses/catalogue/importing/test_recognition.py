from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.catalogue.importing.recognition import recognise
from courses.catalogue.importing.sheet import Company
from courses.catalogue.programme import Module, ProgrammeHalfDay


@pytest.fixture
def workshop(workshop_sheet):
    return recognise(workshop_sheet.read_text().splitlines())


def test_recognise_reads_the_identity_of_a_course(workshop):
    assert workshop.title == "Ouvrir un atelier de réparation de vélos"
    assert workshop.reference == "ART-VEL-07"
    assert workshop.duration_days == Decimal("1.5")


def test_recognise_does_not_invent_hours(workshop):
    assert workshop.duration_hours is None


def test_recognise_writes_a_category_as_the_sheet_writes_its_words(workshop):
    assert workshop.category_path == ("Artisanat", "Métiers mécaniques")


def test_recognise_keeps_the_order_of_objectives(workshop):
    assert workshop.objectives == (
        "Diagnostiquer l'usure d'une transmission",
        "Régler un freinage mécanique ou hydraulique",
        "Chiffrer une réparation devant le client",
    )


def test_recognise_resumes_a_module_after_the_page_footer(workshop):
    first, second, third = workshop.half_days

    assert first == ProgrammeHalfDay(
        1,
        "morning",
        (
            Module(
                1,
                "Accueillir le vélo et son cycliste",
                ("Le tour du vélo en dix points", "La fiche d'atelier"),
            ),
            Module(
                2,
                "Contrôler la transmission",
                (
                    "L'allongement de la chaîne",
                    "Le jeu du pédalier",
                    "Les réglages métiers d'une boîte mécanique à moyeu",
                ),
            ),
        ),
    )
    assert (second.day, second.moment, len(second.modules)) == (1, "afternoon", 1)
    assert (third.day, third.moment, third.modules[0].number) == (2, "morning", 4)


def test_recognise_reads_texts(workshop):
    assert workshop.prerequisites == "Savoir monter à vélo"
    assert workshop.audience == "Toute personne qui veut vivre de la mécanique du cycle"
    assert workshop.teaching_methods == (
        "Chaque geste est montré, puis refait sur le vélo du stagiaire."
    )


def test_recognise_parts_the_award_from_the_evaluation(workshop):
    assert workshop.evaluation_methods == (
        "Une réparation complète est notée le dernier matin selon une grille remise "
        "au début du stage."
    )
    assert workshop.certificate == (
        "Une attestation d'atelier est remise à chaque stagiaire en fin de parcours."
    )


def test_recognise_knows_the_company(workshop):
    assert workshop.company == Company(
        name="ROUE LIBRE",
        legal_form="SAS",
        capital=Decimal("8000.00"),
        registered_office="12 rue du Pignon - 26000 VALENCE",
        siret="73282932000074",
        rcs="Romans",
        naf="85.59B",
        vat_number="FR44732829320",
        brands=("ROUE LIBRE", "velocampus", "GUIDON D'OR"),
    )


def test_recognise_tells_what_it_ignored(workshop):
    told = [(span.kind, span.first_line, span.last_line) for span in workshop.ignored]

    assert told == [("company", 31, 51), ("terms", 88, 104)]


def test_recognise_tells_what_the_law_wants_and_the_sheet_lacks(workshop):
    assert [(fact.field, fact.law) for fact in workshop.missing] == [
        ("duration_hours", "T-03"),
        ("means", "T-03"),
        ("trainer_qualification", "T-03"),
        ("access_terms", "T-14"),
        ("access_delay", "T-14"),
        ("accessibility_statement", "T-14"),
        ("group_size_max", "T-03"),
        ("inter_price_excl_vat", "T-14"),
        ("content_updated_on", "T-14"),
        ("dates", "T-03"),
        ("contact", "T-14"),
        ("payment_terms", "T-03"),
        ("indicators", "T-14"),
    ]


def test_recognise_doubts_a_capital_word_found_nowhere_else(workshop):
    assert workshop.warnings == (
        "En capitales dans la fiche, vérifiez les accents et les noms propres : « Artisanat ».",
    )


SHEET_WORDS = st.sampled_from(
    [
        "Programme", "Objectifs :", "Jour 1 – Matin", "1. Titre", "- point", "SAS X", "Durée : 2",
        "SIRET : 732 829 320 00074", "LES FILIALES DU GROUPE X :", "CGV", "Page 1/2", "12", "jours",
        "Public : tous", "Module 2", "# En-tête et pied de page", "Tarif : 12 € HT", "**gras**", "",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(SHEET_WORDS, st.text(max_size=80)), max_size=40))
def test_recognise_accounts_for_every_line_of_any_text(lines):
    sheet = recognise(lines)

    assert sheet.line_count >= sum(span.line_count for span in sheet.ignored)


def test_recognise_refuses_to_call_a_letter_a_course():
    sheet = recognise(["Cher client,", "", "Merci de votre commande."])

    assert not sheet.is_course
