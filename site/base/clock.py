"""What has to happen at its time: each room registers its jobs, the ``clock`` command runs them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

logger = logging.getLogger(__name__)
# Two clocks at once may read instants this far apart; further ahead, the system clock went back.
SKEW = timedelta(minutes=1)


class JobRun(models.Model):
    """Heartbeat of a job: when it last ran to its end."""

    name = models.CharField("tâche", max_length=60, unique=True)
    latest_run_at = models.DateTimeField("dernière exécution", null=True)

    class Meta:
        verbose_name = "tâche planifiée"
        verbose_name_plural = "tâches planifiées"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Job:
    """``run`` receives the instant of the clock and must be safe to run twice.

    With ``own_transactions`` it runs in none of ours, and perhaps twice at once: its steps must be
    committed before the world outside hears of them.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], None]
    own_transactions: bool = False


_jobs: dict[str, Job] = {}


def register(job: Job) -> None:
    _jobs[job.name] = job


def registered_jobs() -> list[Job]:
    return list(_jobs.values())


def run_due(now: datetime) -> list[str]:
    """Runs every job whose period has passed; returns their names.

    A job that fails is logged and tried again next time, and does not stop the others.
    """
    return [job.name for job in registered_jobs() if _run_if_due(job, now)]


def _run_if_due(job: Job, now: datetime) -> bool:
    try:
        JobRun.objects.get_or_create(name=job.name)
        if job.own_transactions:
            return _run_alone_if_due(job, now)
        with transaction.atomic():
            # The row lock makes a second clock wait, then see that the work is done.
            row = JobRun.objects.select_for_update().get(name=job.name)
            if not _is_due(job, row, now):
                return False
            job.run(now)
            row.latest_run_at = now
            row.save()
    except Exception:
        logger.exception("La tâche planifiée %s a échoué.", job.name)
        return False
    return True


def _run_alone_if_due(job: Job, now: datetime) -> bool:
    row = JobRun.objects.get(name=job.name)
    if not _is_due(job, row, now):
        return False
    job.run(now)
    JobRun.objects.filter(pk=row.pk).update(latest_run_at=now)
    return True


def _is_due(job: Job, row: JobRun, now: datetime) -> bool:
    """A run in the future tells of a system clock that was corrected: waiting for it would be silence."""
    latest = row.latest_run_at
    return latest is None or now >= latest + job.every or now < latest - SKEW


def present(real: datetime | None = None) -> datetime:
    """The instant at which people act: where the clock may be moved, at least that of its last run."""
    now = real or timezone.now()
    if not settings.CLOCK_MAY_BE_MOVED:
        return now
    latest = JobRun.objects.aggregate(latest=models.Max("latest_run_at"))["latest"]
    return max(now, latest) if latest else now
