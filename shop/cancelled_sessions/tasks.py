from django_tasks import task

from base.clock import present

# A client who plans a journey must hear of it before anything else.
URGENT = 60


@task(priority=URGENT)
def follow_cancellation(cancellation_id: int) -> None:
    from shop.cancelled_sessions.following import follow  # its actions enqueue this task

    follow(cancellation_id, present())
