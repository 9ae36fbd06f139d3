"""Civil dates of Paris and civil months: the one way in which contracts count them. Pure."""

from calendar import monthrange
from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def paris_date(instant: datetime) -> date:
    """Raises ValueError for an instant without time zone."""
    if instant.utcoffset() is None:
        raise ValueError("Instant sans fuseau horaire.")
    return instant.astimezone(PARIS).date()


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one (Regulation 1182/71, article 3): 31 August and
    six months give 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
