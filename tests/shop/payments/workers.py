"""A real process that charges what is due, killed where it is told to be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.mail.workers import WorkerDatabase

ROOT = Path(__file__).resolve().parents[3]

# Dies right after the named function has returned, before its caller goes on.
PROGRAM = """
import importlib, os, signal, sys
from datetime import datetime
import django; django.setup()
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
    def __init__(self, folder: Path, stripe_url: str) -> None:
        self.database = WorkerDatabase(folder)
        self.log = folder / "charger.log"
        self.environment = os.environ | {
            "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
            "VAR_DIR": str(folder),
            "DATABASE_URL": self.database.url,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "STRIPE_API_BASE": stripe_url,
            "SITE_URL": "http://testserver",
        }

    def run(self, now, kill_after: str = "") -> int:
        self.database.give()
        with self.log.open("ab") as log:
            code = subprocess.run(  # noqa: S603  our own code
                [sys.executable, "-c", PROGRAM, kill_after, now.isoformat()],
                cwd=ROOT, env=self.environment, stderr=log, check=False, timeout=90,
            ).returncode  # fmt: skip
        self.database.take_back()
        assert code == (-signal.SIGKILL if kill_after else 0), self.log.read_text()
        return code
