"""Two workers on one row at the same instant, on a database that lets them run together."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction
from django.utils import timezone

import pytest

from mail.delivery import claim, deliver
from mail.models import OutgoingMessage
from mail.rules import State
from tests.factories.mail import OutgoingMessageFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
TOGETHER = 4


def at_once(action):
    """What each thread got from ``action(barrier)``."""
    barrier = threading.Barrier(TOGETHER, timeout=20)

    def run(_):
        try:
            return action(barrier)
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as threads:
        return list(threads.map(run, range(TOGETHER)))


@pytest.fixture
def message(transactional_db):
    return OutgoingMessageFactory()


def test_reading_before_claiming_without_a_lock_would_send_it_several_times(message):
    @transaction.atomic
    def careless(barrier):
        row = OutgoingMessage.objects.due(timezone.now()).filter(pk=message.pk).first()
        barrier.wait()
        row.state = State.SENDING
        row.save(update_fields=["state"])
        return row

    assert [row.pk for row in at_once(careless)] == [message.pk] * TOGETHER


def test_one_worker_claims_a_row(message):
    def careful(barrier):
        barrier.wait()
        return claim(message.pk)

    assert sum(row is not None for row in at_once(careful)) == 1


def test_one_worker_sends_a_row(message, smtp_server):
    def send(barrier):
        barrier.wait()
        deliver(message.pk)

    at_once(send)

    assert len(smtp_server.accepted) == 1
    assert message.delivery_attempts.count() == 1
