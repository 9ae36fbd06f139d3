"""When somebody has to look at the mediator's facts again (law.md M-05). Pure."""

from __future__ import annotations

from datetime import date, timedelta

EXPIRY_DAYS = 60
YEAR = 365  # a check holds this many days


def mediator_reminders(
    *, today: date, name: str, valid_until: date | None, last_checked: date | None
) -> tuple[str, ...]:
    if not name:
        return ("Aucun médiateur n’est indiqué : la loi impose d’en nommer un.",)
    return tuple(filter(None, (_agreement(today, valid_until), _check(today, last_checked))))


def _agreement(today: date, valid_until: date | None) -> str:
    if valid_until is None:
        return "La date de fin de la convention avec le médiateur n’est pas renseignée."
    if valid_until < today:
        return f"La convention avec le médiateur a pris fin le {valid_until:%d/%m/%Y}."
    if valid_until - timedelta(days=EXPIRY_DAYS) <= today:
        return f"La convention avec le médiateur prend fin le {valid_until:%d/%m/%Y}."
    return ""


def _check(today: date, last_checked: date | None) -> str:
    if last_checked is None:
        return "Les coordonnées du médiateur n’ont jamais été vérifiées."
    if last_checked + timedelta(days=YEAR) <= today:
        return f"Les coordonnées du médiateur n’ont pas été vérifiées depuis le {last_checked:%d/%m/%Y}."
    return ""
