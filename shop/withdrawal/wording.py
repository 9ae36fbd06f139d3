"""Instants as they are told to whoever declares."""

from datetime import datetime

from base.civil_dates import PARIS


def paris_moment(instant: datetime) -> str:
    """« le 23/11/2026 à 14:05:07, heure de Paris » (law.md F-06)."""
    return f"le {instant.astimezone(PARIS):%d/%m/%Y à %H:%M:%S}, heure de Paris"


def paris_day(instant: datetime) -> str:
    return f"le {instant.astimezone(PARIS):%d/%m/%Y}"
