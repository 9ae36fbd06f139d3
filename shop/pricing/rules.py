"""What is paid, how much and when (C. trav. L6353-6, law.md T-06, P-02). Pure.

Amounts are ``Decimal`` euros, tax included unless the name says otherwise; days are Paris dates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from base.money import floor_cents, round_cents

DEPOSIT_SHARE = Decimal("0.30")
RULE_VERSION = "2026-11-24"


class DueKind(StrEnum):
    """``FUNDED`` is what a training fund pays in the client's place (CGV 3.3), ``PENALTY`` what an
    invoice for late payment asks of a company (CGV 3.4).

    ``INDEMNITY`` is owed once the contract has ended, or for the people who left it (CGV 3.5).
    """

    DEPOSIT = "deposit"
    BALANCE = "balance"
    FUNDED = "funded"
    PENALTY = "penalty"
    INDEMNITY = "indemnity"

    @property
    def label(self) -> str:
        return {
            DueKind.DEPOSIT: "acompte",
            DueKind.BALANCE: "solde",
            DueKind.FUNDED: "part de l’OPCO",
            DueKind.PENALTY: "pénalités de retard",
            DueKind.INDEMNITY: "indemnité",
        }[self]


@dataclass(frozen=True)
class PlannedDue:
    """``due_on`` is the first day on which the amount may be asked for; ``position`` counts from 1."""

    kind: DueKind
    position: int
    amount: Decimal
    due_on: date


@dataclass(frozen=True)
class TaxSplit:
    excl_vat: Decimal
    vat: Decimal
    incl_vat: Decimal


def consumer_deposit(incl_vat: Decimal) -> Decimal:
    """30 % of the price, rounded down: the share is a ceiling with a fine behind it (L6355-20)."""
    return floor_cents(incl_vat * DEPOSIT_SHARE)


def company_deposit(incl_vat: Decimal) -> Decimal:
    """30 % of the price tax included, to the nearest cent (CGV 2.1)."""
    return round_cents(incl_vat * DEPOSIT_SHARE)


def split_tax(incl_vat: Decimal, rate: Decimal) -> TaxSplit:
    """The amount that is paid is fixed first: one in six has no exact counterpart without tax."""
    excl_vat = round_cents(incl_vat / (1 + rate))
    return TaxSplit(excl_vat, incl_vat - excl_vat, incl_vat)


def consumer_schedule(
    incl_vat: Decimal, *, hours_by_day: Mapping[date, Decimal], first_charge_day: date
) -> tuple[PlannedDue, ...]:
    """Deposit after the withdrawal period, then an instalment the day after each taught day.

    An instalment is the balance's share of that day's hours, rounded down; the last one takes the
    remainder. Nothing is due before ``first_charge_day``, even when the course has begun (W-10).
    Raises ``ValueError`` without any taught hour: the balance would have no date.
    """
    total_hours = sum(hours_by_day.values(), Decimal())
    if incl_vat < 0 or total_hours <= 0:
        raise ValueError("Un échéancier demande un prix et des heures de formation.")
    deposit = consumer_deposit(incl_vat)
    balance = incl_vat - deposit
    days = sorted(day for day, hours in hours_by_day.items() if hours > 0)
    shares = [floor_cents(balance * hours_by_day[day] / total_hours) for day in days[:-1]]
    shares.append(balance - sum(shares, Decimal()))
    planned = [PlannedDue(DueKind.DEPOSIT, 1, deposit, first_charge_day)]
    planned += [
        PlannedDue(DueKind.BALANCE, place, amount, max(day + timedelta(days=1), first_charge_day))
        for place, (day, amount) in enumerate(zip(days, shares, strict=True), start=2)
    ]
    return tuple(due for due in planned if due.amount)
