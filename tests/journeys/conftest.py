"""A real browser in front of real processes: gunicorn, worker and database, with demo content."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from fcntl import LOCK_EX, flock
from itertools import count
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from socket import socket
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.journeys.console import Console
from tests.migrated import kept_database

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
START_SECONDS = 60
TIMEOUT_MILLISECONDS = 15_000
VISITORS = count(1)
expect.set_options(timeout=TIMEOUT_MILLISECONDS)


def pytest_collection_modifyitems(items):
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session", autouse=True)
def _one_day():
    """Real processes live today."""


class RunningSite:
    """The site as ``make run`` starts it, in a folder of its own, on a free port of loopback."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.stripe_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.stripe_url = f"http://127.0.0.1:{self.stripe_port}"
        self.environment = os.environ | {
            "VAR_DIR": str(folder),
            "SITE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "STRIPE_API_BASE": self.stripe_url,
            "STRIPE_CHECKOUT_ORIGIN": self.stripe_url,
            "TRUSTED_PROXY_COUNT": "1",  # which gives each visitor an address
        }
        self.environment.pop("DATABASE_URL", None)
        self.processes: list[subprocess.Popen[bytes]] = []
        self.console: Console | None = None

    def manage(self, *arguments: str) -> str:
        return self._run(*arguments)[0].strip()

    def prepare(self) -> None:
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--no-input", "--verbosity", "0")
        self.manage("development_seal", "--verbosity", "0")
        self.stop()  # settings look for the seal when a process starts
        self.manage("setup_site")
        self.manage("demo")
        self.manage("db_worker", "--batch", "--no-startup-delay", "--no-reload")
        self.stop()

    def start(self) -> None:
        """Once prepared; the site learns its own address."""
        self.manage("setup_site")
        self._spawn(
            "-m", "gunicorn", "--pythonpath", "site", "--bind", f"127.0.0.1:{self.port}",
            "--threads", "4", "--no-control-socket", "config.wsgi",
        )  # fmt: skip
        self._spawn(
            "manage.py", "db_worker", "--no-startup-delay", "--interval", "0.3", "--no-reload"
        )
        self._spawn(
            "-m", "shop.payments.standin", "--port", str(self.stripe_port), "--state", ":memory:",
            "--webhook", f"{self.url}/stripe/webhook/", "--webhook-secret", "whsec_standin",
        )  # fmt: skip
        self._wait()

    def move_clock(self, instant: str) -> None:
        """What is due at an instant is done, as the clock would do it then."""
        _, told = self._run("clock", "--once", "--now", instant)
        assert "a échoué" not in told, told

    def stop(self) -> None:
        if self.console:
            self.console.close()
            self.console = None
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=20)

    def mails_to(self, address: str) -> list[str]:
        """Bodies of the messages written so far for an address, oldest first."""
        files = sorted((self.folder / "mail").glob("*.log"), key=lambda file: file.stat().st_mtime)
        return [body for file in files for body in bodies(file.read_bytes(), address)]

    def wait_for_mail(self, address: str, count: int = 1, *, saying: str = "") -> str:
        """Body of the latest message that holds these words, once there are ``count`` of them."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            received = [body for body in self.mails_to(address) if saying in body]
            if len(received) >= count:
                return received[-1]
            time.sleep(0.2)
        raise AssertionError(f"Aucun message pour {address} {saying}: {self.mails_to(address)}")

    def _run(self, *arguments: str) -> tuple[str, str]:
        if self.console is None:
            self.console = Console(self.environment, self.folder / "console.log")
        return self.console.run(*arguments)

    def _spawn(self, *arguments: str) -> None:
        log = (self.folder / "processes.log").open("ab")
        self.processes.append(
            subprocess.Popen(  # noqa: S603  our own commands
                [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        )
        log.close()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                with urlopen(f"{self.url}/sante/") as answer:  # noqa: S310  loopback
                    if answer.status == 200:
                        return
            except URLError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "processes.log").read_text())


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def bodies(content: bytes, address: str) -> Iterator[str]:
    for part in re.split(rb"\n-{79}\n", content):
        message = message_from_bytes(part.lstrip(), policy=policy.default)
        if message["To"] and address in message["To"]:
            yield message.get_body(("plain",)).get_content()


@pytest.fixture(scope="session")
def prepared_folder(request, tmp_path_factory, worker_id) -> Path:
    """The data of a site with demo content, made once for all the workers: every site copies it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder, done = shared / "prepared", shared / "prepared.done"
    with (shared / "prepared.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not done.exists():
            folder.mkdir()
            if (kept := kept_database(request.config)).exists():
                copy(kept, folder / "lexom.sqlite3")
            RunningSite(folder).prepare()
            done.touch()
    return folder


@contextmanager
def started_site(prepared_folder: Path, tmp_path_factory) -> Iterator[RunningSite]:
    folder = tmp_path_factory.mktemp("site")
    copytree(prepared_folder, folder, dirs_exist_ok=True, ignore=ignore_patterns("cache"))
    site = RunningSite(folder)
    try:
        site.start()
        yield site
    finally:
        site.stop()


@pytest.fixture(scope="session")
def running_site(prepared_folder, tmp_path_factory) -> Iterator[RunningSite]:
    """Shared by all: a file of tests that moves the clock replaces it by one of its own."""
    with started_site(prepared_folder, tmp_path_factory) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def visitor(browser: Browser, site: RunningSite, **options: Any) -> BrowserContext:
    """Somebody at an address of their own: what limits one visitor stops no other journey."""
    number = next(VISITORS)
    address = f"198.18.{number // 250}.{number % 250 + 1}"
    return browser.new_context(
        base_url=site.url, locale="fr-FR",
        extra_http_headers={"X-Forwarded-For": address}, **options,
    )  # fmt: skip


@pytest.fixture
def page(browser: Browser, running_site: RunningSite) -> Iterator[Page]:
    """A new visitor; the test fails if a script breaks or the security policy blocks something."""
    context = visitor(browser, running_site)
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MILLISECONDS)
    faults: list[str] = []
    requests: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)
    page.on("request", lambda request: requests.append(request.url))
    yield page
    context.close()
    assert faults == []
    own = (running_site.url, "data:", "blob:", "about:")
    assert [url for url in requests if not url.startswith(own)] == []


def is_fault(message) -> bool:
    return message.type == "error" and "Content Security Policy" in message.text


@contextmanager
def without_scripts(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """Nothing but our pages, and those of Stripe that they lead to, is at work."""
    context = visitor(browser, site, java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MILLISECONDS)
    yield page
    context.close()


@pytest.fixture
def visitor_without_scripts(browser: Browser, running_site: RunningSite) -> Iterator[Page]:
    with without_scripts(browser, running_site) as page:
        yield page


@pytest.fixture
def newcomer(browser: Browser, running_site: RunningSite):
    """Somebody else, in a browser of their own."""
    contexts = []

    def newcomer(*, scripts: bool = False) -> Page:
        context = visitor(browser, running_site, java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MILLISECONDS)
        return page

    yield newcomer
    for context in contexts:
        context.close()


@pytest.fixture
def accessible():
    """Asserts that axe finds nothing on the page that is open."""

    def accessible(page: Page) -> None:
        page.wait_for_load_state()  # a click returns when its page has begun
        violations = Axe().run(page).response["violations"]
        found = [(item["id"], node["html"][:120]) for item in violations for node in item["nodes"]]
        assert found == [], f"{page.url}: {found}"

    return accessible
