from datetime import UTC, datetime, timedelta

from django.utils import timezone

import pytest

from shop.models import Attempt, Due, Refund
from shop.orders.actions import end_order, start_withdrawal_clock
from shop.orders.rules import Milestone, OrderState
from shop.orders.timeline import next_step, timeline, withdrawal_sentence

ASKED_AT = datetime(2026, 12, 1, 12, tzinfo=UTC)
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


def test_completed_order_still_tells_what_is_owed(confirmed_order):
    order = end_order(
        order=confirmed_order,
        state=OrderState.COMPLETED,
        actor="essai",
        reason="",
        now=timezone.now(),
    )
    owed = [title for title, done in titles(order) if not done]
    assert len(owed) == order.dues.count()
    assert next_step(timeline(order, timezone.now())).title.startswith("Acompte")


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


@pytest.fixture
def deposit(confirmed_order):
    return confirmed_order.dues.first()


@pytest.fixture
def charge_day(confirmed_order, time_machine):
    time_machine.move_to(confirmed_order.first_charge_at)
    return confirmed_order.first_charge_at


def attempt(due, state, at):
    return Attempt.objects.create(
        due=due, number=1, channel="checkout", state=state, amount=due.amount,
        idempotency_key=f"essai-{due.pk}", created_at=at, finished_at=at,
    )  # fmt: skip


def give_back(due, state, at):
    return Refund.objects.create(
        attempt=attempt(due, "succeeded", at), amount=due.amount, state=state, reason="geste",
        actor="essai", idempotency_key="essai", created_at=at,
        finished_at=at + timedelta(days=1) if state != "pending" else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("task", "told"),
    [
        ("confirm", "Votre banque demande que vous confirmiez ce paiement."),
        ("card", "Votre banque a refusé le paiement : il faut une autre carte."),
        ("pay", "À payer en ligne : vous n’avez pas de carte enregistrée."),
    ],
)
def test_due_tells_what_it_waits_for(confirmed_order, deposit, charge_day, task, told):
    Due.objects.filter(pk=deposit.pk).update(asks_customer=task, asked_at=ASKED_AT)

    assert next_step(timeline(confirmed_order, charge_day)).detail == told


def test_refused_card_tells_when_it_is_tried_again(confirmed_order, deposit, charge_day):
    attempt(deposit, "failed", charge_day)
    again = datetime(2027, 1, 3, 23, 30, tzinfo=UTC)
    Due.objects.filter(pk=deposit.pk).update(next_try_at=again)

    assert "à partir du 4 janvier 2027" in next_step(timeline(confirmed_order, charge_day)).detail


@pytest.mark.parametrize(
    ("state", "shown"), [("succeeded", [True]), ("pending", [False]), ("failed", [])]
)
@pytest.mark.parametrize("ended", [False, True])
def test_money_given_back_is_told(confirmed_order, deposit, charge_day, state, shown, ended):
    give_back(deposit, state, charge_day)
    order = confirmed_order
    if ended:
        order = end_order(
            order=order, state=OrderState.CANCELLED, actor="essai", reason="", now=charge_day
        )

    steps = timeline(order, charge_day + timedelta(days=1))

    refunds = [step for step in steps if step.title.startswith("Remboursement : ")]
    assert [step.done for step in refunds] == shown
    if ended and refunds:
        assert steps[-2].title == "Commande annulée"


@pytest.mark.parametrize(
    "waits",
    [
        {"asks_customer": "card", "asked_at": ASKED_AT},
        {"next_try_at": datetime(2040, 1, 1, tzinfo=UTC)},
    ],
)
def test_order_page_leads_to_the_payment_that_waits(
    client, confirmed_order, deposit, charge_day, waits
):
    address = confirmed_order.get_absolute_url()
    assert "Payer maintenant" not in client.get(address).content.decode()

    Due.objects.filter(pk=deposit.pk).update(**waits)

    page = client.get(address)
    assert page.context["due"][0] == deposit
    assert client.get(page.context["due"][1]).context["due"] == deposit


def test_order_page_lets_the_clock_debit_a_new_card(client, confirmed_order, deposit, charge_day):
    Due.objects.filter(pk=deposit.pk).update(next_try_at=charge_day)

    assert "Payer maintenant" not in client.get(confirmed_order.get_absolute_url()).content.decode()


def test_order_page_asks_for_nothing_before_its_day(client, confirmed_order, deposit):
    Due.objects.filter(pk=deposit.pk).update(asks_customer="pay", asked_at=ASKED_AT)

    assert "Payer maintenant" not in client.get(confirmed_order.get_absolute_url()).content.decode()
