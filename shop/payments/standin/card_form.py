"""The card form of the hosted page: what was typed, and what is wrong with it, in French."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shop.payments.standin.cards import BY_NUMBER, Card

FIELDS = ("email", "number", "expiry", "code", "name")
CENTURY = 2000


@dataclass
class CardForm:
    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    card: Card | None = None
    expiry: tuple[int, int] = (0, 0)  # month, year


def read(form: dict[str, str], *, now: int, asks_email: bool) -> CardForm:
    """``now``: seconds since 1970, by the clock of the stand-in."""
    values = {name: form.get(name, "").strip() for name in FIELDS}
    read_form = CardForm(values)
    if asks_email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", values["email"]):
        read_form.errors["email"] = (
            "Saisissez une adresse électronique, par exemple nom@exemple.fr."
        )
    _read_number(read_form)
    _read_expiry(read_form, datetime.fromtimestamp(now, UTC))
    if not re.fullmatch(r"\d{3}", values["code"]):
        read_form.errors["code"] = "Saisissez les trois chiffres au dos de la carte."
    if not values["name"]:
        read_form.errors["name"] = "Saisissez le nom du titulaire de la carte."
    return read_form


def _read_number(form: CardForm) -> None:
    digits = re.sub(r"[\s\u202f.-]", "", form.values["number"])
    if not re.fullmatch(r"\d{16}", digits):
        form.errors["number"] = "Saisissez les seize chiffres de la carte."
    elif not passes_luhn(digits):
        form.errors["number"] = "Ce numéro comporte une erreur : vérifiez chaque chiffre."
    elif digits not in BY_NUMBER:
        form.errors["number"] = (
            "Ce n’est pas une carte d’essai. N’utilisez jamais une vraie carte ici : "
            "choisissez un numéro de la liste."
        )
    else:
        form.card = BY_NUMBER[digits]


def _read_expiry(form: CardForm, today: datetime) -> None:
    found = re.fullmatch(r"(0?[1-9]|1[0-2])\s*/?\s*(?:20)?(\d{2})", form.values["expiry"])
    if not found:
        form.errors["expiry"] = "Saisissez le mois et l’année, par exemple 12/34."
        return
    month, year = int(found[1]), CENTURY + int(found[2])
    if (year, month) < (today.year, today.month):
        form.errors["expiry"] = "Cette date est passée : utilisez une carte en cours de validité."
    form.expiry = (month, year)


def passes_luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits[-2::-1])]
    return (sum(value // 10 + value % 10 for value in doubled) + int(digits[-1])) % 10 == 0
