"""Validators of French company identifiers: formal validity only (law.md N-02)."""

import re

from django.core.exceptions import ValidationError

from stdnum import bic, iban
from stdnum import exceptions as stdnum_exceptions
from stdnum.fr import siren, siret, tva


def validate_siret(value: str) -> None:
    """A SIRET has fourteen digits and a Luhn key; La Poste has a rule of its own."""
    try:
        siret.validate(value)
    except stdnum_exceptions.ValidationError as error:
        raise ValidationError(
            "Ce numéro SIRET n’est pas valide : 14 chiffres, vérifiez qu’aucun ne manque."
        ) from error


def validate_siren(value: str) -> None:
    try:
        siren.validate(value)
    except stdnum_exceptions.ValidationError as error:
        raise ValidationError("Ce numéro SIREN n’est pas valide : 9 chiffres attendus.") from error


def company_number(typed: str) -> tuple[str, str]:
    """SIREN and SIRET of a number typed with or without spaces; of a SIREN alone, no SIRET.

    Raises ValidationError with a French sentence.
    """
    digits = re.sub(r"[\s.\u00a0\u202f-]", "", typed)
    if len(digits) == 9:
        validate_siren(digits)
        return digits, ""
    validate_siret(digits)
    return digits[:9], digits


def spaced_siren(value: str) -> str:
    digits = siren.compact(value)
    return f"{digits[:3]} {digits[3:6]} {digits[6:9]}" if digits else ""


def validate_vat_number(value: str) -> None:
    try:
        tva.validate(value)
    except stdnum_exceptions.ValidationError as error:
        raise ValidationError(
            "Ce numéro de TVA n’est pas valide : « FR » suivi de 11 chiffres."
        ) from error


def validate_nda_number(value: str) -> None:
    """The training provider's declaration number has eleven digits (C. trav. R6351-6, T-04)."""
    if not re.fullmatch(r"\d{11}", re.sub(r"\s", "", value)):
        raise ValidationError("Le numéro de déclaration d’activité comporte 11 chiffres.")


def spaced_siret(value: str) -> str:
    digits = siret.compact(value)
    return f"{digits[:3]} {digits[3:6]} {digits[6:9]} {digits[9:]}" if digits else ""


def validate_iban(value: str) -> None:
    """An IBAN with the key and the length of its country."""
    try:
        iban.validate(value)
    except stdnum_exceptions.ValidationError as error:
        raise ValidationError(
            "Cet IBAN n’est pas valide : recopiez-le du relevé d’identité bancaire, en entier."
        ) from error


def validate_bic(value: str) -> None:
    try:
        bic.validate(value)
    except stdnum_exceptions.ValidationError as error:
        raise ValidationError("Ce BIC n’est pas valide : 8 ou 11 caractères.") from error


def spaced_iban(value: str) -> str:
    """In groups of four, as a bank prints it; however it was typed."""
    characters = compact_iban(value)
    return " ".join(characters[start : start + 4] for start in range(0, len(characters), 4))


def compact_iban(value: str) -> str:
    """Two accounts compare equal in this form."""
    characters: str = iban.compact(value)
    return characters
