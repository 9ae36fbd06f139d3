"""SIGKILL in the middle of a conversation: nothing is lost, and nothing leaves twice unsaid."""

from datetime import timedelta

from django.utils import timezone

import pytest

from mail.jobs import send_due_messages
from mail.models import LONGEST_CLAIM, OutgoingMessage
from tests.factories.mail import OutgoingMessageFactory
from tests.mail.workers import Worker, WorkerDatabase
from tests.mortal import Nursery

pytestmark = pytest.mark.django_db(transaction=True)


# More than what the sockets hold between two processes: the worker is still sending.
LONG_TEXT = "Une ligne parmi beaucoup d'autres.\n" * 250_000


@pytest.fixture
def message(transactional_db, request):
    return OutgoingMessageFactory(text=getattr(request, "param", "Bonjour.\n"))


@pytest.fixture(scope="module")
def nursery(django_db_setup, tmp_path_factory):
    folder = tmp_path_factory.mktemp("worker")
    database = WorkerDatabase(folder)
    with Nursery(
        folder, DATABASE_URL=database.url, EMAIL_URL="smtp://127.0.0.1:9", EMAIL_TIMEOUT="20"
    ) as running:
        yield running, database


@pytest.fixture
def worker(message, smtp_server, nursery):
    return Worker(*nursery, smtp_server.port)


def let_the_claim_expire():
    past = timezone.now() - LONGEST_CLAIM - timedelta(seconds=1)
    OutgoingMessage.objects.filter(handed_at__isnull=False).update(handed_at=past)
    OutgoingMessage.objects.update(claimed_at=past)


def run_until_accepted(worker, message):
    """The clock takes the row back; when its wait is over, a new worker sends it."""
    send_due_messages(timezone.now())
    message.refresh_from_db()
    assert message.state == "deferred"
    OutgoingMessage.objects.update(next_attempt_at=timezone.now())
    worker.run()
    message.refresh_from_db()
    assert message.state == "accepted"


@pytest.mark.parametrize(
    ("place", "message"),
    [("GREETING", "Bonjour.\n"), ("RCPT", "Bonjour.\n"), ("CONTENT", LONG_TEXT)],
    indirect=["message"],
    ids=["before", "recipient", "content"],
)
def test_worker_killed_before_the_last_byte_has_sent_nothing(worker, message, smtp_server, place):
    worker.kill_at(smtp_server, place)
    message.refresh_from_db()
    assert (message.state, message.handed_at, smtp_server.accepted) == ("sending", None, [])

    let_the_claim_expire()
    run_until_accepted(worker, message)

    assert [mail["Message-ID"] for mail in smtp_server.accepted] == [message.message_id]
    assert [a.outcome for a in message.delivery_attempts.all()] == ["interrupted", "accepted"]


def test_worker_killed_after_the_last_byte_leaves_a_doubt_that_is_said(
    worker, message, smtp_server
):
    worker.kill_at(smtp_server, "ACCEPTED")
    message.refresh_from_db()
    assert (message.state, len(smtp_server.accepted)) == ("sending", 1)
    assert message.handed_at is not None

    let_the_claim_expire()
    run_until_accepted(worker, message)

    assert [mail["Message-ID"] for mail in smtp_server.accepted] == [message.message_id] * 2
    assert [a.outcome for a in message.delivery_attempts.all()] == ["doubtful", "accepted"]


def test_other_worker_waits_for_the_claim_to_expire(worker, message, smtp_server):
    worker.kill_at(smtp_server, "RCPT")

    worker.run()

    message.refresh_from_db()
    assert (message.state, smtp_server.accepted) == ("sending", [])


def test_worker_that_lives_sends_once(worker, message, smtp_server):
    worker.run()
    worker.run()

    message.refresh_from_db()
    assert (message.state, len(smtp_server.accepted)) == ("accepted", 1)
    assert message.accepted_at is not None
