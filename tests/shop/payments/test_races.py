"""Return page, webhook and job at once on one due: one charge, one receipt (invariant I2)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from django.db import IntegrityError, connection, connections, transaction
from django.test import Client

import pytest

from base import clock
from base.clock import Job, run_due
from base.events import Event
from shop.models import Attempt, Due, Refund, StripeComparison
from shop.payments import gateway, letters, links
from shop.payments.charging import charge_due, claim, keep_intent, new_attempt, send
from shop.payments.comparing import compare_week
from shop.payments.expiring import ask_for_new_card
from shop.payments.gateway_errors import Unanswered
from shop.payments.refund_sending import send_waiting_refunds
from shop.payments.refunds import RefundRefused, refund_contract
from shop.payments.reminding import follow_up, remind_customers
from shop.payments.rules import REMINDED, AttemptState, Channel, contact_at
from shop.payments.stopping import stop_charging
from shop.payments.syncing import sync_payment
from shop.payments.transfers import record_transfer
from tests.factories.orders import FIRST_CHARGE_AT
from tests.shop.payments.conftest import announced, mails, post_event

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = FIRST_CHARGE_AT


def at_once(*acts):
    """Every act starts at the same moment, in a thread and a connection of its own."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(timeout=20)
            return act()
        except Exception as error:  # noqa: BLE001  the test looks at it
            return error
        finally:
            gateway.close()
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def ready(standin, order, save_card):
    save_card(order)
    announced(order)
    standin.move(NOW)
    return order


@pytest.fixture
def charged_at_stripe(ready, deposit):
    """The money is taken; none of our rows knows it yet."""
    attempt = claim(deposit.pk, NOW)
    intent = gateway.charge_card(
        amount=attempt.amount,
        customer=ready.stripe_customer.stripe_id,
        payment_method_id=attempt.payment_method_id,
        reference=ready.reference,
        key=attempt.idempotency_key,
        not_before=deposit.not_before,
        now=NOW,
    )
    keep_intent(attempt, intent.id)
    return attempt


def test_page_webhook_and_job_at_once_make_one_receipt(standin, charged_at_stripe, deposit):
    event = next(e for e in standin.events() if e.type == "payment_intent.succeeded")
    back = links.payment_return_address(charged_at_stripe)

    answers = at_once(
        lambda: Client().get(back).status_code,
        lambda: post_event(Client(), event).status_code,
        lambda: post_event(Client(), event).status_code,
        lambda: sync_payment(charged_at_stripe, NOW).state,
        lambda: charge_due(due_id=deposit.pk, now=NOW),
    )

    assert answers == [200, 200, 200, "succeeded", None]
    assert standin.charged() == 35640
    assert mails("payment_receipt").count() == 1


def test_eight_jobs_at_once_charge_once(standin, ready, deposit):
    answers = at_once(*[lambda: charge_due(due_id=deposit.pk, now=NOW)] * 8)

    assert [error for error in answers if isinstance(error, Exception)] == []
    assert Attempt.objects.count() == 1
    assert standin.charged() == 35640
    assert mails("payment_receipt").count() == 1


def test_without_the_lock_two_jobs_would_both_go_on(standin, ready, deposit):
    """The race that the lock prevents: both see that nothing is under way, then both begin."""
    looked = Barrier(2)

    def begin_without_lock():
        with transaction.atomic():
            free = not deposit.attempts.filter(state="sending").exists()
            looked.wait(timeout=20)
            return free and new_attempt(
                deposit, Channel.OFF_SESSION, NOW, mandate=ready.mandates.get()
            )

    answers = at_once(begin_without_lock, begin_without_lock)

    # Only the constraints of the database stop the second one.
    assert {type(answer) for answer in answers} == {Attempt, IntegrityError}


def test_without_the_lock_two_readers_would_both_write_the_receipt(standin, charged_at_stripe):
    looked = Barrier(2)
    written = []

    def apply_without_lock():
        with transaction.atomic():
            attempt = Attempt.objects.get(pk=charged_at_stripe.pk)
            is_news = attempt.state != AttemptState.SUCCEEDED
            looked.wait(timeout=20)
            if is_news:
                attempt.state = AttemptState.SUCCEEDED
                attempt.save()
                written.append(attempt.pk)
                letters.send_receipt(attempt)

    at_once(apply_without_lock, apply_without_lock)

    assert len(written) == 2


def test_charge_against_withdrawal_leaves_no_money(standin, ready, deposit):
    def withdraw():
        with transaction.atomic():
            stop_charging(order=ready, actor="client", reason="rétractation", now=NOW)
            refund_contract(
                contract=ready, actor="LEXOM", reason="rétractation", due_by=None, now=NOW
            )

    for _ in range(3):
        answers = at_once(lambda: charge_due(due_id=deposit.pk, now=NOW), withdraw)
        assert [error for error in answers if isinstance(error, Exception)] == []
    send_waiting_refunds(NOW)

    assert standin.charged() == standin.given_back()
    assert not Attempt.objects.filter(state="sending").exists()


def test_refunds_at_once_never_pass_what_was_paid(standin, ready, deposit):
    charge_due(due_id=deposit.pk, now=NOW)

    def refund():
        return refund_contract(
            contract=ready,
            actor="équipe",
            reason="Geste",
            due_by=None,
            now=NOW,
            amount=deposit.amount,
        )

    answers = at_once(*[refund] * 4)
    at_once(*[lambda: send_waiting_refunds(NOW)] * 3)
    send_waiting_refunds(NOW)

    assert sum(isinstance(answer, RefundRefused) for answer in answers) == 3
    assert Refund.objects.get().state == "succeeded"
    assert standin.given_back() == 35640


REMINDED_AT = contact_at(NOW, sent=0, latest_at=None)


@pytest.fixture
def unanswered(standin, order, deposit):
    """A payment link was mailed, and nobody opened it."""
    charge_due(due_id=deposit.pk, now=NOW)
    deposit.refresh_from_db()
    assert deposit.asks_customer == "pay"
    return deposit


def test_reminders_at_once_leave_one_message(unanswered):
    answers = at_once(*[lambda: follow_up(unanswered.pk, REMINDED_AT)] * 8)

    assert sorted(answers) == [False] * 7 + [True]
    assert mails("payment_reminder").count() == 1
    assert Event.objects.filter(name=REMINDED).count() == 1
    assert Due.objects.get(pk=unanswered.pk).reminders == 1


def test_two_clocks_at_once_remind_once(unanswered, monkeypatch):
    job = Job("rappels aux clients", timedelta(minutes=10), remind_customers)
    monkeypatch.setattr(clock, "_jobs", {job.name: job})

    answers = at_once(*[lambda: run_due(REMINDED_AT)] * 4)

    assert sorted(answers) == [[], [], [], [job.name]]
    assert mails("payment_reminder").count() == 1


def test_without_the_lock_two_clocks_would_both_remind(unanswered):
    """The race that the lock prevents: both see a request that nobody recalled yet."""
    looked = Barrier(2)

    def remind_without_lock():
        with transaction.atomic():
            due = Due.objects.get(pk=unanswered.pk)
            looked.wait(timeout=20)
            return due.reminders

    assert at_once(remind_without_lock, remind_without_lock) == [0, 0]


def test_reminder_against_payment_never_follows_it(unanswered):
    """Whoever comes second sees the other: a paid due is not recalled."""

    def pay():
        return record_transfer(
            due=unanswered, amount=unanswered.amount, received_on=NOW.date(),
            reference="VIR 1", actor="équipe", now=REMINDED_AT,
        )  # fmt: skip

    reminded, paid = at_once(lambda: follow_up(unanswered.pk, REMINDED_AT), pay)

    assert paid.state == "succeeded"
    assert mails("payment_reminder").count() == int(reminded)
    assert follow_up(unanswered.pk, REMINDED_AT + timedelta(days=7)) is False


def test_requests_for_a_new_card_at_once_leave_one_message(ready):
    mandate = ready.mandates.get()
    mandate.exp_month, mandate.exp_year = 12, 2026
    mandate.save()

    answers = at_once(*[lambda: ask_for_new_card(mandate.pk, NOW)] * 4)

    assert sorted(answers) == [False] * 3 + [True]
    assert mails("card_expiring").count() == 1


def test_two_comparisons_of_one_week_at_once_are_one(ready, deposit):
    charge_due(due_id=deposit.pk, now=NOW)
    monday = NOW.date() - timedelta(days=NOW.weekday())

    answers = at_once(*[lambda: compare_week(monday, NOW + timedelta(days=7))] * 3)

    assert {answer.pk for answer in answers} == {StripeComparison.objects.get().pk}
    assert Event.objects.filter(name="semaine conforme à Stripe").count() == 1


def test_two_resumptions_of_one_attempt_charge_once(standin, ready, deposit):
    attempt = claim(deposit.pk, NOW)

    answers = at_once(*[lambda: send(attempt, NOW, again=True)] * 3)

    assert {type(answer) for answer in answers} <= {Attempt, Unanswered}
    assert send(attempt, NOW, again=True).state == "succeeded"
    assert standin.charged() == 35640
    assert mails("payment_receipt").count() == 1
    assert not connection.in_atomic_block
