"""Seconds that the worker spends on the confirmation of one order; prints JSON."""

from __future__ import annotations

import json
import sys
import time

import django

django.setup()

from documents.issued import render_to_issue  # noqa: E402  needs the line above
from shop.models import Order  # noqa: E402
from shop.orders.confirmation import send_confirmation  # noqa: E402
from shop.orders.contract_text import STYLESHEET  # noqa: E402


def main() -> None:
    count = int(sys.argv[1])
    first, *orders = Order.objects.order_by("pk")[: count + 1]
    send_confirmation(first.pk)  # what a process learns once: fonts, the printed notices
    cpu, wall = time.process_time(), time.perf_counter()
    for order in orders:
        send_confirmation(order.pk)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    layout = time.process_time()
    for order in orders:
        render_to_issue(order.snapshot["contract_html"], stylesheet=STYLESHEET)
    layout = time.process_time() - layout
    seconds = {"cpu": cpu / count, "wall": wall / count, "layout": layout / count}
    sys.stdout.write(json.dumps(seconds))


if __name__ == "__main__":
    main()
