"""Reminders of a request that its customer leaves unanswered; staff after them (law.md L-07)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from base.events import record
from shop.payments import letters
from shop.payments.models import Due
from shop.payments.rules import HANDED_OVER, REMINDED, REMINDER_DAYS, contact_at


def remind_customers(now: datetime) -> None:
    """Job. One step for each due: after a clock that stood still, the next one waits its week."""
    for due in Due.objects.unanswered(now).order_by("asked_at", "pk"):
        if _is_time(due, now):
            follow_up(due.pk, now)


@transaction.atomic
def follow_up(due_id: int, now: datetime) -> bool:
    """A reminder, or the note to staff once both have left; False when it is not, or no more, the time."""
    locked = Due.objects.select_for_update(of=("self",)).select_related("order")
    due = locked.get(pk=due_id)
    if not Due.objects.unanswered(now).filter(pk=due_id).exists() or not _is_time(due, now):
        return False
    if due.reminders == len(REMINDER_DAYS):
        _hand_over(due, now)
    else:
        _remind(due, now)
    return True


def _is_time(due: Due, now: datetime) -> bool:
    if due.asked_at is None:
        return False
    return now >= contact_at(due.asked_at, sent=due.reminders, latest_at=due.reminded_at)


def _remind(due: Due, now: datetime) -> None:
    due.reminders += 1
    due.reminded_at = now
    due.save(update_fields=["reminders", "reminded_at"])
    letters.remind(due, now=now)
    data = {"due": due.position, "number": due.reminders, "amount": due.amount}
    record(REMINDED, subject=due.contract, actor="LEXOM", data=data, at=now)


def _hand_over(due: Due, now: datetime) -> None:
    due.asks_staff, due.reminding_stopped_at = HANDED_OVER, now
    due.save(update_fields=["asks_staff", "reminding_stopped_at"])
    data = {"due": due.position, "amount": due.amount}
    record("rappels sans réponse", subject=due.contract, actor="LEXOM", data=data, at=now)


@transaction.atomic
def stop_reminding(*, due: Due, actor: str, reason: str, now: datetime) -> Due:
    """Staff have it in hand; the request itself stays. A second click changes nothing."""
    locked = Due.objects.select_for_update(of=("self",)).select_related("order").get(pk=due.pk)
    if locked.asks_customer and locked.reminding_stopped_at is None:
        locked.reminding_stopped_at = now
        locked.save(update_fields=["reminding_stopped_at"])
        data = {"due": locked.position, "reason": reason}
        record("Rappels arrêtés", subject=locked.contract, actor=actor, data=data, at=now)
    return locked
