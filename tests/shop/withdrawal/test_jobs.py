"""What waits too long is told to staff, and what was lost is taken up again."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from base.clock import registered_jobs
from base.events import Event
from mail.models import OutgoingMessage
from mail.rules import State
from shop.payments.models import Refund
from shop.withdrawal.alerts import AlertKind, alerts
from shop.withdrawal.jobs import look_after_withdrawals
from tests.factories.withdrawal import IN_TIME, OrderFactory, owe, pay

pytestmark = pytest.mark.django_db
# Declared on Monday 7 December: Wednesday is the second working day after it.
WEDNESDAY = datetime(2026, 12, 9, 22, 59, tzinfo=UTC)
THURSDAY = datetime(2026, 12, 9, 23, 0, tzinfo=UTC)


def told(now):
    return [(alert.kind, alert.subject) for alert in alerts(now)]


def test_declaration_that_nobody_decides_is_an_alert_after_two_working_days(declaring):
    """F-10."""
    OrderFactory()
    declaration = declaring(email="aline@exemple.fr")

    assert told(WEDNESDAY) == []
    assert told(THURSDAY) == [(AlertKind.UNDECIDED, declaration)]


def test_declaration_that_concerns_no_order_waits_for_staff_too(declaring):
    declaration = declaring()

    assert told(THURSDAY) == [(AlertKind.UNDECIDED, declaration)]


def test_refund_is_an_alert_from_the_tenth_day_on(declaring):
    """W-09: informed on 7 December, due by the 21st."""
    order = OrderFactory()
    owe(order, paid=True)
    declaring(order_token=order.token)
    refund = Refund.objects.get()

    assert told(datetime(2026, 12, 16, 22, 59, tzinfo=UTC)) == []
    assert told(datetime(2026, 12, 16, 23, 0, tzinfo=UTC)) == [(AlertKind.NOT_REFUNDED, refund)]
    Refund.objects.update(state="succeeded")
    assert told(datetime(2026, 12, 20, tzinfo=UTC)) == []


TENTH_DAY = datetime(2026, 12, 17, tzinfo=UTC)


@pytest.fixture
def failed(declaring):
    """The bank sent the refund of a withdrawal back."""
    order = OrderFactory()
    owe(order, paid=True)
    declaring(order_token=order.token)
    refund = Refund.objects.get()
    Refund.objects.update(state="failed")
    return refund


def redo(failed, amount=None, state="succeeded"):
    return Refund.objects.create(
        attempt=failed.attempt, amount=amount or failed.amount, state=state, reason="refait",
        actor="équipe", idempotency_key=f"refait-{Refund.objects.count()}",
    )  # fmt: skip


def test_refund_that_failed_is_an_alert_until_it_was_redone(failed):
    """W-09."""
    assert told(TENTH_DAY) == [(AlertKind.NOT_REFUNDED, failed)]
    again = redo(failed, state="pending")
    assert told(TENTH_DAY) == [(AlertKind.NOT_REFUNDED, failed)]

    again.state = "succeeded"
    again.save()

    assert told(TENTH_DAY) == []


def test_part_of_a_refund_that_failed_is_not_enough(failed):
    half = failed.amount / 2
    redo(failed, half)
    assert told(TENTH_DAY) == [(AlertKind.NOT_REFUNDED, failed)]

    redo(failed, half)

    assert told(TENTH_DAY) == []


def test_refund_that_only_waits_is_told_whatever_came_after(failed):
    Refund.objects.update(state="pending")
    redo(failed)

    assert told(TENTH_DAY) == [(AlertKind.NOT_REFUNDED, failed)]


def test_what_was_refunded_before_does_not_replace_what_failed(failed):
    earlier = redo(failed)
    Refund.objects.filter(pk=earlier.pk).update(state="failed", due_by=failed.due_by)
    Refund.objects.filter(pk=failed.pk).update(state="succeeded")

    assert told(TENTH_DAY) == [(AlertKind.NOT_REFUNDED, earlier)]


def test_acknowledgement_that_did_not_arrive_is_an_alert(declaring):
    """F-06."""
    order = OrderFactory()
    declaration = declaring(order_token=order.token)
    message = OutgoingMessage.objects.get(template="withdrawal_acknowledgement")

    assert told(IN_TIME) == []
    OutgoingMessage.objects.filter(pk=message.pk).update(state=State.FAILED.value)

    assert told(IN_TIME) == [(AlertKind.NOT_ACKNOWLEDGED, declaration)]


def test_alert_is_recorded_once(declaring):
    declaring()

    for _ in range(3):
        look_after_withdrawals(THURSDAY)

    event = Event.objects.get(name="Rétractation sans décision")
    assert event.actor == "horloge"
    assert "reçue le 07/12/2026 à 23:59:59, heure de Paris" in event.data["text"]


def test_acknowledgement_that_could_not_be_written_is_written_later(declaring, settings):
    address, settings.DEFAULT_FROM_EMAIL = settings.DEFAULT_FROM_EMAIL, None
    declaration = declaring()
    assert told(IN_TIME) == [(AlertKind.NOT_ACKNOWLEDGED, declaration)]
    settings.DEFAULT_FROM_EMAIL = address

    look_after_withdrawals(IN_TIME)
    look_after_withdrawals(IN_TIME)

    assert OutgoingMessage.objects.get().recipient == "camille@exemple.fr"
    assert told(IN_TIME) == []


def test_payment_that_came_in_after_the_end_is_given_back(declaring):
    """W-09: a debit was on its way; both are recorded."""
    order = OrderFactory()
    due = owe(order)
    pay(due, state="processing")
    declaring(order_token=order.token)
    due.attempts.update(state="succeeded")

    look_after_withdrawals(IN_TIME + timedelta(hours=1))
    look_after_withdrawals(IN_TIME + timedelta(hours=2))

    refund = Refund.objects.get()
    assert (refund.amount, refund.due_by.isoformat()) == (Decimal(288), "2026-12-21")


def test_clock_looks_after_withdrawals():
    assert "rétractations" in [job.name for job in registered_jobs()]


def test_panel_asks_a_fixed_number_of_questions(declaring, django_assert_num_queries):
    for _ in range(3):
        declaring()

    with django_assert_num_queries(4):
        assert len(alerts(THURSDAY)) == 3
