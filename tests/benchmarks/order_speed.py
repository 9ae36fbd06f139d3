"""Speed of orders: placing them, the whole path of a buyer over HTTP, and the clock that charges.

Nothing here is a test: figures of two machines cannot be compared, ratios of one run can.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from buyers import OrderPath, buy_for
from demo_site import DemoSite, database
from servers import ROOT, Server, gunicorn
from table import database_name, show

HERE = Path(__file__).parent
CLIENTS = (1, 8)
CPU_AIM, RATE_AIM = 100, 15  # milliseconds of the web processes an order, orders a second


def main() -> int:
    options = read_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # leaves through every `finally`
    with (
        tempfile.TemporaryDirectory(prefix="lexom-orders-") as name,
        database(Path(name), postgresql=options.postgresql) as database_url,
    ):
        site = DemoSite(Path(name), database_url)
        site.prepare()
        show(f"{database_name(postgresql=options.postgresql)}, {options.seconds} s a measure")
        measure_placing(site, options.seconds)
        measure_path(site, options.seconds)
        measure_confirming(site, options.confirmations)
        measure_clock(site, options.orders)
    return 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    parser.add_argument("--seconds", type=int, default=5, help="of each measure (default: 5)")
    parser.add_argument("--orders", type=int, default=100_000, help="that the clock looks through")
    parser.add_argument("--confirmations", type=int, default=10, help="made as the worker does")
    return parser.parse_args()


def inside(site: DemoSite, script: str, *arguments: object) -> dict[str, Any]:
    return json.loads(site.run(HERE / script, *map(str, arguments)))


def measure_placing(site: DemoSite, seconds: int) -> None:
    show(f"\n{'place_order':<22}{'orders/s':>10}{'bare insert/s':>15}{'ratio':>8}")
    for clients in CLIENTS:
        found = inside(site, "place_orders.py", clients, seconds)
        ratio = found["order"] / found["bare"]
        show(
            f"{f'{clients} client(s)':<22}{found['order']:>10.0f}{found['bare']:>15.0f}{ratio:>8.2f}"
        )


def measure_path(site: DemoSite, seconds: int) -> None:
    """Every page of a buyer, from the course to the order; no worker takes processor time."""
    path = OrderPath(**inside(site, "unlimited_session.py"))
    heads = f"{'orders/s':>10}{'median ms':>11}{'CPU ms':>8}"
    show(f"\n{'whole path over HTTP':<22}{heads}  (aim: {RATE_AIM}/s, {CPU_AIM} ms)")
    with gunicorn(
        "config.wsgi",
        source=str(ROOT / "site"),
        environment=site.environment(),
        log=site.folder / "orders.log",
        first_page=path.course,
    ) as server:
        buy_for(server.port, path, clients=max(CLIENTS), seconds=1)  # what a process learns once
        for clients in CLIENTS:
            show_path(server, path, clients, seconds)


def show_path(server: Server, path: OrderPath, clients: int, seconds: int) -> None:
    cpu = server.cpu_seconds()
    bought = buy_for(server.port, path, clients=clients, seconds=seconds)
    cpu = (server.cpu_seconds() - cpu) / bought.orders * 1000
    show(
        f"{f'{clients} client(s)':<22}{bought.per_second:>10.1f}"
        f"{bought.median * 1000:>11.0f}{cpu:>8.0f}"
    )


def measure_confirming(site: DemoSite, count: int) -> None:
    """Contract laid out and issued, message queued with its five documents."""
    found = inside(site, "confirm_orders.py", count)
    show(f"\n{'worker, one confirmation':<30}{found['cpu']:>8.2f} s of CPU{found['wall']:>8.2f} s")
    show(f"{'of which laying the PDF out':<30}{found['layout']:>8.2f} s of CPU")


def measure_clock(site: DemoSite, orders: int) -> None:
    found = inside(site, "charging_clock.py", orders)
    show(f"\n{'clock':<30}{found['due']:>10} alone{found['orders']:>10} orders{'ratio':>8}")
    for name in ("selection", "claim"):
        alone, among = found[f"{name}_alone"], found[f"{name}_among"]
        show(f"{f'{name}, ms':<30}{alone:>16.1f}{among:>17.1f}{among / alone:>8.2f}")
    show("selection: all that is due; claim: one due, up to the call of Stripe")
    show(f"rows built in {found['built']:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
