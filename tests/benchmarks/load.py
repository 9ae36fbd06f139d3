"""Requests per second, latency and processor time of one address under wrk."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median

from servers import WORKERS, Server

REPORT = Path(__file__).with_name("wrk_report.lua")
CONNECTIONS = 8
WARM_UP_SECONDS = 1
TIMEOUT = 60
TOO_SLOW_FOR_WRK = 1  # second: such a page is measured by one request alone


@dataclass(frozen=True)
class Speed:
    """``median`` and ``p95`` are latencies, ``cpu`` what a request costs the workers; all in ms."""

    per_second: float
    median: float
    p95: float
    cpu: float


def measure(server: Server, path: str, seconds: int) -> Speed:
    """Raises ValueError when a request failed: a fast error page is not a fast page."""
    started, cpu_before = time.perf_counter(), server.cpu_seconds()
    server.get(path)
    elapsed = time.perf_counter() - started
    if elapsed > TOO_SLOW_FOR_WRK:
        cpu = server.cpu_seconds() - cpu_before
        return Speed(WORKERS / elapsed, elapsed * 1000, elapsed * 1000, cpu * 1000)
    return measure_under_load(server, path, seconds)


def measure_under_load(server: Server, path: str, seconds: int) -> Speed:
    cpu_before = server.cpu_seconds()
    report = run_wrk(server.url(path), seconds)
    cpu = server.cpu_seconds() - cpu_before
    if report["failures"] or not report["requests"]:
        raise ValueError(f"{path}: {report['failures']} failures of {report['requests']} requests")
    server.get(path)  # comes back once the requests that wrk left behind are served
    return Speed(
        per_second=report["requests"] / report["duration"] * 1e6,
        median=report["median"] / 1000,
        p95=report["p95"] / 1000,
        cpu=cpu / report["requests"] * 1000,
    )


def run_wrk(url: str, seconds: int) -> dict[str, int]:
    wrk = shutil.which("wrk")
    if wrk is None:
        raise FileNotFoundError("wrk is missing; `make bench` installs it.")
    command = [
        wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", f"--timeout={TIMEOUT}s", "--latency",
        "-s", REPORT, url,
    ]  # fmt: skip
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  fixed command, loopback address
    line = next(line for line in output.splitlines() if line.startswith("REPORT "))
    return json.loads(line.removeprefix("REPORT "))


def measure_in_turns(
    servers: Mapping[str, Server], path: str, *, rounds: int, seconds: int
) -> dict[str, Speed]:
    """Medians over rounds in which the servers take turns: the machine is never quite quiet."""
    for server in servers.values():
        measure(server, path, WARM_UP_SECONDS)
    results: defaultdict[str, list[Speed]] = defaultdict(list)
    for _ in range(rounds):
        for name, server in servers.items():
            results[name].append(measure(server, path, seconds))
    return {name: middle(speeds) for name, speeds in results.items()}


def middle(speeds: list[Speed]) -> Speed:
    return Speed(*(median(values) for values in zip(*map(astuple, speeds), strict=True)))
