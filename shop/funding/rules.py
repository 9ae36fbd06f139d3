"""A training fund (OPCO) that pays a part: what it leaves to the client, and until when it may pay. Pure.

Amounts are ``Decimal`` euros; days are Paris dates (CGV 3.3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from base.civil_dates import months_after
from shop.pricing.rules import DueKind

ATTESTATION_ALERT_DAYS = 7  # before the first day of the training


class FundingState(StrEnum):
    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {
            FundingState.REQUESTED: "demandée",
            FundingState.GRANTED: "accordée",
            FundingState.REFUSED: "refusée",
        }[self]


def last_day_to_pay(ends_on: date) -> date:
    """The fund's last day: one month after the end of the training, that day included (CGV 3.3)."""
    return months_after(ends_on, 1)


@dataclass(frozen=True)
class Shares:
    """Of a balance: what the client pays on receipt, and what the fund pays in its place."""

    client: Decimal
    fund: Decimal

    def __iter__(self) -> Iterator[tuple[DueKind, Decimal]]:
        """Only what is to be paid."""
        for kind, amount in ((DueKind.BALANCE, self.client), (DueKind.FUNDED, self.fund)):
            if amount > 0:
                yield kind, amount


def shares_of(
    balance: Decimal, *, state: FundingState, granted: Decimal | None, subrogated: bool
) -> Shares:
    """The fund pays us only under subrogation, and no more than what the deposit leaves owed."""
    if state != FundingState.GRANTED or not subrogated or not granted:
        return Shares(balance, Decimal(0))
    fund = min(granted, balance)
    return Shares(balance - fund, fund)
