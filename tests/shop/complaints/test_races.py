"""Two at the same instant, on a server with row locks."""

from datetime import timedelta
from threading import Barrier, Thread

from django.db import connection
from django.utils import timezone

import pytest

from mail.models import OutgoingMessage
from shop.complaints.jobs import look_after_complaints
from shop.models import Complaint, MediationNotice, SeriesCounter
from tests.factories.complaints import complain

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def at_once(*calls):
    """Runs each in a thread of its own; returns what they raised."""
    barrier, raised = Barrier(len(calls)), []

    def run(call):
        barrier.wait()
        try:
            call()
        except Exception as error:  # noqa: BLE001  the test tells it
            raised.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_two_clicks_at_once_are_one_complaint_with_one_number(known):
    complain()

    def click():
        complain(form_key="k" * 64)

    assert at_once(click, click, click) == []
    assert Complaint.objects.count() == SeriesCounter.objects.get(series="R").sequence == 2
    assert OutgoingMessage.objects.filter(template="complaint_received").count() == 2


def test_a_rejection_and_the_clock_give_one_notice(known, answer):
    now = timezone.now()
    complaint = complain(now=now - timedelta(days=70))

    raised = at_once(
        lambda: answer(complaint, now=now),
        lambda: look_after_complaints(now),
        lambda: look_after_complaints(now),
    )

    assert raised == []
    assert MediationNotice.objects.count() == 1
