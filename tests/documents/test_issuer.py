from decimal import Decimal

from base.organisation import Organisation
from documents.issuer import letterhead
from documents.letterhead import Letterhead


def test_letterhead_states_what_the_company_is():
    organisation = Organisation(
        legal_name="LEXOM",
        legal_form="SAS",
        capital=Decimal("25000"),
        siret="51086927400066",
        rcs_city="Aubenas",
        naf_code="85.59A",
        vat_number="FR74510869274",
        street="155 avenue René Privat",
        postcode="07000",
        town="Privas",
        phone="04 75 00 00 00",
        email="contact@lexom.example",
        nda_number="82070000007",
        disability_contact="referent@lexom.example",
    )

    assert letterhead(organisation) == Letterhead(
        name="LEXOM",
        identity=(
            "SAS LEXOM au capital de 25\u202f000,00\u00a0€"
            " – Siège social : 155 avenue René Privat, 07000 Privas"
            " – SIRET : 510\u00a0869\u00a0274\u00a000066 – RCS\u00a0Aubenas – Code\u00a0NAF : 85.59A"
            " – N° TVA intracommunautaire : FR74510869274"
        ),
        nda_mention=(
            "Enregistrée sous le numéro 82070000007. "
            "Cet enregistrement ne vaut pas agrément de l’État."
        ),
        address="155 avenue René Privat, 07000 Privas",
        phone="04 75 00 00 00",
        email="contact@lexom.example",
        disability_contact="referent@lexom.example",
    )


def test_letterhead_leaves_out_what_is_not_known_yet():
    assert letterhead(Organisation(legal_name="LEXOM")) == Letterhead("LEXOM", identity="LEXOM")
