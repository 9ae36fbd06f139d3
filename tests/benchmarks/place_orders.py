"""Orders a second of several processes, beside the bare insert of the same rows; prints JSON."""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator

import django

django.setup()

from django.db import connections, models, transaction  # noqa: E402  needs the line above
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from buyers import BUYER, repeat  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402
from unlimited_session import unlimited_session  # noqa: E402

from base.events import events_of  # noqa: E402
from courses.models import CourseSession  # noqa: E402
from legal.terms.acceptance import RequestFacts, acceptances_of  # noqa: E402
from shop.models import Order, OrderDraft  # noqa: E402
from shop.orders.actions import place_order  # noqa: E402
from shop.orders.drafts import offer_for_draft, session_of  # noqa: E402
from shop.orders.rules import new_reference, new_token  # noqa: E402

DRAFTS_A_SECOND = 300  # more than a process can turn into orders
CONSENTS = {"terms": True, "contract": True}
FACTS = RequestFacts("192.0.2.1", "essai")


def main() -> None:
    clients, seconds = map(int, sys.argv[1:])
    session = unlimited_session()
    drafts = [new_drafts(session, DRAFTS_A_SECOND * seconds) for _ in range(clients)]
    spare = OrderDraft.objects.get(pk=drafts[0].pop())
    shown = offer_for_draft(spare, session_of(spare), timezone.now()).fingerprint
    template = Template(ordered(spare.pk, shown))
    measures: dict[str, list[Callable[[], object]]] = {
        "order": [orders_in_turn(pks, shown) for pks in drafts],
        "bare": [template.insert] * clients,
    }
    rates = {name: rate(runs, seconds) for name, runs in measures.items()}
    sys.stdout.write(json.dumps(rates))


def new_drafts(session: CourseSession, count: int) -> list[int]:
    drafts = [OrderDraft(session=session, data=BUYER) for _ in range(count)]
    return [draft.pk for draft in OrderDraft.objects.bulk_create(drafts, batch_size=1000)]


def orders_in_turn(drafts: list[int], shown: str) -> Callable[[], Order]:
    left = iter(drafts)
    return lambda: ordered(next(left), shown)


def ordered(draft_id: int, shown: str) -> Order:
    return place_order(
        draft_id=draft_id, shown=shown, consents=CONSENTS, facts=FACTS, now=timezone.now()
    )


class Template:
    """The rows of one order, to be written again as other rows by nothing but inserts."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.dues = list(order.dues.all())
        self.events = list(events_of(order))
        self.acceptance = acceptances_of(order).get()
        self.task = DBTaskResult.objects.filter(task_path__endswith="confirm_order").latest(
            "enqueued_at"
        )

    @transaction.atomic
    def insert(self) -> None:
        new = {"reference": new_reference(), "token": new_token(), "draft_id": None}
        order = insert([self.order], **new)[0]
        CourseSession.objects.filter(pk=order.session_id).update(seats_taken=F("seats_taken") + 1)
        insert(self.dues, order_id=order.pk)
        insert([self.acceptance], owner_id=str(order.pk))
        insert(self.events, subject_id=str(order.pk))
        insert([self.task])


def insert(rows: list[models.Model], **changes: object) -> list[models.Model]:
    model = type(rows[0])
    return model._base_manager.bulk_create(list(copies(rows, changes)))


def copies(rows: list[models.Model], changes: dict[str, object]) -> Iterator[models.Model]:
    for row in rows:
        fields = [field for field in row._meta.concrete_fields if not field.primary_key]
        yield type(row)(**{f.attname: getattr(row, f.attname) for f in fields} | changes)


def rate(runs: list[Callable[[], object]], seconds: int) -> float:
    """Runs a second of one process for each of ``runs``, all together."""
    connections.close_all()  # a connection is not shared between processes
    context = multiprocessing.get_context("fork")
    counts = context.SimpleQueue()
    processes = [context.Process(target=count, args=(run, seconds, counts)) for run in runs]
    started = time.perf_counter()
    for process in processes:
        process.start()
    total = sum(counts.get() for _ in processes)
    elapsed = time.perf_counter() - started
    for process in processes:
        process.join()
    return total / elapsed


def count(run: Callable[[], object], seconds: int, counts: object) -> None:
    counts.put(len(repeat(run, seconds)))


if __name__ == "__main__":
    main()
