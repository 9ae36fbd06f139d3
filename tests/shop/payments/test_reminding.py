"""What a customer who does not answer receives, and until when (law.md L-07)."""

import re
from datetime import timedelta

from django.db import IntegrityError, transaction

import pytest

from base.clock import registered_jobs
from base.events import events_of
from shop.models import ChargeFreeze, Due, WithdrawalDeclaration
from shop.orders.rules import OrderState
from shop.orders.timeline import timeline
from shop.payments.charging import charge_what_is_due
from shop.payments.disputes import resume_charging
from shop.payments.pausing import pause_charging
from shop.payments.reminding import follow_up, remind_customers, stop_reminding
from shop.payments.rules import HANDED_OVER, REMINDED, contact_at
from shop.payments.stopping import stop_charging
from shop.payments.transfers import record_transfer
from tests.factories.orders import FIRST_CHARGE_AT
from tests.shop.payments.conftest import ASKS_EACH_TIME, announced, mails

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOW = FIRST_CHARGE_AT
FIRST, SECOND, END = (contact_at(NOW, sent=n, latest_at=None) for n in range(3))
SECOND_OF_TIME = timedelta(seconds=1)


@pytest.fixture
def asked(standin, order, deposit):
    """Without a card: a payment link was mailed on the first day."""
    charge_what_is_due(NOW)
    deposit.refresh_from_db()
    assert deposit.asked_at == NOW
    return order


def reminders():
    return list(mails("payment_reminder").order_by("pk"))


def link(mail):
    return re.search(r"/commande/paiement/[^\s>]+", mail.text).group()


def test_two_reminders_leave_then_staff_are_told(asked, deposit):
    counts = []
    for moment in (
        FIRST - SECOND_OF_TIME,
        FIRST,
        SECOND - SECOND_OF_TIME,
        SECOND,
        END,
        END + 60 * DAY,
    ):
        remind_customers(moment)
        remind_customers(moment)
        counts.append(len(reminders()))

    deposit.refresh_from_db()
    assert counts == [0, 1, 1, 2, 2, 2]
    assert deposit.asks_staff == HANDED_OVER
    names = [event.name for event in events_of(asked)]
    assert names.count(REMINDED) == 2
    assert names.count("rappels sans réponse") == 1


def test_due_that_was_chosen_too_early_is_left_alone(asked, deposit):
    """Between the list and the lock, another clock may have done the step."""
    assert follow_up(deposit.pk, FIRST) is True
    assert follow_up(deposit.pk, FIRST) is False
    assert len(reminders()) == 1


def test_staff_are_not_told_before_the_18th_day(asked, deposit):
    for moment in (FIRST, SECOND, END - SECOND_OF_TIME):
        remind_customers(moment)

    deposit.refresh_from_db()
    assert (deposit.asks_staff, deposit.reminders) == ("", 2)


def test_clock_that_stood_still_sends_one_reminder_a_week(asked):
    late = NOW + 40 * DAY
    for moment in (late, late + DAY, late + 6 * DAY, late + 7 * DAY):
        remind_customers(moment)

    assert [mail.subject for mail in reminders()] == [reminders()[0].subject] * 2
    assert asked.dues.get(position=1).reminded_at == late + 7 * DAY


def test_link_of_each_reminder_still_works(client, asked, deposit, time_machine):
    for moment in (FIRST, SECOND):
        remind_customers(moment)

    time_machine.move_to(SECOND + 29 * DAY)
    page = client.get(link(reminders()[1]))

    assert page.status_code == 200
    assert page.context["due"] == deposit


def test_reminder_asks_no_more_than_what_is_due(asked):
    """L-07: neither fee, nor interest, nor penalty, nor formal notice."""
    for moment in (FIRST, SECOND):
        remind_customers(moment)

    first, last = (mail.text for mail in reminders())
    for text in (first, last):
        assert set(re.findall(r"[\d\u202f]+,\d\d", text)) == {"356,40"}
        assert not re.search(r"frais de|pénalité|intérêt|mise en demeure|indemnité|poursuite", text)
        assert "Rien ne s’ajoute à ce montant." in text
    assert "dernier rappel" not in first
    assert "dernier rappel" in last


@pytest.mark.parametrize(
    ("task", "button"),
    [
        ("confirm", "Confirmer le paiement"),
        ("card", "Payer avec une autre carte"),
        ("pay", "Payer maintenant"),
    ],
)
def test_reminder_says_what_is_waited_for(asked, deposit, task, button):
    Due.objects.filter(pk=deposit.pk).update(asks_customer=task)

    remind_customers(FIRST)

    assert button in reminders()[0].text


def test_bank_that_waits_for_a_confirmation_is_recalled_too(standin, order, deposit, save_card):
    save_card(order, ASKS_EACH_TIME)
    announced(order)
    standin.move(NOW)
    charge_what_is_due(NOW)

    remind_customers(FIRST)

    assert len(reminders()) == 1


def freeze(order):
    declaration = WithdrawalDeclaration.append(
        name="C. Exemple", contract="?", sent_at=NOW, received_at=NOW, form_key="clé"
    )
    ChargeFreeze.objects.create(order=order, declaration=declaration, created_at=NOW)


def pay(order):
    due = order.dues.get(position=1)
    record_transfer(
        due=due, amount=due.amount, received_on=NOW.date(), reference="VIR 1",
        actor="équipe", now=NOW + DAY,
    )  # fmt: skip


ENDS = {
    "paid": pay,
    "withdrawn": lambda order: stop_charging(order=order, actor="client", reason="", now=NOW),
    "ended": lambda order: type(order).objects.update(
        state=OrderState.CANCELLED.value, ended_at=NOW
    ),
    "paused": lambda order: pause_charging(order=order, actor="équipe", reason="essai", now=NOW),
    "refused by staff": lambda order: stop_reminding(
        due=order.dues.get(position=1), actor="équipe", reason="vu au téléphone", now=NOW
    ),
    "frozen by a declaration": freeze,
    "in the hands of staff": lambda order: order.dues.update(asks_staff="Rappeler."),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_nothing_leaves_any_more(asked, deposit, end):
    end(asked)

    for moment in (FIRST, SECOND, END):
        remind_customers(moment)
        assert follow_up(deposit.pk, moment) is False

    assert reminders() == []
    assert asked.dues.filter(asks_staff=HANDED_OVER).count() == 0


def test_pause_only_holds_the_reminders_back(asked):
    pause_charging(order=asked, actor="équipe", reason="essai", now=NOW)
    remind_customers(FIRST)
    resume_charging(order=asked, actor="équipe", reason="essai", now=SECOND)

    remind_customers(SECOND)
    remind_customers(SECOND + DAY)

    assert len(reminders()) == 1


def test_payment_under_way_is_left_alone(asked, deposit):
    attempt = deposit.attempts.create(
        number=1, channel="checkout", state="processing", amount=deposit.amount,
        idempotency_key="essai",
    )  # fmt: skip
    remind_customers(FIRST)
    assert reminders() == []

    attempt.state = "cancelled"
    attempt.save()
    remind_customers(FIRST)
    assert len(reminders()) == 1


def test_card_given_after_the_hand_over_is_debited_without_staff(
    standin, asked, deposit, save_card
):
    for moment in (FIRST, SECOND, END):
        remind_customers(moment)

    save_card(asked, now=END + DAY)

    deposit.refresh_from_db()
    assert (deposit.asks_staff, deposit.asks_customer) == ("", "")
    assert Due.objects.collectable(END + DAY).filter(pk=deposit.pk).exists()


def test_note_of_another_kind_outlives_a_new_card(standin, asked, deposit, save_card):
    Due.objects.filter(pk=deposit.pk).update(asks_staff="Stripe refuse la demande.")

    save_card(asked, now=NOW + DAY)

    deposit.refresh_from_db()
    assert deposit.asks_staff == "Stripe refuse la demande."


def test_new_request_has_reminders_of_its_own(standin, asked, deposit, save_card):
    for moment in (FIRST, SECOND, END):
        remind_customers(moment)
    save_card(asked, now=END)
    announced(asked)
    standin.move(END)
    standin.outcome("stolen_card")
    charge_what_is_due(END)

    remind_customers(END + DAY)
    assert len(reminders()) == 2
    remind_customers(END + 5 * DAY)
    assert len(reminders()) == 3


def test_timeline_shows_each_reminder_at_its_date(asked):
    remind_customers(FIRST)
    remind_customers(SECOND)
    asked.dues.get(position=1).attempts.create(
        number=1, channel="checkout", state="succeeded", amount=1, idempotency_key="essai",
        finished_at=SECOND + DAY,
    )  # fmt: skip

    steps = timeline(asked, SECOND + 2 * DAY)

    told = [step.at for step in steps if step.title == "Rappel d’un paiement qui vous attend"]
    assert told == [FIRST, SECOND]
    done = [step.day for step in steps if step.done]
    assert done == sorted(done)


def test_stop_by_staff_is_written_once_with_its_reason(asked, deposit):
    for _ in range(2):
        stop_reminding(due=deposit, actor="équipe", reason="vu au téléphone", now=NOW)

    (event,) = [event for event in events_of(asked) if event.name == "Rappels arrêtés"]
    assert (event.actor, event.data["reason"]) == ("équipe", "vu au téléphone")


def test_third_reminder_and_request_without_its_instant_are_refused_by_the_database(deposit):
    for wrong in ({"reminders": 3}, {"asks_customer": "pay"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Due.objects.filter(pk=deposit.pk).update(**wrong)


def test_job_asks_one_question_when_nobody_is_late(asked, django_assert_num_queries):
    with django_assert_num_queries(1):
        remind_customers(FIRST - SECOND_OF_TIME)


def test_job_costs_a_fixed_number_of_questions_for_each_reminder(asked, django_assert_num_queries):
    remind_customers(FIRST)  # what a process learns once

    with django_assert_num_queries(16):
        remind_customers(SECOND)


def test_clock_reminds():
    (job,) = [job for job in registered_jobs() if job.name == "rappels aux clients"]
    assert (job.every, job.own_transactions) == (timedelta(minutes=10), False)
