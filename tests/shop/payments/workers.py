"""A real process that charges what is due, killed where it is told to be."""

from __future__ import annotations

import signal
from datetime import datetime

from tests.mail.workers import WorkerDatabase
from tests.mortal import Nursery

# Dies right after the named function has returned, before its caller goes on.
PROGRAM = """
import importlib, os, signal, sys
from datetime import datetime
from shop.payments.charging import charge_what_is_due
from shop.payments.reconciliation import resume_leftovers
where, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
if where:
    module, name = where.rsplit(".", 1)
    module = importlib.import_module(module)
    whole = getattr(module, name)
    def mortal(*args, **kwargs):
        result = whole(*args, **kwargs)
        if result is not None or name == "keep_intent":
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(module, name, mortal)
resume_leftovers(now)
charge_what_is_due(now)
"""


class Charger:
    def __init__(self, nursery: Nursery, database: WorkerDatabase) -> None:
        self.nursery = nursery
        self.database = database

    def run(self, now: datetime, kill_after: str = "") -> None:
        self.database.give()
        code = self.nursery.start(PROGRAM, kill_after, now.isoformat()).ends()
        self.database.take_back()
        assert code == (-signal.SIGKILL if kill_after else 0), self.nursery.log.read_text()
