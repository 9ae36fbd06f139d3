"""No charge is left to happen: written in the transaction that ends an order."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from shop.payments.models import MandateState

if TYPE_CHECKING:
    from shop.orders.models import Order


def stop_charging(*, order: Order, actor: str, reason: str, now: datetime) -> None:
    """Stops the dues and revokes the cards; what must be told to Stripe is left to a task."""
    order.dues.filter(stopped_at__isnull=True).update(stopped_at=now, next_try_at=None)
    order.mandates.exclude(state=MandateState.REVOKED).update(
        state=MandateState.REVOKED, detach_due=True
    )
