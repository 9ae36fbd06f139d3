"""What the clock does about withdrawals; each of these may run twice."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from base.events import Event, record
from shop.orders.models import Order
from shop.orders.rules import OrderState
from shop.payments.models import Attempt
from shop.payments.refunds import refund_contract
from shop.payments.rules import AttemptState
from shop.withdrawal.alerts import Alert, alerts, without_acknowledgement
from shop.withdrawal.effects import END_REASON
from shop.withdrawal.mails import acknowledge
from shop.withdrawal.models import MatchOutcome, WithdrawalMatch
from shop.withdrawal.rules import refund_due_by

ACTOR = "horloge"


def look_after_withdrawals(now: datetime) -> None:
    for declaration in without_acknowledgement():
        acknowledge(declaration)
    refund_what_came_in(now)
    for alert in alerts(now):
        raise_once(alert, now)


def refund_what_came_in(now: datetime) -> None:
    """A charge may have been on its way when the order ended: it comes back in full (W-09)."""
    received = Attempt.objects.filter(
        state=AttemptState.SUCCEEDED.value,
        due__order__state=OrderState.WITHDRAWN.value,
        refunds__isnull=True,
    )
    for key in received.order_by().values_list("due__order", flat=True).distinct():
        _refund(key, now)


@transaction.atomic
def _refund(order_pk: int, now: datetime) -> None:
    order = Order.objects.select_for_update(of=("self",)).get(pk=order_pk)
    match = (
        WithdrawalMatch.objects.filter(order=order, outcome=MatchOutcome.ACCEPTED)
        .select_related("declaration")
        .order_by("decided_at")
        .first()
    )
    informed_at = match.declaration.received_at if match else now
    refund_contract(
        contract=order,
        actor=ACTOR,
        reason=END_REASON,
        due_by=refund_due_by(informed_at),
        now=now,
    )


@transaction.atomic
def raise_once(alert: Alert, now: datetime) -> None:
    name, subject = alert.kind.value, alert.subject
    known = Event.objects.filter(
        name=name, subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    )
    if not known.exists():
        record(name, subject=subject, actor=ACTOR, data={"text": alert.text}, at=now)
