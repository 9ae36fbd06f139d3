"""Whether the clock runs: nothing is charged, announced nor watched over while it stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from base.clock import JobRun

PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True)
class Heartbeat:
    """``latest`` is the last instant at which a job ran to its end."""

    latest: datetime | None
    now: datetime

    @property
    def is_alive(self) -> bool:
        """A run in the future proves nothing: the system clock went back since."""
        return self.latest is not None and abs(self.now - self.latest) <= PATIENCE

    @property
    def label(self) -> str:
        if self.latest is None:
            return "jamais lancée"
        return "ok" if self.is_alive else "arrêtée"


def heartbeat(now: datetime) -> Heartbeat:
    return Heartbeat(JobRun.objects.aggregate(latest=Max("latest_run_at"))["latest"], now)
