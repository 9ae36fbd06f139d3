from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from base.clock import Job, register
from mail.delivery import announce, release
from mail.models import OutgoingMessage
from mail.rules import State
from mail.tasks import deliver_message

BATCH = 500
SETTLED = (State.ACCEPTED, State.FAILED, State.BOUNCED)


@transaction.atomic
def send_due_messages(now: datetime) -> None:
    """What is due and has no task, what a dead worker left, and what was answered to no effect."""
    for pk in OutgoingMessage.objects.left_by_a_dead_worker(now).values_list("pk", flat=True):
        release(pk, now)
    for message in OutgoingMessage.objects.filter(
        state__in=SETTLED, announced_at__isnull=True
    ).select_for_update()[:BATCH]:
        announce(message)
    enqueue_due(now)


def enqueue_due(now: datetime) -> None:
    due = OutgoingMessage.objects.due(now).without_task(now).order_by("next_attempt_at")
    keys = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
    OutgoingMessage.objects.filter(pk__in=keys).update(enqueued_at=now)
    for pk in keys:
        deliver_message.enqueue(pk)


def register_jobs() -> None:
    """Workers date what they do by the machine's clock: moved on, ours would take them all for dead."""
    register(
        Job(
            "courriels à envoyer", timedelta(minutes=1), lambda _: send_due_messages(timezone.now())
        )
    )
