"""A real worker in a process of its own, on the database of the test."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


class WorkerDatabase:
    """The test's PostgreSQL database itself; SQLite's is in memory, so a file goes to and fro."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "worker.sqlite3"

    @property
    def url(self) -> str:
        if connection.vendor == "sqlite":
            return f"sqlite:///{self.file}"
        host, name = connection.settings_dict["HOST"], connection.settings_dict["NAME"]
        return os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?") if host else ""

    def give(self) -> None:
        self._copy(connection.connection, self.file)

    def take_back(self) -> None:
        self._copy(self.file, connection.connection)

    def _copy(self, source, target) -> None:
        if connection.vendor != "sqlite":
            return
        opened = [
            end if not isinstance(end, Path) else sqlite3.connect(end) for end in (source, target)
        ]
        opened[0].backup(opened[1])
        opened[0 if isinstance(source, Path) else 1].close()


PROGRAM = """
import django; django.setup()
from django.core.management import call_command
from django.utils import timezone
from mail.jobs import send_due_messages
send_due_messages(timezone.now())
call_command("db_worker", batch=True, startup_delay=False, reload=False, verbosity=0)
"""


class Worker:
    """Runs what is due: the clock gives it to the queue, the worker empties the queue."""

    def __init__(self, database: WorkerDatabase, smtp_port: int) -> None:
        self.database = database
        self.log = database.folder / "worker.log"
        self.environment = os.environ | {
            "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
            "VAR_DIR": str(database.folder),
            "DATABASE_URL": database.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "EMAIL_TIMEOUT": "20",
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        }

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603  our own code
                [sys.executable, "-c", PROGRAM], cwd=ROOT, env=self.environment, stderr=log
            )

    def run(self) -> None:
        self.database.give()
        assert self.start().wait(timeout=60) == 0, self.log.read_text()
        self.database.take_back()

    def kill_at(self, server, place: str) -> None:
        """SIGKILL while the server holds the conversation at ``place``."""
        server.pauses = {place}
        server.reached.clear()
        server.go_on.clear()
        self.database.give()
        process = self.start()
        assert server.reached.wait(timeout=60)
        process.kill()
        process.wait(timeout=20)
        server.pauses = set()
        server.go_on.set()
        self.database.take_back()
