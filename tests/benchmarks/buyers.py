"""Buyers who follow the whole path of an order over HTTP, as browsers without a script."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlencode

BUYER = {
    "for_whom": "particulier",
    "first_name": "Camille",
    "last_name": "Exemple",
    "email": "camille@exemple.fr",
    "street": "3 rue des Lilas",
    "postcode": "07000",
    "town": "Privas",
    "country": "FR",
}
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
LONGEST_ANSWER = 60


@dataclass(frozen=True)
class OrderPath:
    course: str
    start: str


@dataclass(frozen=True)
class Bought:
    """``median`` is how many seconds one buyer waited in all."""

    orders: int
    per_second: float
    median: float


class Visitor:
    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_ANSWER)
        self.cookie = ""

    def get(self, path: str) -> str:
        return self._send("GET", path, expected=http.HTTPStatus.OK)[1]

    def post(self, path: str, data: dict[str, str]) -> str:
        """Where the answer leads."""
        return self._send("POST", path, urlencode(data), expected=http.HTTPStatus.FOUND)[0]

    def _send(self, method: str, path: str, body: str = "", *, expected: int) -> tuple[str, str]:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read().decode()
        if answer.status != expected:
            raise ValueError(f"{method} {path}: {answer.status}")
        if cookie := answer.headers["Set-Cookie"]:
            self.cookie = cookie.split(";")[0]
        return answer.headers.get("Location", ""), content


def buy(port: int, path: OrderPath) -> None:
    visitor = Visitor(port)
    visitor.get(path.course)
    token = hidden(visitor.get(path.start))
    recap = visitor.post(path.start, BUYER | token)
    shown = hidden(visitor.get(recap))
    order = visitor.post(recap, shown | {"terms": "on", "contract": "on"})
    visitor.get(order)


def hidden(page: str) -> dict[str, str]:
    return dict(HIDDEN.findall(page))


def buy_for(port: int, path: OrderPath, *, clients: int, seconds: float) -> Bought:
    """Raises ValueError when a step failed: a fast error page is not a fast order."""
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        work = [pool.submit(repeat, lambda: buy(port, path), seconds) for _ in range(clients)]
        durations = [duration for item in work for duration in item.result()]
    elapsed = time.perf_counter() - started
    return Bought(len(durations), len(durations) / elapsed, median(durations))


def repeat(run: Callable[[], object], seconds: float) -> list[float]:
    """How long each run took, until the time is over; at least one."""
    durations: list[float] = []
    end = time.perf_counter() + seconds
    while not durations or time.perf_counter() < end:
        started = time.perf_counter()
        run()
        durations.append(time.perf_counter() - started)
    return durations
