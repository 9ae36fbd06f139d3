from django_tasks import task

from mail.delivery import deliver

# Somebody is waiting for a message; nobody is for a rendering.
MAIL_PRIORITY = 50


@task(priority=MAIL_PRIORITY)
def deliver_message(message_id: int) -> None:
    deliver(message_id)
