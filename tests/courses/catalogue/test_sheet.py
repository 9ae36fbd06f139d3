from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from base.vat import EXEMPT_RATE, STANDARD_RATE, Price
from courses.catalogue.sheet import (
    Fact,
    SheetCertification,
    SheetContext,
    SheetIndicator,
    SheetSession,
    sheet_key,
)
from documents.letterhead import Letterhead

BARE = SheetContext("Vendre mieux", Letterhead("LEXOM"))
TAXED = Price(Decimal("990.00"), STANDARD_RATE)
EXEMPT = Price(Decimal("990.00"), EXEMPT_RATE)


def facts_of(**changes):
    return replace(BARE, **changes).practical_facts


def test_sheet_of_a_bare_draft_has_no_section():
    assert (BARE.conditions, BARE.pedagogy, BARE.practical_facts, BARE.duration_badge) == (
        [],
        [],
        [],
        None,
    )


@pytest.mark.parametrize(
    ("days", "badge"),
    [("2.0", ("2", "jours")), ("1.0", ("1", "jour")), ("0.5", ("½", "journée"))],
)
def test_duration_badge_parts_number_and_unit(days, badge):
    assert replace(BARE, duration_days=Decimal(days)).duration_badge == badge


@pytest.mark.parametrize(
    ("days", "hours", "printed"),
    [
        ("2.0", "14.0", "2 jours, soit 14 heures"),
        ("0.5", "3.5", "½ journée, soit 3,5 heures"),
        (None, "1.5", "1,5 heure"),
        ("3", None, "3 jours"),
    ],
)
def test_duration_states_days_then_hours(days, hours, printed):
    facts = facts_of(duration_days=days and Decimal(days), duration_hours=hours and Decimal(hours))

    assert facts == [Fact("Durée", (printed,))]


@pytest.mark.parametrize(
    ("smallest", "largest", "printed"),
    [
        (4, 10, "de 4 à 10 participants"),
        (None, 10, "10 participants au maximum"),
        (10, 10, "10 participants au maximum"),
        (4, None, "4 participants au minimum"),
    ],
)
def test_group_size_copes_with_one_bound(smallest, largest, printed):
    facts = facts_of(group_size_min=smallest, group_size_max=largest)

    assert facts == [Fact("Effectif", (printed,))]


def test_prices_speak_to_consumers_with_tax_and_to_companies_without():
    facts = facts_of(inter_price=TAXED, intra_price=Price(Decimal("1450"), STANDARD_RATE))

    assert facts == [
        Fact("Tarif particulier", ("1\u202f188,00\u00a0€ TTC par personne",)),
        Fact(
            "Tarif entreprise",
            ("990,00\u00a0€ HT (soit 1\u202f188,00\u00a0€ TTC) par participant",),
        ),
        Fact(
            "Tarif intra-entreprise",
            ("1\u202f450,00\u00a0€ HT (soit 1\u202f740,00\u00a0€ TTC) par jour et par groupe",),
        ),
    ]


def test_prices_name_the_exemption_and_no_tax():
    facts = facts_of(inter_price=EXEMPT)

    assert facts == [
        Fact("Tarif particulier", ("990,00\u00a0€ (exonération de TVA) par personne",)),
        Fact("Tarif entreprise", ("990,00\u00a0€ (exonération de TVA) par participant",)),
        Fact("Tarif intra-entreprise", ("sur devis",)),
    ]


def test_sessions_state_dates_and_place():
    sessions = (
        SheetSession(date(2026, 12, 9), date(2026, 12, 10), "Valence"),
        SheetSession(date(2027, 1, 20), date(2027, 1, 20), "à distance"),
    )

    assert facts_of(sessions=sessions) == [
        Fact(
            "Prochaines sessions",
            ("9 et 10 décembre 2026 – Valence", "20 janvier 2027 – à distance"),
        )
    ]


def test_certification_and_results_are_stated_in_full():
    certification = SheetCertification("Titre", "RNCP 1", "Ministère", date(2024, 3, 1))
    indicators = (SheetIndicator("Réussite", "88 %", "2025"), SheetIndicator("Avis", "4/5"))

    facts = facts_of(certification=certification, indicators=indicators)

    assert facts == [
        Fact(
            "Certification",
            ("Titre",),
            "RNCP 1, certificateur : Ministère, enregistrée le 1er mars 2024",
        ),
        Fact("Résultats", ("Réussite : 88 % (2025)", "Avis : 4/5")),
    ]


def test_issuer_gives_contacts_and_legal_mentions():
    issuer = Letterhead(
        "LEXOM",
        identity="SAS LEXOM",
        nda_mention="Enregistrée sous le numéro 1.",
        address="1 rue Haute, 07000 Privas",
        phone="04 75 00 00 00",
        email="contact@lexom.example",
        disability_contact="M. Référent",
    )

    sheet = replace(BARE, issuer=issuer)

    assert sheet.legal_line == "SAS LEXOM\nEnregistrée sous le numéro 1."
    assert sheet.practical_facts == [
        Fact("Accessibilité", text="Contact handicap : M. Référent"),
        Fact("Contact", ("04 75 00 00 00 – contact@lexom.example",), "1 rue Haute, 07000 Privas"),
    ]


def test_running_title_names_the_sheet_and_its_date():
    dated = replace(BARE, reference="MRK-OPE-02", updated_on=date(2026, 9, 15))

    assert (BARE.running_title, dated.running_title) == (
        "Fiche programme",
        "Fiche programme · MRK-OPE-02 · mise à jour le 15/09/2026",
    )


def test_sheet_key_is_the_same_for_the_same_content():
    assert sheet_key(replace(BARE, inter_price=TAXED)) == sheet_key(
        replace(BARE, inter_price=Price(Decimal("990.00"), STANDARD_RATE))
    )


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Vendre plus"},
        {"issuer": Letterhead("LEXOM", phone="04 75 00 00 00")},
        {"inter_price": EXEMPT},
        {"updated_on": date(2026, 9, 16)},
        {"objectives": ("Un objectif",)},
    ],
)
def test_sheet_key_changes_with_what_is_printed(change):
    reference = replace(BARE, inter_price=TAXED, updated_on=date(2026, 9, 15))

    assert sheet_key(replace(reference, **change)) != sheet_key(reference)


def test_sheet_key_changes_with_the_template(monkeypatch):
    before = sheet_key(BARE)

    monkeypatch.setattr("courses.catalogue.sheet.TEMPLATE_VERSION", 0)

    assert sheet_key(BARE) != before
