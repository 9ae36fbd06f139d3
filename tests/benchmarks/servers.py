"""gunicorn as in production, on a free loopback port, stopped whatever happens."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
LONGEST_START = 60
LONGEST_REQUEST = 120
LONGEST_STOP = 15


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[bytes]
    port: int
    cold_start: float

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def get(self, path: str) -> bytes:
        """Raises ValueError unless the answer is a page."""
        status, content = request(self.port, path)
        if status != http.HTTPStatus.OK:
            raise ValueError(f"{path}: {status}")
        return content

    def worker_memory(self) -> tuple[float, float]:
        """Mean RSS and PSS (shared memory divided among its users) of a worker, in MB."""
        workers = [memory(pid) for pid in children(self.process.pid)]
        return mean(rss for rss, _ in workers), mean(pss for _, pss in workers)

    def cpu_seconds(self) -> float:
        """Processor time of the workers so far: neighbours on the machine hardly change it."""
        return sum(cpu_seconds(pid) for pid in children(self.process.pid))


@contextmanager
def gunicorn(
    application: str, *, source: str, environment: Mapping[str, str], log: Path, first_page: str
) -> Iterator[Server]:
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "--pythonpath", source, "--bind", f"127.0.0.1:{port}",
        "--workers", str(WORKERS), "--preload", "--no-control-socket",
        "--timeout", str(LONGEST_REQUEST), application,
    ]  # fmt: skip
    started = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)  # noqa: S603  fixed command
    try:
        wait_for(port, first_page, process, log)
        yield Server(process, port, cold_start=time.perf_counter() - started)
    finally:
        stop(process)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, path: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            status, _ = request(port, path)
        except ConnectionError:
            time.sleep(0.01)
            continue
        if status == http.HTTPStatus.OK:
            return
        break
    raise RuntimeError(f"gunicorn did not serve {path}:\n{log.read_text(errors='replace')[-3000:]}")


def request(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_REQUEST)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(LONGEST_STOP)
    except subprocess.TimeoutExpired:
        process.kill()  # its workers leave as soon as they see that they have another parent
        process.wait()


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def memory(pid: int) -> tuple[float, float]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kilobytes = {line.split()[0]: line.split()[1] for line in lines[1:]}
    return int(kilobytes["Rss:"]) / 1024, int(kilobytes["Pss:"]) / 1024


def cpu_seconds(pid: int) -> float:
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = after_name[11:13]  # fields 14 and 15 of proc(5)
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
