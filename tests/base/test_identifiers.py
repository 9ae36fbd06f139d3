from django.core.exceptions import ValidationError

import pytest

from base.identifiers import (
    company_number,
    spaced_iban,
    spaced_siren,
    spaced_siret,
    validate_bic,
    validate_iban,
    validate_nda_number,
    validate_siren,
    validate_siret,
    validate_vat_number,
)


@pytest.mark.parametrize(
    ("validate", "value"),
    [
        (validate_siret, "510 869 274 00066"),
        (validate_siret, "35600000049837"),  # La Poste: digits sum to a multiple of 5
        (validate_siren, "510869274"),
        (validate_vat_number, "FR 74 510869274"),
        (validate_nda_number, "84 07 12345 07"),
    ],
)
def test_n02_valid_identifier_is_accepted(validate, value):
    validate(value)


@pytest.mark.parametrize(
    ("validate", "value"),
    [
        (validate_siret, "510 869 274 00067"),
        (validate_siret, "510869274"),
        (validate_siret, "<script>"),
        (validate_siren, "510869275"),
        (validate_vat_number, "FR75510869274"),
        (validate_nda_number, "1234"),
    ],
)
def test_n02_wrong_identifier_is_refused_in_french(validate, value):
    with pytest.raises(ValidationError, match=r"valide|chiffres"):
        validate(value)


def test_siret_is_shown_in_groups():
    assert spaced_siret("51086927400066") == "510 869 274 00066"
    assert spaced_siret("") == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("510 869 274", ("510869274", "")),
        ("510.869.274", ("510869274", "")),
        ("510\u00a0869\u00a0274\u202f00066", ("510869274", "51086927400066")),
        ("35600000049837", ("356000000", "35600000049837")),
    ],
)
def test_n02_siren_or_siret_is_read_as_typed(typed, number):
    assert company_number(typed) == number


@pytest.mark.parametrize("typed", ["", "510869275", "51086927400067", "5108692740006", "x" * 9])
def test_n02_no_other_number_is_a_company(typed):
    with pytest.raises(ValidationError, match=r"SIREN|SIRET"):
        company_number(typed)


def test_siren_is_spaced():
    assert spaced_siren("510869274") == "510 869 274"
    assert spaced_siren("") == ""


@pytest.mark.parametrize(
    "value", ["FR76 3000 6000 0112 3456 7890 189", "fr7630006000011234567890189"]
)
def test_account_is_accepted_and_printed_in_groups_of_four(value):
    validate_iban(value)
    assert spaced_iban(value) == "FR76 3000 6000 0112 3456 7890 189"


@pytest.mark.parametrize("value", ["FR76 3000 6000 0112 3456 7890 188", "FR76", "<script>"])
def test_account_with_a_wrong_digit_is_refused(value):
    with pytest.raises(ValidationError, match="IBAN"):
        validate_iban(value)


def test_bank_code_is_checked():
    validate_bic("AGRIFRPP")
    with pytest.raises(ValidationError, match="BIC"):
        validate_bic("AGRI")
