from decimal import Decimal

import pytest

from base.importing.lines import parse_lines
from courses.catalogue.importing.company import read_company
from courses.catalogue.importing.footers import company_lines


def found(*texts):
    lines = parse_lines(texts)
    return [lines[place].text for place in sorted(company_lines(lines))]


def test_company_lines_read_a_footer_on_one_line():
    footer = (
        "ROUE LIBRE SAS au capital de 8 000 € - Siège social : 12 rue du Pignon - 26000 VALENCE "
        "- SIRET 73282932000074 - RCS Romans - APE 8559B - TVA FR 44 732 829 320"
    )

    company = read_company(parse_lines([footer]))

    assert found("Titre", footer, "Suite") == [footer]
    assert (company.name, company.legal_form) == ("ROUE LIBRE", "SAS")
    assert company.capital == Decimal(8000)
    assert company.registered_office == "12 rue du Pignon - 26000 VALENCE"
    assert (company.siret, company.rcs, company.naf) == ("73282932000074", "Romans", "8559B")
    assert company.vat_number == "FR44732829320"


def test_company_lines_take_the_contact_lines_around_an_identity():
    assert found(
        "Un titre",
        "SAS ROUE LIBRE",
        "26000 VALENCE",
        "N° SIRET : 732 829 320 00074",
        "Tél. : 04 75 00 00 00",
        "contact@example.org",
        "- un point",
    ) == [
        "SAS ROUE LIBRE",
        "26000 VALENCE",
        "N° SIRET : 732 829 320 00074",
        "Tél. : 04 75 00 00 00",
        "contact@example.org",
    ]


@pytest.mark.parametrize("following", ["- un point", "Public", "2. Titre", "Jour 2 - Matin"])
def test_company_lines_stop_listing_brands_where_the_course_goes_on(following):
    lines = ["SIRET : 732 829 320 00074", "Les filiales du groupe X :", "Marque", following]

    assert found(*lines) == lines[:3]


@pytest.mark.parametrize(
    "text",
    [
        "Le numéro SIRET et le code NAF",
        "Les filiales du groupe :",
        "Créer une SAS",
        "Tél. : 04 75 00 00 00",
        "- SIRET : 732 829 320 00074",
    ],
)
def test_company_lines_leave_other_lines_alone(text):
    assert found("Un titre", text, "Suite") == []


@pytest.mark.parametrize(
    ("text", "capital"),
    [
        ("au capital de 25 000,50 €", Decimal("25000.50")),
        ("au capital social de 25.000 euros", Decimal(25000)),
        ("au capital variable", None),
    ],
)
def test_read_company_reads_amounts_as_the_french_write_them(text, capital):
    assert read_company(parse_lines([text])).capital == capital
