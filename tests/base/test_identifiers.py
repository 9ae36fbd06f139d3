from django.core.exceptions import ValidationError

import pytest

from base.identifiers import (
    spaced_siret,
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
