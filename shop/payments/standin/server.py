"""The stand-in as a process or a thread, on loopback only."""

import ipaddress
import json
import sys
import traceback
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from shop.payments.standin import app, jobs, webhooks
from shop.payments.standin import control as switches
from shop.payments.standin.api import SERVER_ERROR
from shop.payments.standin.errors import Json
from shop.payments.standin.machine import Machine
from shop.payments.standin.messages import Answer, Request, json_answer
from shop.payments.standin.store import Store

DEFAULT_SECRET = "whsec_standin"  # noqa: S105  signs trial events on loopback
LARGEST_BODY = 1_000_000
CONTROL_TIMEOUT = 20


class NotLoopbackError(ValueError):
    pass


class StandIn:
    """``with StandIn() as stripe_standin:`` – ``.url`` for the library, ``.control`` for the switches.

    Raises NotLoopbackError for any other address: whoever reaches it can do everything.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        state: str = ":memory:",
        webhook: str = "",
        webhook_secret: str = DEFAULT_SECRET,
        merchant: str = "LEXOM",
    ) -> None:
        if not _is_loopback(host):
            raise NotLoopbackError(f"{host} n’est pas une adresse de boucle locale (127.0.0.1).")
        self.webhook_secret = webhook_secret
        self._server = _Server((host, port), _Handler)
        self.machine = Machine(Store(state), merchant)
        self._server.machine = self.machine
        self.url = f"http://{host}:{self._server.server_address[1]}"
        self.machine.base_url = self.url
        if webhook:
            webhooks.endpoint(self.machine, webhook, webhook_secret)
        self._postman = webhooks.Postman(self.machine, lambda: jobs.run_due(self.machine))
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> Self:
        self._postman.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._postman.stop()
        self._server.server_close()
        self.machine.store.close()

    def wait(self) -> None:
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def control(self, name: str = "", /, **body: Any) -> Json:
        """Reads a switch when nothing is sent and it can be read, else turns it."""
        return control(self.url, name, **body)


def control(url: str, name: str = "", /, **body: Any) -> Json:
    """Raises ValueError with the reason of a refusal."""
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=CONTROL_TIMEOUT)
    reads = name in switches.READ and not body
    try:
        connection.request(
            "GET" if reads else "POST",
            switches.PREFIX + name,
            None if reads else json.dumps(body),
            {"Content-Type": "application/json"},
        )
        response = connection.getresponse()
        answer: Json = json.loads(response.read())
    finally:
        connection.close()
    if response.status != 200:
        raise ValueError(answer["error"]["message"])
    return answer


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a connection kept open by a client must not hold the end
    machine: Machine


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "StripeStandIn"
    timeout = 30
    disable_nagle_algorithm = True

    def _answer(self) -> None:
        address = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            self._send(json_answer({"error": {"message": "Too large."}}, 413))
            return
        request = Request(
            "GET" if self.command == "HEAD" else self.command,
            address.path,
            address.query,
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
        )
        self._send(self._safely(request))

    do_GET = do_POST = do_DELETE = do_HEAD = _answer

    def _safely(self, request: Request) -> Answer:
        try:
            return app.answer(self.server.machine, request)
        except Exception:  # noqa: BLE001  the edge: the next call must find a server
            traceback.print_exc(file=sys.stderr)
            return json_answer(SERVER_ERROR, 500)

    def _send(self, answer: Answer) -> None:
        if answer.lost:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the requests are in the store, under the switch ``requests``."""
