"""The last day of an order's withdrawal period, from its facts."""

from __future__ import annotations

from datetime import date, datetime

from shop.orders.models import Order
from shop.withdrawal.rules import sent_in_time, start_instant, withdrawal_period


def last_day_of(order: Order) -> date | None:
    """``None`` while nothing started the period (W-03); with the extension of W-05.

    Never earlier than the day that the buyer was told.
    """
    started_at = start_instant(
        order_confirmed_at=order.placed_at,
        contract_signed_at=order.contract_signed_at,
        confirmation_accepted_at=order.confirmation_accepted_at,
    )
    if started_at is None:
        return None
    period = withdrawal_period(
        started_at, information_given_at=order.information_given_at, postcode=_postcode(order)
    )
    return max(period.last_day, order.withdrawal_last_day or period.last_day)


def is_in_time(order: Order, sent_at: datetime) -> bool:
    return sent_in_time(sent_at, last_day_of(order), _postcode(order))


def _postcode(order: Order) -> str:
    """Five digits of another country are no French territory."""
    return order.postcode if order.country == "FR" else ""
