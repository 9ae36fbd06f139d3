from datetime import datetime, timedelta

from django.utils import timezone

from base.clock import Job, register
from courses.sessions.waiting.models import WaitingEntry
from courses.sessions.waiting.rules import KEPT_AFTER_START
from courses.sessions.waiting.tasks import settle_session


def settle_every_list(now: datetime) -> None:
    """One task a session: a list that fails does not keep the others waiting."""
    live = WaitingEntry.objects.live().order_by("session_id")
    for session_id in live.values_list("session_id", flat=True).distinct():
        settle_session.enqueue(session_id)


def forget_old_entries(now: datetime) -> None:
    """Nobody is told of a seat any more: names and addresses go (law.md G-02)."""
    oldest = timezone.localdate(now) - KEPT_AFTER_START
    ended = WaitingEntry.objects.exclude(pk__in=WaitingEntry.objects.live())
    ended.filter(session__starts_on__lt=oldest).delete()


def register_jobs() -> None:
    register(Job("listes d’attente", timedelta(minutes=5), settle_every_list))
    register(Job("listes d’attente passées", timedelta(hours=24), forget_old_entries))
