"""A real worker in a process of its own, on the database of the test."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from tests.mortal import Mortal, Nursery


class WorkerDatabase:
    """The test's PostgreSQL database itself; SQLite's is in memory, so a file goes to and fro."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "worker.sqlite3"

    @property
    def url(self) -> str:
        if connection.vendor == "sqlite":
            return f"sqlite:///{self.file}"
        server = urlsplit(os.environ["DATABASE_URL"])
        return server._replace(path=f"/{connection.settings_dict['NAME']}").geturl()

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
import sys
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from mail.jobs import send_due_messages
settings.EMAIL_PORT = int(sys.argv[1])
send_due_messages(timezone.now())
call_command("db_worker", batch=True, startup_delay=False, reload=False, verbosity=0)
"""


class Worker:
    """Runs what is due: the clock gives it to the queue, the worker empties the queue."""

    def __init__(self, nursery: Nursery, database: WorkerDatabase, smtp_port: int) -> None:
        self.nursery = nursery
        self.database = database
        self.smtp_port = smtp_port

    def start(self) -> Mortal:
        self.database.give()
        return self.nursery.start(PROGRAM, str(self.smtp_port))

    def run(self) -> None:
        assert self.start().ends() == 0, self.nursery.log.read_text()
        self.database.take_back()

    def kill_at(self, server, place: str) -> None:
        """SIGKILL while the server holds the conversation at ``place``."""
        server.pauses = {place}
        server.reached.clear()
        server.go_on.clear()
        process = self.start()
        assert server.reached.wait(timeout=30), self.nursery.log.read_text()
        process.kill()
        server.pauses = set()
        server.go_on.set()
        self.database.take_back()
