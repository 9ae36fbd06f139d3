"""Every debit is announced as long before as the mandate promises (law.md T-06)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from base.events import record
from shop.payments import letters
from shop.payments.mandates import active_mandate
from shop.payments.models import Due

LONGEST_NOTICE = timedelta(days=31)


def announce_debits(now: datetime) -> None:
    """Job. A clock that stood still announces late, and the debit waits for its notice."""
    coming = Due.objects.owed().filter(
        order__isnull=False, announced_at__isnull=True, not_before__lte=now + LONGEST_NOTICE
    )
    for pk in coming.order_by("not_before", "pk").values_list("pk", flat=True):
        announce_debit(pk, now)


@transaction.atomic
def announce_debit(due_id: int, now: datetime) -> bool:
    """False while it is not the day, or without a card: then a payment link will be mailed."""
    due = Due.objects.select_for_update(of=("self",)).select_related("order").get(pk=due_id)
    order = due.order
    mandate = active_mandate(order) if order else None
    if (
        order is None
        or mandate is None
        or due.not_before is None
        or due.announced_at
        or due.stopped_at
    ):
        return False
    if timezone.localdate(now) < timezone.localdate(due.not_before) - timedelta(due.notice_days):
        return False
    due.announced_at = now
    due.save(update_fields=["announced_at"])
    day = due.charge_day or due.due_on
    letters.announce_debit(due, mandate, day=day, now=now)
    record(
        "débit annoncé",
        subject=order,
        actor="LEXOM",
        data={"due": due.position, "amount": due.amount, "day": day},
        at=now,
    )
    return True
