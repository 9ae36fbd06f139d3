from datetime import UTC, datetime, timedelta

from django.utils import timezone

import pytest

from shop.orders.actions import end_order, start_withdrawal_clock
from shop.orders.rules import Milestone, OrderState
from shop.orders.timeline import next_step, timeline, withdrawal_sentence

pytestmark = pytest.mark.django_db


def titles(order, now=None):
    return [(step.title, step.done) for step in timeline(order, now or timezone.now())]


def test_new_order_waits_for_its_confirmation(order):
    assert titles(order)[0] == ("Commande passée", True)
    assert next_step(timeline(order, timezone.now())).title == "Confirmation et contrat envoyés"
    assert "commencera quand" in withdrawal_sentence(order, timezone.now())


def test_confirmed_order_shows_what_comes_and_when(confirmed_order):
    steps = timeline(confirmed_order, timezone.now())

    assert [step.done for step in steps] == [True, True, False, False, False, False]
    planned = [step.day for step in steps if not step.done]
    assert planned == sorted(planned)
    assert planned[0] == confirmed_order.withdrawal_last_day


def test_withdrawn_order_tells_only_what_happened(confirmed_order):
    now = timezone.now()
    order = end_order(
        order=confirmed_order, state=OrderState.WITHDRAWN, actor="essai", reason="", now=now
    )

    assert titles(order)[-1] == ("Vous avez renoncé au contrat", True)
    assert next_step(timeline(order, now)) is None


def test_last_day_is_still_in_time_and_the_next_is_not(order):
    order = start_withdrawal_clock(order_id=order.pk, accepted_at=order.placed_at)
    last = order.withdrawal_last_day
    noon = datetime(last.year, last.month, last.day, 12, tzinfo=UTC)

    assert "Vous avez jusqu’au" in withdrawal_sentence(order, noon)
    assert "s’est terminé" in withdrawal_sentence(order, noon + timedelta(days=1))


def test_instant_after_midnight_in_paris_shows_the_new_day():
    step = Milestone("Commande passée", datetime(2026, 11, 24, 23, 30, tzinfo=UTC), done=True)

    assert step.day.isoformat() == "2026-11-25"


def test_order_page_shows_paris_dates(client, order, session):
    order.placed_at = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    order.save()

    assert "25 novembre 2026" in client.get(order.get_absolute_url()).content.decode()
