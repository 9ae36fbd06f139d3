"""Speed of the public pages beside a bare Django view that returns the same bytes, in one run.

Nothing here is a test: figures of two machines cannot be compared, ratios of one run can.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import table
from demo_site import Address, DemoSite, bare_environment, database
from load import measure_in_turns
from servers import ROOT, Server, gunicorn

SMALL_PAGES = ("home", "catalogue", "filtered", "course")
LARGE_PAGES = ("catalogue", "filtered", "search", "last page")


def main() -> int:
    options = read_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # leaves through every `finally`
    with (
        tempfile.TemporaryDirectory(prefix="lexom-bench-") as name,
        database(Path(name), postgresql=options.postgresql) as database_url,
    ):
        site = DemoSite(Path(name), database_url)
        site.prepare()
        table.show_settings(options)
        small = benchmark_demo(site, options)
        large = benchmark_many(site, options, small)
        table.show_query_counts(small, large, options.courses)
    return 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    parser.add_argument("--seconds", type=int, default=5, help="of each measure (default: 5)")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts")
    parser.add_argument("--courses", type=int, default=10_000, help="of the large catalogue")
    return parser.parse_args()


def benchmark_demo(site: DemoSite, options: argparse.Namespace) -> dict[str, Address]:
    """The demo catalogue with and without the page cache."""
    addresses = site.addresses()
    with ExitStack() as running:
        cached = running.enter_context(lexom(site, "cached"))
        uncached = running.enter_context(lexom(site, "uncached", PAGE_CACHE_BYTES="0"))
        paths = [addresses[name].path for name in SMALL_PAGES]
        bare = running.enter_context(bare_view(site, uncached, paths))
        servers = {"bare": bare, "cached": cached, "uncached": uncached}
        speeds = measure(servers, SMALL_PAGES, addresses, options)
        table.show_speeds(speeds, addresses)
        table.show_servers(servers)
    table.show_aims(speeds, postgresql=options.postgresql)
    return addresses


def benchmark_many(
    site: DemoSite, options: argparse.Namespace, small: dict[str, Address]
) -> dict[str, Address]:
    """The listing of a large catalogue, every page rendered afresh."""
    table.show_building(site.fill_up_to(options.courses), options.courses)
    addresses = site.addresses()
    with ExitStack() as running:
        uncached = running.enter_context(lexom(site, "large", PAGE_CACHE_BYTES="0"))
        paths = [addresses[name].path for name in LARGE_PAGES]
        bare = running.enter_context(bare_view(site, uncached, paths))
        servers = {"bare": bare, "uncached": uncached}
        table.show_speeds(measure(servers, LARGE_PAGES, addresses, options), addresses)
        table.show_servers(servers)
    return addresses


def measure(
    servers: dict[str, Server],
    names: Iterable[str],
    addresses: dict[str, Address],
    options: argparse.Namespace,
) -> table.Speeds:
    return {
        name: measure_in_turns(
            servers, addresses[name].path, rounds=options.rounds, seconds=options.seconds
        )
        for name in names
    }


@contextmanager
def lexom(site: DemoSite, name: str, **settings: str) -> Iterator[Server]:
    with gunicorn(
        "config.wsgi",
        source=str(ROOT / "site"),
        environment=site.environment(**settings),
        log=site.folder / f"{name}.log",
        first_page="/",
    ) as server:
        yield server


@contextmanager
def bare_view(site: DemoSite, original: Server, paths: list[str]) -> Iterator[Server]:
    pages = site.folder / "pages.json"
    contents = {path: b64encode(original.get(path)).decode() for path in paths}
    pages.write_text(json.dumps(contents), encoding="utf-8")
    with gunicorn(
        "bare",
        source=str(Path(__file__).parent),
        environment=bare_environment(site, pages),
        log=site.folder / "bare.log",
        first_page=paths[0],
    ) as server:
        yield server


if __name__ == "__main__":
    sys.exit(main())
