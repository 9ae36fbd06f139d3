"""What would become of the rows if the noise stopped now, tried on a copy of the world (I6, I8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import Model

from django_tasks import default_task_backend

from base.events import Event
from courses.models import CourseSession, WaitingEntry
from mail.models import OutgoingMessage
from shop.models import Attempt, Due, Order, PaymentMandate, Refund, StripeEvent
from shop.payments.reconciliation import reconcile, resume_leftovers
from shop.payments.refund_sending import send_waiting_refunds
from shop.payments.rules import LONGEST_CALL
from tests.shop.order_promises import Promises
from tests.shop.order_world import World
from tests.shop.payments.conftest import post_event

STRIPE_ID = re.compile(r"\b(?:cs_test|cs|pi|ch|re|pm|seti|evt|cus)_\w+")
# An order is older than its branches; the number of what they write depends on the database.
ROW_NUMBER = re.compile(r"('(?!shop\.order')\w+\.\w+', )'\d+'")
MONEY: tuple[type[Model], ...] = (Attempt, Due, Refund, PaymentMandate, StripeEvent)
READERS = (resume_leftovers, send_waiting_refunds, reconcile)
WORDS: dict[type[Model], tuple[str, ...]] = {
    Order: ("pk", "state", "charging_stopped_at", "first_charge_at"),
    Due: ("pk", "amount", "announced_at", "asks_customer", "asks_staff", "next_try_at",
          "stopped_at"),
    Attempt: ("idempotency_key", "channel", "state", "amount", "code", "decline_code",
              "advice_code", "mandate__number", "payment_method_id", "finished_at"),
    Refund: ("idempotency_key", "amount", "state", "due_by", "error", "finished_at"),
    PaymentMandate: ("order", "number", "state", "last4", "payment_method_id", "detach_due"),
    CourseSession: ("pk", "seats_taken"),
    WaitingEntry: ("pk", "state"),
    OutgoingMessage: ("template", "recipient", "owner_type", "owner_id", "subject", "text",
                      "state"),
    Event: ("name", "subject_type", "subject_id", "actor"),
}  # fmt: skip


@contextmanager
def imagined(world: World) -> Iterator[None]:
    """Nothing that happens inside has happened, here or at Stripe."""
    store, faults = world.stripe.server.machine.store, world.stripe.server.machine.faults
    with store.lock:
        kept = store._connection.serialize()
    queues = [
        [copy(item) for item in q] for q in (faults.calls, faults.deliveries, faults.outcomes)
    ]
    now, dies_at, tasks = world.now, world.dies_at, list(default_task_backend.results)
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # what must be outermost is so here too
    with block:
        try:
            yield
        finally:
            transaction.set_rollback(True)
    with store.lock:
        store._connection.deserialize(kept)
    faults.calls[:], faults.deliveries[:], faults.outcomes[:] = queues
    default_task_backend.results[:] = tasks
    world.dies_at = dies_at
    world.move_to(now)


@dataclass
class Branches:
    world: World
    promises: Promises
    delivered: list[Any] = field(default_factory=list)
    seen: Any = None
    tried: int = 0

    def check(self) -> None:
        """Skipped where neither our money rows nor those of Stripe changed since the last time."""
        told = [event["id"] for event in self.world.stripe.truth("event")]
        seen = (told, [list(model.objects.values()) for model in MONEY])
        if not told or seen == self.seen:
            return
        self.seen = seen
        self.tried += 1
        shuffled = self.world.stripe.events() * 2
        Random(self.tried).shuffle(shuffled)  # noqa: S311  the same again for a failing history
        self.nothing_changes_when_told_again()
        lost, reordered = self.end_of(()), self.end_of(shuffled)
        for model, rows in lost.items():
            assert rows == reordered[model]

    def nothing_changes_when_told_again(self) -> None:
        known = list(self.delivered)
        if not known:
            return
        Random(self.tried).shuffle(known)  # noqa: S311  same
        with imagined(self.world):
            before = worded()
            for event in known:
                assert post_event(self.world.client, event).status_code == 200
            assert worded() == before

    def end_of(self, events: Any) -> dict[str, list[Any]]:
        """Whoever died or was not answered has been replaced long ago: only rows remain."""
        world = self.world
        with imagined(world):
            world.stripe.server.control("faults/clear")
            world.dies_at = 0
            world.move_to(world.now + LONGEST_CALL + timedelta(minutes=1))
            for event in events:
                assert post_event(world.client, event).status_code == 200, event.type
            for read in READERS:
                read(world.now)
            for _ in range(2):
                world.run_jobs()
                world.work()
            self.promises.rows_are_those_of_stripe()
            return worded()


def worded() -> dict[str, list[Any]]:
    """The rows without what depends on the order of writing: numbers of rows, new names at Stripe."""
    return {
        model.__name__: sorted(
            ROW_NUMBER.sub(r"\1…", STRIPE_ID.sub("…", repr(row)))
            for row in model.objects.values_list(*fields)
        )
        for model, fields in WORDS.items()
    }
