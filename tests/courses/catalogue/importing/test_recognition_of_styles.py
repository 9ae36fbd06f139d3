"""Sheets as other authors lay them out."""

from datetime import date
from decimal import Decimal

import pytest

from courses.catalogue.importing.recognition import recognise
from courses.catalogue.importing.sheet import Indicator


@pytest.fixture
def accounts(accounts_sheet):
    return recognise(accounts_sheet.read_text().splitlines())


def outline(sheet):
    return [
        (
            half_day.day,
            half_day.moment,
            [(module.title, *module.points) for module in half_day.modules],
        )
        for half_day in sheet.half_days
    ]


def test_recognise_reads_a_reference_and_a_duration_on_one_line(accounts):
    assert (accounts.reference, accounts.duration_days, accounts.duration_hours) == (
        "TAB-11",
        Decimal(2),
        Decimal(14),
    )


def test_recognise_passes_over_a_document_label_above_the_title(accounts):
    assert accounts.title == "Tenir ses comptes avec un tableur"
    assert [span.kind for span in accounts.ignored if span.last_line == 1] == ["document_label"]


def test_recognise_reads_labels_and_their_values_on_one_line(accounts):
    assert (accounts.audience, accounts.prerequisites) == ("trésoriers d’association", "aucun")


def test_recognise_reads_the_offer(accounts):
    assert accounts.inter_price_excl_vat == Decimal("1140.00")
    assert accounts.intra_price_excl_vat == Decimal("2050.50")
    assert (accounts.group_size_min, accounts.group_size_max) == (4, 10)
    assert accounts.content_updated_on == date(2026, 3, 12)


def test_recognise_reads_published_results(accounts):
    assert accounts.indicators == (
        Indicator("Taux de satisfaction", "96 %", "2025"),
        Indicator("Réussite", "92 %", "2024"),
    )


def test_recognise_keeps_numbered_points_inside_labelled_modules(accounts):
    assert outline(accounts) == [
        (
            1,
            "morning",
            [
                ("Saisir", "Les colonnes utiles", "la date"),
                ("Contrôler", "Le rapprochement", "Les écarts"),
            ],
        )
    ]


def test_recognise_says_that_half_days_are_not_told_apart(accounts):
    assert (
        "Jour 1 : la fiche ne distingue pas le matin de l’après-midi, tout est placé le matin."
    ) in accounts.warnings
    assert "La fiche annonce 2 jours, son programme va jusqu’au jour 1." in accounts.warnings


def test_recognise_leaves_out_the_sentence_that_opens_the_objectives(accounts):
    told = [(span.kind, span.excerpt) for span in accounts.ignored]

    assert accounts.objectives == ("Saisir une écriture", "Rapprocher la banque et le tableur")
    assert told == [
        ("document_label", "PROGRAMME DE FORMATION"),
        ("unread", "Des stagiaires ravis"),
        ("terms", "Conditions générales de vente : disponibles sur demande"),
        ("page_number", "Page 1/1"),
    ]


def test_recognise_goes_on_after_a_mere_mention_of_the_terms(accounts):
    assert accounts.dates == "12 et 13 janvier 2027, Valence"
    assert accounts.contact == "info@example.org"


def test_recognise_reads_markdown_headings_and_bold_modules():
    sheet = recognise(
        """# Parler en public
**Durée :** 1 jour (7 h)
**Domaine :** Communication > Oral
## Objectifs
1. Poser sa voix
2. Tenir le regard
## Programme
### Jour 1 – Matin (9h-12h30)
**Trouver sa voix**
- Respirer
**Trouver son regard**
- Balayer la salle
### JOUR 1 APRÈS-MIDI : S'entraîner
- Passages filmés
## Les + de la formation
Beaucoup de pratique
## Pédagogie
Exercices""".splitlines()
    )

    assert (sheet.title, sheet.duration_hours) == ("Parler en public", Decimal(7))
    assert sheet.category_path == ("Communication", "Oral")
    assert sheet.objectives == ("Poser sa voix", "Tenir le regard")
    assert outline(sheet) == [
        (
            1,
            "morning",
            [("Trouver sa voix", "Respirer"), ("Trouver son regard", "Balayer la salle")],
        ),
        (1, "afternoon", [("S'entraîner", "Passages filmés")]),
    ]
    assert [(span.kind, span.first_line, span.last_line) for span in sheet.ignored] == [
        ("unknown_section", 15, 16)
    ]


def test_recognise_reads_modules_that_have_no_number():
    sheet = recognise(
        """Formation : Bases de la comptabilité
Référence : CPT-100
Durée
3 jours
Objectif : tenir une comptabilité simple
Programme
JOUR 1 - matin
Les pièces
- facture
- devis
Le journal
- saisie
après-midi
La TVA
- déclaration
matin
Le bilan
- actif
Public cible : débutants
Tarif : 990 € TTC""".splitlines()
    )

    assert sheet.title == "Bases de la comptabilité"
    assert sheet.duration_days == Decimal(3)
    assert outline(sheet) == [
        (1, "morning", [("Les pièces", "facture", "devis"), ("Le journal", "saisie")]),
        (1, "afternoon", [("La TVA", "déclaration")]),
        (2, "morning", [("Le bilan", "actif")]),
    ]


def test_recognise_does_not_take_a_price_with_vat_for_a_price_without():
    sheet = recognise(["Titre : Soudure", "Tarif : 990 € TTC"])

    assert sheet.inter_price_excl_vat is None
    assert sheet.warnings == ("Prix non repris, à saisir hors taxes : « Tarif : 990 € TTC ».",)


@pytest.mark.parametrize(
    "line",
    ["Effectif : petit groupe", "Mise à jour : bientôt", "Durée : à définir", "Réf : à venir"],
)
def test_recognise_tells_a_fact_that_it_cannot_read(line):
    sheet = recognise(["Titre : Soudure", line])

    assert [(span.kind, span.first_line) for span in sheet.ignored] == [("unread", 2)]


def test_recognise_tells_what_stands_beside_a_reference():
    sheet = recognise(["Souder à l’arc", "Réf : SOU-01 – 2 jours – en atelier"])

    assert (sheet.title, sheet.reference) == ("Souder à l’arc", "SOU-01")
    assert [(span.kind, span.excerpt) for span in sheet.ignored] == [
        ("unread", "Réf : SOU-01 – 2 jours – en atelier")
    ]


def test_recognise_keeps_the_first_words_of_wrapped_lines_together():
    sheet = recognise(
        [
            "Titre : Soudure",
            "Public",
            "Toute personne qui travaille le métal dans un atelier et qui veut",
            "apprendre à souder sans danger.",
        ]
    )

    assert sheet.audience == (
        "Toute personne qui travaille le métal dans un atelier et qui veut "
        "apprendre à souder sans danger."
    )


def test_recognise_does_not_take_a_lesson_on_company_numbers_for_a_footer():
    sheet = recognise(
        [
            "Titre : Lire un extrait Kbis",
            "Programme",
            "1. Les numéros",
            "- Le SIRET : 14 chiffres",
            "Le siège social et le RCS",
            "Les filiales du groupe",
        ]
    )

    assert outline(sheet) == [
        (
            1,
            "morning",
            [
                (
                    "Les numéros",
                    "Le SIRET : 14 chiffres",
                    "Le siège social et le RCS",
                    "Les filiales du groupe",
                )
            ],
        )
    ]
    assert sheet.ignored == ()


def test_recognise_tells_a_gap_in_the_numbering():
    sheet = recognise(["Programme", "Jour 1 - Matin", "1. Un", "- a", "3. Trois", "- b"])

    assert sheet.warnings == (
        "La numérotation des modules passe de 1 à 3 : vérifiez qu’il n’en manque pas.",
    )


def test_recognise_moves_a_long_delay_to_the_access_terms():
    delay = "Quinze jours au moins avant le début. " * 8

    sheet = recognise(["Modalités d'accès : en ligne", f"Délai d'accès : {delay}"])

    assert sheet.access_delay == ""
    assert sheet.access_terms == f"en ligne\n\n{delay.strip()}"
    assert len(sheet.warnings) == 1


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("Prérequis", "prerequisites"),
        ("PRE-REQUIS :", "prerequisites"),
        ("Public", "audience"),
        ("Public visé", "audience"),
        ("À qui s’adresse cette formation ?", "audience"),
        ("II. Méthodes pédagogiques", "teaching_methods"),
        ("Moyens pédagogiques et techniques", "means"),
        ("Suivi et évaluation", "evaluation_methods"),
        ("Sanction de la formation", "certificate"),
        ("Qualification des formateurs", "trainer_qualification"),
        ("Conditions d'accès", "access_terms"),
        ("Délais d’accès", "access_delay"),
        ("Accessibilité handicap", "accessibility_statement"),
        ("Prochaines sessions", "dates"),
        ("Modalités de paiement", "payment_terms"),
    ],
)
def test_recognise_knows_the_usual_headings(line, field):
    sheet = recognise(["Titre : Soudure", line, "Texte de la rubrique"])

    assert getattr(sheet, field) == "Texte de la rubrique"
