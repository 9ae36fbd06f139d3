"""Withdrawal from a consumer's distance contract (C. conso L221-18 to L221-20, law.md W-01 to W-10).

Pure. Days are civil dates of Europe/Paris, never hours added to an instant: the day of conclusion
is not counted, the last day ends at midnight, and one that is not worked moves to the next working day.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from base.civil_dates import PARIS, months_after
from base.workdays import (
    CALENDAR_VERSION,
    Territory,
    add_working_days,
    roll_forward,
    territory_of,
)

RULE_VERSION = "2026-11-23"
DISTANCE_DAYS = 14  # C. conso L221-18
TRAINING_CONTRACT_DAYS = 10  # C. trav. L6353-5
# The last day ends at 11:00 or 12:00 of Paris in Tahiti (W-02, edge 3).
FIRST_CHARGE_TIME = time(12)
DEFAULT_POSTAL_GRACE_DAYS = 3
DEFAULT_SAFETY_DAYS = 1

# Territories whose civil date runs ahead of that of Paris.
_ZONES_AHEAD = {
    Territory.MAYOTTE: ZoneInfo("Indian/Mayotte"),
    Territory.REUNION: ZoneInfo("Indian/Reunion"),
    Territory.NOUVELLE_CALEDONIE: ZoneInfo("Pacific/Noumea"),
    Territory.WALLIS_ET_FUTUNA: ZoneInfo("Pacific/Wallis"),
}
# Where the last day ends when it has already ended in Paris.
_ZONES_BEHIND = {
    Territory.GUADELOUPE: ZoneInfo("America/Guadeloupe"),
    Territory.SAINT_BARTHELEMY: ZoneInfo("America/Guadeloupe"),
    Territory.SAINT_MARTIN: ZoneInfo("America/Guadeloupe"),
    Territory.MARTINIQUE: ZoneInfo("America/Martinique"),
    Territory.GUYANE: ZoneInfo("America/Cayenne"),
    Territory.SAINT_PIERRE_ET_MIQUELON: ZoneInfo("America/Miquelon"),
    Territory.POLYNESIE: ZoneInfo("Pacific/Tahiti"),
}
REFUND_DAYS = 14  # C. conso L221-24: no working day is waited for
REFUND_ALERT_DAYS = 10
DECISION_WORKING_DAYS = 2


@dataclass(frozen=True, kw_only=True)
class WithdrawalPeriod:
    """``first_charge_at`` is ``None`` when nothing may be charged without a decision (W-05)."""

    start: date  # not counted
    last_day: date
    first_charge_day: date
    first_charge_at: datetime | None
    rule_version: str = RULE_VERSION
    calendar_version: str = CALENDAR_VERSION


def start_instant(
    *,
    order_confirmed_at: datetime | None,
    contract_signed_at: datetime | None,
    confirmation_accepted_at: datetime | None,
) -> datetime | None:
    """Latest of the three (the last one: by the mail server), ``None`` before that (law.md W-03)."""
    if order_confirmed_at is None or contract_signed_at is None or confirmation_accepted_at is None:
        return None
    # In UTC: two instants of one zone compare by wall clock, wrong in the repeated hour of October.
    return max(map(_in_utc, (order_confirmed_at, contract_signed_at, confirmation_accepted_at)))


def withdrawal_period(
    started_at: datetime,
    *,
    information_given_at: datetime | None,
    postcode: str = "",
    postal_grace_days: int = DEFAULT_POSTAL_GRACE_DAYS,
) -> WithdrawalPeriod:
    """Dates of a period that ``start_instant`` starts; ``information_given_at`` is that of W-05.

    The postal grace leaves letters sent on the last day the time to arrive (W-08): it delays
    ``first_charge_at`` by working days, never the legal days. Raises ``ValueError`` for an instant
    without time zone, and outside the years whose holidays are known.
    """
    territory = territory_of(postcode)
    start = civil_date(started_at, territory)
    informed_on = civil_date(information_given_at, territory) if information_given_at else None
    return _period(start, informed_on, territory, postal_grace_days)


@lru_cache(maxsize=1024)
def _period(
    start: date, informed_on: date | None, territory: Territory, postal_grace_days: int
) -> WithdrawalPeriod:
    last_day = _extended_last_day(start, territory)
    if informed_on is None or informed_on > last_day:
        next_day = last_day + timedelta(days=1)
        return WithdrawalPeriod(
            start=start, last_day=last_day, first_charge_day=next_day, first_charge_at=None
        )
    # Given during the extension, the information leaves fourteen days, even past its end.
    last_day = distance_last_day(max(start, informed_on), territory)
    next_day = last_day + timedelta(days=1)
    charge_day = add_working_days(next_day, postal_grace_days, territory)
    return WithdrawalPeriod(
        start=start,
        last_day=last_day,
        first_charge_day=next_day,
        first_charge_at=datetime.combine(charge_day, FIRST_CHARGE_TIME, PARIS),
    )


def civil_date(instant: datetime, territory: Territory = Territory.NATIONAL) -> date:
    """Date in Paris, or at the buyer's when it is already a day later there (W-02, edge 3)."""
    moment = _in_utc(instant)
    zone = _ZONES_AHEAD.get(territory, PARIS)
    return max(moment.astimezone(PARIS).date(), moment.astimezone(zone).date())


def _in_utc(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError("Instant sans fuseau horaire.")
    return instant.astimezone(UTC)


def sent_in_time(sent_at: datetime, last_day: date | None, postcode: str = "") -> bool:
    """Sending counts, not arrival (C. conso L221-21, W-08); ``None``: the period has not begun.

    The day is that of Paris, or the buyer's when it is still the day before there (W-02, edge 3).
    """
    if last_day is None:
        return True
    moment = _in_utc(sent_at)
    zone = _ZONES_BEHIND.get(territory_of(postcode), PARIS)
    return min(moment.astimezone(PARIS).date(), moment.astimezone(zone).date()) <= last_day


def refund_due_by(informed_at: datetime) -> date:
    """C. conso L221-24 (W-09): from the day LEXOM is informed, week-ends and holidays included."""
    return civil_date(informed_at) + timedelta(days=REFUND_DAYS)


def decide_by(received_at: datetime) -> date:
    """Last day for staff to say whether a declaration concerns an order (F-10)."""
    return add_working_days(civil_date(received_at), DECISION_WORKING_DAYS)


def distance_last_day(start: date, territory: Territory = Territory.NATIONAL) -> date:
    """C. conso L221-18 and L221-19."""
    return roll_forward(start + timedelta(days=DISTANCE_DAYS), territory)


def training_contract_last_day(signed_on: date, territory: Territory = Territory.NATIONAL) -> date:
    """C. trav. L6353-5 (T-05): for a contract signed on the premises; a distance one ends later."""
    return roll_forward(signed_on + timedelta(days=TRAINING_CONTRACT_DAYS), territory)


def _extended_last_day(start: date, territory: Territory) -> date:
    """Twelve months after the initial last day (C. conso L221-20)."""
    initial = distance_last_day(start, territory)
    return roll_forward(months_after(initial, 12), territory)


def earliest_session_start(
    period: WithdrawalPeriod, *, safety_days: int = DEFAULT_SAFETY_DAYS
) -> date:
    """First day of a session that a consumer may book without asking for an early start (W-10)."""
    return period.first_charge_day + timedelta(days=safety_days)
