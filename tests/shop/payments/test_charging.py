"""Debits in the customer's absence: when, how often, and what follows each answer."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

import pytest

from base.events import events_of
from shop.models import Attempt, ChargeFreeze, Due, WithdrawalDeclaration
from shop.orders.rules import OrderState
from shop.payments.announcing import announce_debits
from shop.payments.charging import charge_due, charge_what_is_due, claim, send
from shop.payments.gateway_errors import Unanswered
from shop.payments.mandates import withdraw_card
from shop.payments.reconciliation import resume_leftovers
from shop.payments.rules import ChargeTooEarly
from shop.payments.stopping import stop_charging
from tests.factories.orders import FIRST_CHARGE_AT
from tests.shop.payments.conftest import ASKS_EACH_TIME, announced, attempts, mails, states

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOW = FIRST_CHARGE_AT


@pytest.fixture
def ready(standin, order, save_card):
    """A card is saved, the debits were announced, the first day has come."""
    save_card(order)
    announced(order)
    standin.move(NOW)
    return order


def refreshed(due):
    due.refresh_from_db()
    return due


def test_deposit_is_charged_on_the_first_day(standin, ready, deposit):
    charge_what_is_due(NOW)

    assert states(deposit) == ["succeeded"]
    assert [(c.amount, c.currency) for c in standin.charges()] == [(35640, "eur")]
    assert [mail.recipient for mail in mails("payment_receipt")] == [ready.email]
    assert "échéance payée" in [event.name for event in events_of(ready)]


def test_second_run_charges_nothing_more(standin, ready, deposit):
    charge_what_is_due(NOW)
    charge_what_is_due(NOW + DAY)

    assert states(deposit) == ["succeeded"]
    assert standin.charged() == 35640


def test_nothing_is_asked_before_the_end_of_the_period(standin, ready, deposit):
    early = NOW - timedelta(seconds=1)

    charge_what_is_due(early)
    with pytest.raises(ChargeTooEarly):
        charge_due(due_id=deposit.pk, now=early)

    assert standin.requests("/v1/payment_intents") == []
    assert not Attempt.objects.exists()


def test_gateway_itself_refuses_what_comes_too_early(standin, ready, deposit):
    attempt = claim(deposit.pk, NOW)

    for not_before in (None, NOW + DAY):
        attempt.due.not_before = not_before
        with pytest.raises(ChargeTooEarly):
            send(attempt, NOW)
    assert standin.requests("/v1/payment_intents") == []


def test_debit_is_announced_two_days_before_then_made(standin, order, deposit, save_card):
    save_card(order)
    announce_debits(NOW - 3 * DAY)
    assert mails("debit_announcement").count() == 0

    announce_debits(NOW - 2 * DAY)
    announce_debits(NOW - 1 * DAY)
    charge_what_is_due(NOW)

    assert [mail.recipient for mail in mails("debit_announcement")] == [order.email]
    assert states(deposit) == ["succeeded"]


def test_late_announcement_delays_the_debit(standin, order, deposit, save_card):
    save_card(order)
    standin.move(NOW)
    announce_debits(NOW)

    charge_what_is_due(NOW + 1 * DAY)
    assert states(deposit) == []
    charge_what_is_due(NOW + 2 * DAY)
    assert states(deposit) == ["succeeded"]


def test_without_a_card_a_link_is_mailed_once(standin, order, deposit):
    charge_what_is_due(NOW - DAY)
    assert mails("payment_link").count() == 0

    charge_what_is_due(NOW)
    charge_what_is_due(NOW + DAY)

    assert mails("payment_link").count() == 1
    assert refreshed(deposit).asks_customer == "pay"
    assert standin.requests("/v1/payment_intents") == []


def test_bank_that_wants_its_customer_gets_no_second_charge(standin, order, deposit, save_card):
    save_card(order, ASKS_EACH_TIME)
    announced(order)
    standin.move(NOW)

    charge_what_is_due(NOW)
    charge_what_is_due(NOW + 8 * DAY)

    assert states(deposit) == ["needs_customer"]
    assert refreshed(deposit).asks_customer == "confirm"
    assert mails("payment_needs_customer").count() == 1


def test_insufficient_funds_are_tried_again_after_3_5_and_7_days(standin, ready, deposit):
    standin.outcome(*["insufficient_funds"] * 4)
    tried = []
    for day in range(25):
        now = NOW + day * DAY
        standin.move(now)
        before = deposit.attempts.count()
        charge_due(due_id=deposit.pk, now=now)
        if deposit.attempts.count() > before:
            tried.append(day)

    assert tried == [0, 3, 8, 15]
    assert states(deposit) == ["failed"] * 4
    assert refreshed(deposit).asks_customer == "card"
    assert deposit.asks_staff == "Carte refusée 4 fois : joindre le client."
    assert mails("payment_needs_card").count() == 2  # at the first refusal, and at the last


@pytest.mark.parametrize(
    ("outcome", "task", "retry_days"),
    [
        ("lost_card", "card", None),
        ("expired_card", "card", None),
        ("stolen_card", "card", None),
        ("generic_decline", "", 3),
        ("processing_error", "", 2),
        ("a_code_of_2031", "", 3),
    ],
)
def test_refusal_is_followed_as_the_policy_says(standin, ready, deposit, outcome, task, retry_days):
    standin.outcome(outcome, unknown=True)

    charge_due(due_id=deposit.pk, now=NOW)

    refreshed(deposit)
    assert states(deposit) == ["failed"]
    assert deposit.asks_customer == task
    assert deposit.next_try_at == (NOW + retry_days * DAY if retry_days else None)


def test_customer_never_reads_that_a_card_is_stolen(standin, ready, deposit):
    standin.outcome("stolen_card")

    charge_due(due_id=deposit.pk, now=NOW)

    text = mails("payment_needs_card").get().text
    assert "refusé par votre banque" in text
    assert not {"volée", "perdue", "stolen"} & set(text.lower().split())


def test_every_mail_about_money_says_how_to_withdraw(standin, ready, deposit):
    standin.outcome("insufficient_funds")
    charge_due(due_id=deposit.pk, now=NOW)
    charge_due(due_id=deposit.pk, now=NOW + 3 * DAY)

    texts = [mail.text for mail in (*mails("payment_needs_card"), *mails("payment_receipt"))]
    assert len(texts) == 2
    assert all(
        "Renoncer au contrat ici" in text and "http://testserver/renoncer/" in text
        for text in texts
    )


def freeze(order):
    declaration = WithdrawalDeclaration.append(
        name="C. Exemple", contract="?", sent_at=NOW, received_at=NOW, form_key="clé"
    )
    ChargeFreeze.objects.create(order=order, declaration=declaration, created_at=NOW)


def suspend(order):
    order.charging_stopped_at = NOW
    order.save()


def cancel(order):
    order.state = OrderState.CANCELLED.value
    order.save()


def stop(order):
    stop_charging(order=order, actor="client", reason="rétractation", now=NOW)


def ask_staff(order):
    Due.objects.filter(order=order).update(asks_staff="À vérifier.")


@pytest.mark.parametrize("obstacle", [freeze, suspend, cancel, stop, ask_staff])
def test_obstacle_keeps_the_card_from_being_debited(standin, ready, deposit, obstacle):
    obstacle(ready)

    charge_what_is_due(NOW)

    assert states(deposit) == []
    assert standin.requests("/v1/payment_intents") == []


def test_debit_of_a_frozen_order_is_not_announced(standin, order, save_card):
    """Somebody says that it was withdrawn from: nothing is announced before that is decided."""
    save_card(order)
    freeze(order)

    announce_debits(NOW - 2 * DAY)
    assert mails("debit_announcement").count() == 0

    ChargeFreeze.objects.update(lifted_at=NOW)
    announce_debits(NOW - DAY)
    assert mails("debit_announcement").count() == 1


def test_completed_order_still_pays_its_last_due(standin, ready, deposit):
    ready.state = OrderState.COMPLETED.value
    ready.save()

    charge_what_is_due(NOW)

    assert states(deposit) == ["succeeded"]


def test_card_taken_back_is_replaced_by_a_link(standin, ready, deposit):
    withdraw_card(order=ready, now=NOW)

    charge_what_is_due(NOW)

    assert refreshed(deposit).asks_customer == "pay"
    assert mails("payment_link").count() == 1


# Faults


@pytest.mark.parametrize("fault", ["lost_answer", "error_before", "error_after", "conflict"])
def test_library_repeats_the_call_under_one_key(standin, ready, deposit, fault):
    standin.fault(fault, "payment_intents$")

    charge_due(due_id=deposit.pk, now=NOW)

    assert states(deposit) == ["succeeded"]
    assert standin.charged() == 35640


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "fault", ["lost_answer", "error_before", "error_after", "conflict", "rate_limit"]
)
def test_unanswered_call_keeps_its_key_and_is_sent_again(standin, ready, deposit, fault):
    standin.fault(fault, "payment_intents$")

    with pytest.raises(Unanswered):
        charge_due(due_id=deposit.pk, now=NOW)
    assert states(deposit) == ["sending"]
    resume_leftovers(NOW + timedelta(minutes=1))

    assert states(deposit) == ["succeeded"]
    assert standin.charged() == 35640
    assert mails("payment_receipt").count() == 1
    keys = {r["idempotency_key"] for r in standin.requests("payment_intents")}
    assert keys == {attempts(ready).get().idempotency_key}


@pytest.mark.usefixtures("impatient")
def test_leftover_of_a_clock_that_went_back_is_resumed_at_once(standin, ready, deposit):
    standin.fault("error_after", "payment_intents$")
    with pytest.raises(Unanswered):
        charge_due(due_id=deposit.pk, now=NOW + timedelta(hours=3))

    resume_leftovers(NOW)

    assert states(deposit) == ["succeeded"]
    assert standin.charged() == 35640


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("fault", "expected"),
    [("lost_answer", ["succeeded"]), ("error_before", ["cancelled", "succeeded"])],
)
def test_after_a_day_stripe_is_looked_at_before_anything_is_asked(
    standin, ready, deposit, fault, expected
):
    standin.fault(fault, "payment_intents$")
    with pytest.raises(Unanswered):
        charge_due(due_id=deposit.pk, now=NOW)
    later = NOW + timedelta(hours=25)
    standin.move(later)

    resume_leftovers(later)
    charge_what_is_due(later)

    assert states(deposit) == expected
    assert standin.charged() == 35640


@pytest.mark.usefixtures("impatient")
def test_silence_of_a_day_is_shown_to_staff(standin, ready, deposit):
    standin.fault("error_before", "", times=50)
    with pytest.raises(Unanswered):
        charge_due(due_id=deposit.pk, now=NOW)

    resume_leftovers(NOW + timedelta(hours=23, minutes=59))
    assert refreshed(deposit).asks_staff == ""
    resume_leftovers(NOW + timedelta(hours=24))

    assert refreshed(deposit).asks_staff.startswith("Stripe ne répond pas depuis 24 heures")


@pytest.mark.usefixtures("impatient")
def test_silence_stops_the_round(standin, ready):
    Due.objects.filter(order=ready).update(not_before=NOW)
    standin.fault("error_before", "payment_intents", times=9)

    charge_what_is_due(NOW)

    assert len(standin.requests("payment_intents")) == 1


def test_order_that_ended_is_not_charged_again_by_a_leftover(standin, ready, deposit):
    claim(deposit.pk, NOW)
    stop_charging(order=ready, actor="client", reason="rétractation", now=NOW)

    resume_leftovers(NOW + timedelta(minutes=1))
    assert states(deposit) == ["sending"]
    resume_leftovers(NOW + timedelta(minutes=10))

    assert states(deposit) == ["cancelled"]
    assert standin.charged() == 0


def test_charge_that_won_against_a_withdrawal_goes_back_at_once(standin, ready, deposit):
    attempt = claim(deposit.pk, NOW)
    stop_charging(order=ready, actor="client", reason="rétractation", now=NOW)

    send(attempt, NOW)

    refund = attempt.refunds.get()
    assert (refund.amount, refund.state) == (deposit.amount, "sending")
    assert refund.due_by == timezone.localdate(NOW) + 14 * DAY


def test_answer_that_comes_late_does_not_delay_the_refund(standin, ready, deposit):
    """W-09: fourteen days from the end of the order, not from the day the charge is found."""
    attempt = claim(deposit.pk, NOW)
    stop_charging(order=ready, actor="client", reason="rétractation", now=NOW)

    send(attempt, NOW + 3 * DAY)

    assert attempt.refunds.get().due_by == timezone.localdate(NOW) + 14 * DAY


def test_our_own_mistake_is_for_staff_not_for_the_customer(standin, ready, deposit):
    standin.api.payment_methods.detach(ready.mandates.get().payment_method_id)

    charge_due(due_id=deposit.pk, now=NOW)

    assert states(deposit) == ["failed"]
    assert refreshed(deposit).asks_staff.startswith("Stripe refuse la demande")
    assert mails("payment_needs_card").count() == 0


@pytest.mark.django_db(transaction=True)
def test_charge_is_never_begun_inside_a_transaction(standin, ready, deposit):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        charge_due(due_id=deposit.pk, now=NOW)
    assert not connection.in_atomic_block
    assert standin.requests("/v1/payment_intents") == []
