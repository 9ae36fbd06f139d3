from django.utils import timezone

from django_tasks import task

# A seat that nobody is offered is a seat that nobody takes.
URGENT = 60


@task(priority=URGENT)
def settle_session(session_id: int) -> None:
    from courses.sessions.waiting.actions import settle  # its seats enqueue this task

    settle(session_id=session_id, now=timezone.now())
