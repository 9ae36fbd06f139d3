"""What the clock does before it calls Stripe, for what is due alone and among many more orders.

Prints the milliseconds as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from statistics import median

import django

django.setup()

from django.db import connection  # noqa: E402  needs the line above
from django.utils import timezone  # noqa: E402

from place_orders import copies  # noqa: E402

from shop.models import Due, Order, PaymentMandate  # noqa: E402
from shop.orders.rules import new_reference, new_token  # noqa: E402
from shop.payments.charging import claim  # noqa: E402
from shop.payments.models import MandateState  # noqa: E402

DUE, BATCH = 1000, 1000
SELECTIONS, CLAIMS = 7, 100
LONG_AGO, LATER = timedelta(days=30), timedelta(days=30)


def main() -> None:
    total, now = int(sys.argv[1]), timezone.now()
    settle_all()
    started = time.perf_counter()
    add_orders(DUE, not_before=now - timedelta(hours=1))
    found = {"due": DUE, "orders": total} | measures("alone", now)
    add_orders(total - DUE, not_before=now + LATER)
    found["built"] = time.perf_counter() - started
    sys.stdout.write(json.dumps(found | measures("among", now)))


def settle_all() -> None:
    """The orders of the other measures have nothing to charge."""
    Due.objects.update(not_before=None)


def add_orders(count: int, *, not_before: datetime) -> None:
    """Copies of an order: its dues announced, its card saved."""
    model = Order.objects.order_by("pk").first()
    dues = list(model.dues.all())
    for first in range(0, count, BATCH):
        orders = Order.objects.bulk_create(new_orders(model, min(BATCH, count - first)))
        Due.objects.bulk_create(
            due for order in orders for due in new_dues(dues, order, not_before)
        )
        PaymentMandate.objects.bulk_create(map(new_mandate, orders))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def new_orders(model: Order, count: int) -> Iterator[Order]:
    for _ in range(count):
        new = {"reference": new_reference(), "token": new_token(), "draft_id": None}
        yield from copies([model], new | {"snapshot": {}})


def new_dues(dues: list[Due], order: Order, not_before: datetime) -> Iterator[Due]:
    """The first one from ``not_before`` on, the next ones a month apart."""
    for number, due in enumerate(dues):
        opens = not_before + number * LATER
        announced = not_before - LONG_AGO
        dates = {"not_before": opens, "announced_at": announced, "due_on": opens.date()}
        yield from copies([due], {"order_id": order.pk} | dates)


def new_mandate(order: Order) -> PaymentMandate:
    return PaymentMandate(
        order=order,
        number=1,
        state=MandateState.ACTIVE,
        text="essai",
        text_sha256="0" * 64,
        accepted_at=order.placed_at,
        payment_method_id=f"pm_{order.pk}",
    )


def measures(name: str, now: datetime) -> dict[str, float]:
    pks = selected(now)
    todo = iter(pks)
    return {
        f"selection_{name}": milliseconds(lambda: selected(now), SELECTIONS),
        f"claim_{name}": milliseconds(lambda: claimed(next(todo), now), CLAIMS),
    }


def selected(now: datetime) -> list[int]:
    """As ``charge_what_is_due`` asks."""
    dues = Due.objects.collectable(now).order_by("not_before", "pk")
    return list(dues.values_list("pk", flat=True))


def claimed(pk: int, now: datetime) -> None:
    """Takes the due for this process, then leaves it to the next measure."""
    attempt = claim(pk, now)
    if attempt is None:
        raise ValueError(f"Nothing was claimed for the due {pk}.")
    attempt.delete()


def milliseconds(run: Callable[[], object], times: int) -> float:
    durations = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        durations.append(time.perf_counter() - started)
    return median(durations) * 1000


if __name__ == "__main__":
    main()
