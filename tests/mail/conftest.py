from collections.abc import Callable, Iterator

import pytest

from mail.actions import queue_message
from mail.models import OutgoingMessage
from tests.factories.pages import ContactMessageFactory
from tests.fakes.smtp import FakeSmtpServer


@pytest.fixture
def queue(home) -> Callable[..., OutgoingMessage]:
    """Queues an acknowledgement; named arguments replace what it says."""

    def queue(**changes: object) -> OutgoingMessage:
        message = ContactMessageFactory()
        arguments = {
            "event_key": f"contact-{message.pk}",
            "template": "contact_acknowledgement",
            "to": "cliente@example.org",
            "context": {"message": message},
            "subject_owner": message,
        }
        return queue_message(**arguments | changes)

    return queue


@pytest.fixture
def smtp_server(settings) -> Iterator[FakeSmtpServer]:
    with FakeSmtpServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 5
        yield server
