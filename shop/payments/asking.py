"""What a due waits for from its customer, and since when: its reminders count from there."""

from __future__ import annotations

from datetime import datetime

from shop.payments.models import Due
from shop.payments.rules import CustomerTask

_FIELDS = (
    "asks_customer", "next_try_at", "asked_at", "reminders", "reminded_at", "reminding_stopped_at",
)  # fmt: skip


def ask_customer(due: Due, task: CustomerTask, now: datetime) -> None:
    """In the caller's transaction, which holds the due; a request that follows another starts afresh."""
    due.asks_customer, due.next_try_at = task.value, None
    due.asked_at, due.reminders = now, 0
    due.reminded_at = due.reminding_stopped_at = None
    due.save(update_fields=_FIELDS)
