"""What a line of the journal says, in the words of staff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from base.events import Event
from base.typography import euros, french_date

KNOWN = {
    "reason": "motif",
    "before": "avant",
    "after": "après",
    "amount": "montant",
    "price": "prix",
    "number": "numéro",
    "incl_vat": "montant TTC",
    "corrects": "corrige",
    "due": "versement",
    "due_by": "avant le",
    "day": "jour",
    "last_day": "dernier jour",
    "first_charge_at": "premier prélèvement à partir de",
    "reference": "référence",
    "order": "commande",
    "declaration": "déclaration n°",
    "state": "état",
    "error": "erreur",
    "code": "code",
    "email": "adresse e-mail",
    "ip": "adresse IP",
    "tries": "codes faux",
    "role": "rôle",
    "proposal": "proposition",
    "company": "entreprise",
    "text": "détail",
    "seats": "places retenues",
    "participant": "participant",
    "added": "ajoutés",
    "removed": "retirés",
    "replaced": "remplacés",
    "completed": "complétés",
    "clause": "article",
    "kept": "conservé",
    "given_back": "à rembourser",
    "owed": "restant dû",
    "sent_at": "envoyée le",
    "received_at": "reçue le",
}
AMOUNTS = ("amount", "price", "incl_vat", "kept", "given_back", "owed")


def details(event: Event) -> str:
    return " ; ".join(_parts(event.data))


def _parts(data: dict[str, Any]) -> Iterator[str]:
    for key, label in KNOWN.items():
        if (value := data.get(key)) not in (None, ""):
            yield f"{label} : {_shown(key, str(value))}"


def _shown(key: str, value: str) -> str:
    if key in AMOUNTS:
        return euros(Decimal(value))
    instant, day = _instant(value), _day(value)
    if instant:
        return f"{instant:%d/%m/%Y à %H:%M}"
    return french_date(day) if day else value


def _instant(value: str) -> datetime | None:
    """In Paris; None for words, some of which look like an instant without a zone, or out of time."""
    try:
        found = parse_datetime(value) if "T" in value else None
        return timezone.localtime(found) if found else None
    except (ValueError, OverflowError):
        return None


def _day(value: str) -> date | None:
    try:
        return parse_date(value)
    except ValueError:
        return None
