"""One export, or the list, of the invoices of the site: its time and its peak of memory, as JSON.

Second argument: 1 for all of them, 10 for the first tenth of the days.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median

import django

django.setup()

from shop.invoices.accounting import exports  # noqa: E402  needs the line above
from shop.models import Invoice, InvoiceAmount  # noqa: E402

PAGE, TIMES, BATCH = 50, 15, 500


def main() -> None:
    name, part = sys.argv[1], int(sys.argv[2])
    first, last = period(part)
    found = lists() if name == "list" else export(name, first, last)
    sys.stdout.write(json.dumps(found))


def period(part: int) -> tuple[date, date]:
    days = Invoice.objects.order_by("issued_on").values_list("issued_on", flat=True)
    first, last = days.first(), days.last()
    return first, first + timedelta(days=(last - first).days // part)


def export(name: str, first: date, last: date) -> dict[str, float]:
    run = bare_read if name == "bare read" else getattr(exports, name)
    started = time.perf_counter()
    size = sum(len(piece) if isinstance(piece, bytes) else 0 for piece in run(first, last))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "bytes": size, "peak": peak}


def bare_read(first: date, last: date) -> object:
    """The same rows and columns, and nothing done with them."""
    rows = InvoiceAmount.objects.filter(invoice__issued_on__range=(first, last))
    return rows.values_list(
        "invoice__number", "invoice__kind", "invoice__issued_on", "invoice__buyer_name",
        "rate", "excl_vat", "vat",
    ).iterator(chunk_size=BATCH)  # fmt: skip


def lists() -> dict[str, float]:
    """What a page of a list asks: how many there are, and fifty of them."""
    rows = Invoice.objects.defer("content")
    middle = rows.count() // 2
    keys = list(rows.values_list("pk", flat=True)[middle : middle + PAGE])
    buyer = rows.filter(buyer_name=f"Client {middle:06d}")
    return {
        "by key": milliseconds(lambda: list(rows.filter(pk__in=keys))),
        "first page": milliseconds(lambda: (rows.count(), list(rows[:PAGE]))),
        "last page": milliseconds(
            lambda: (total := rows.count(), list(rows[total - PAGE : total]))
        ),
        "one buyer": milliseconds(lambda: (buyer.count(), list(buyer[:PAGE]))),
    }


def milliseconds(run: Callable[[], object]) -> float:
    durations = []
    for _ in range(TIMES):
        started = time.perf_counter()
        run()
        durations.append(time.perf_counter() - started)
    return median(durations) * 1000


if __name__ == "__main__":
    main()
