"""Nothing more is asked of an order, from the caller's transaction on (invariant I4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from base.events import record
from shop.orders.models import Order
from shop.payments.models import Attempt, Due, MandateState, PaymentMandate
from shop.payments.rules import AttemptState


@transaction.atomic
def stop_charging(*, order: Order, actor: str, reason: str, now: datetime) -> None:
    """Never speaks to Stripe: cards are detached afterwards, from ``detach_due``."""
    paid = Attempt.objects.filter(due=OuterRef("pk"), state=AttemptState.SUCCEEDED.value)
    dues = Due.objects.select_for_update(of=("self",)).filter(order=order, stopped_at__isnull=True)
    keys = [due.pk for due in dues.filter(~Exists(paid))]
    Due.objects.filter(pk__in=keys).update(stopped_at=now, next_try_at=None)
    _revoke_mandates(order)
    order.charging_stopped_at, order.charging_stopped_reason = now, reason[:300]
    order.save(update_fields=["charging_stopped_at", "charging_stopped_reason"])
    data = {"dues": keys, "reason": reason}
    record("prélèvements arrêtés", subject=order, actor=actor, data=data, at=now)


def _revoke_mandates(order: Order) -> None:
    usable = (MandateState.PENDING.value, MandateState.ACTIVE.value)
    mandates = PaymentMandate.objects.filter(order=order, state__in=usable)
    mandates.filter(~Q(payment_method_id="")).update(detach_due=True)
    mandates.update(state=MandateState.REVOKED.value)
