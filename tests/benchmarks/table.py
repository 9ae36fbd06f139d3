"""What the benchmark prints."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Mapping

from demo_site import Address
from load import CONNECTIONS, Speed
from servers import WORKERS, Server

Speeds = Mapping[str, Mapping[str, Speed]]

# What the aims were set against, all on another machine of two cores.
BARE_ELSEWHERE = 7_400
BAKERYDEMO_LISTING = {"PostgreSQL": 42, "SQLite": 62}
CACHED_AIM, LISTING_AIM = 0.5, 4
MEMORY_AIM, START_AIM = 180, 3
LISTINGS = ("catalogue", "filtered", "search", "last page")


def show(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def show_settings(options: argparse.Namespace) -> None:
    show(
        f"{database_name(postgresql=options.postgresql)}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, gunicorn with {WORKERS} workers, {CONNECTIONS} connections, "
        f"median of {options.rounds} x {options.seconds} s; load now {os.getloadavg()[0]:.1f}"
    )


def database_name(*, postgresql: bool) -> str:
    return "PostgreSQL" if postgresql else "SQLite"


def show_speeds(speeds: Speeds, addresses: Mapping[str, Address]) -> None:
    heads = f"{'req/s':>8}{'of bare':>9}{'median ms':>11}{'p95 ms':>8}{'CPU ms':>8}{'SQL':>5}"
    show(f"\n{'page':<11}{'server':<10}{heads}")
    for name, by_server in speeds.items():
        for kind, speed in by_server.items():
            ratio = speed.per_second / by_server["bare"].per_second
            queries = addresses[name].queries if kind == "uncached" else 0
            show(
                f"{name:<11}{kind:<10}{speed.per_second:>8.0f}{ratio:>9.2f}"
                f"{speed.median:>11.1f}{speed.p95:>8.1f}{speed.cpu:>8.2f}{queries:>5}"
            )


def show_servers(servers: Mapping[str, Server]) -> None:
    show(f"\n{'server':<11}{'cold start s':>13}{'worker RSS MB':>15}{'worker PSS MB':>15}")
    for kind, server in servers.items():
        rss, pss = server.worker_memory()
        show(f"{kind:<11}{server.cold_start:>13.2f}{rss:>15.0f}{pss:>15.0f}")


def show_aims(speeds: Speeds, *, postgresql: bool) -> None:
    cached = min(page["cached"].per_second / page["bare"].per_second for page in speeds.values())
    catalogue = speeds["catalogue"]
    other = BAKERYDEMO_LISTING[database_name(postgresql=postgresql)]
    # The bare view tells how much faster or slower this machine is than that one.
    machine = catalogue["bare"].per_second / BARE_ELSEWHERE
    listing = catalogue["uncached"].per_second / (other * machine)
    show(f"\nslowest cached page: {cached:.2f} of the bare view (aim: {CACHED_AIM})")
    show(
        f"uncached catalogue: {listing:.1f} times bakerydemo's listing "
        f"({other}/s elsewhere, about {other * machine:.0f}/s here; aim: {LISTING_AIM})"
    )
    show(f"aims: a worker under {MEMORY_AIM} MB, a cold start under {START_AIM} s")


def show_building(seconds: Mapping[str, float], courses: int) -> None:
    show(
        f"\n{courses} courses built in {seconds['rows']:.0f} s, "
        f"indexed for the search in {seconds['index']:.0f} s"
    )


def show_query_counts(
    small: Mapping[str, Address], large: Mapping[str, Address], courses: int
) -> None:
    show(f"\n{'SQL queries':<11}{'demo':>7}{courses:>8}")
    for name in LISTINGS:
        show(f"{name:<11}{small[name].queries:>7}{large[name].queries:>8}")
