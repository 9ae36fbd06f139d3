from django.core.exceptions import ValidationError

import pytest

from base.models import Organisation
from base.organisation import MANDATORY_FACTS
from base.vat import VatPosition, VatRegime


@pytest.fixture
def organisation(home):
    return Organisation.current()


def test_n03_every_mandatory_fact_is_a_field_and_missing_at_first(organisation):
    assert {fact.field for fact in MANDATORY_FACTS} <= {
        field.name for field in Organisation._meta.get_fields()
    }
    assert organisation.missing_facts == list(MANDATORY_FACTS)


def test_n03_given_fact_is_no_longer_missing(organisation):
    organisation.phone = "04 75 00 00 00"

    assert "phone" not in [fact.field for fact in organisation.missing_facts]


@pytest.mark.parametrize("field", ["siret", "vat_number", "nda_number", "iban", "bic"])
def test_n02_identifier_is_checked_when_typed(organisation, field):
    setattr(organisation, field, "123")

    with pytest.raises(ValidationError) as error:
        organisation.full_clean()

    assert list(error.value.message_dict) == [field]


def test_t04_advertising_mention_appears_with_the_number_only(organisation):
    assert organisation.nda_mention == ""

    organisation.nda_number = "84071234507"

    assert organisation.nda_mention == (
        "Enregistrée sous le numéro 84071234507. Cet enregistrement ne vaut pas agrément de l’État."
    )


def test_p05_organisation_is_taxed_by_default(organisation):
    assert organisation.vat_position == VatPosition(VatRegime.STANDARD, None)


def test_company_is_told_the_account_once_it_is_known(organisation):
    organisation.legal_name = "LEXOM"
    assert (organisation.takes_transfers, organisation.holder_of_account) == (False, "LEXOM")

    organisation.iban, organisation.bic = "FR7630006000011234567890189", "AGRIFRPP"

    assert organisation.takes_transfers
    assert organisation.spaced_iban == "FR76 3000 6000 0112 3456 7890 189"
