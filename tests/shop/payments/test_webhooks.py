"""Events: signed, once, in any order; the snapshot is never trusted (invariant I6)."""

import itertools
from datetime import timedelta

from django.db import OperationalError
from django.utils import timezone

import pytest
import stripe

from shop.models import Attempt, Due, PaymentMandate, Refund, StripeEvent
from shop.payments import gateway, webhooks
from shop.payments.charging import charge_due
from shop.payments.mandates import start_card_setup, text_for, withdraw_card
from shop.payments.reconciliation import read_missed_events
from shop.payments.refunds import refund_contract
from tests.factories.orders import FIRST_CHARGE_AT, PLACED_AT
from tests.shop.payments.conftest import (
    ASKS_EACH_TIME,
    FACTS,
    SECRET,
    announced,
    mails,
    post_event,
    signed,
)

pytestmark = pytest.mark.django_db

NOW = FIRST_CHARGE_AT
ADDRESS = "/stripe/webhook/"


@pytest.fixture
def paid(standin, order, deposit, save_card):
    save_card(order)
    announced(order)
    standin.move(NOW)
    return charge_due(due_id=deposit.pk, now=NOW)


def send(client, body, header):
    return client.post(
        ADDRESS, body, content_type="application/json", headers={"Stripe-Signature": header}
    )


def test_event_is_processed_once(client, standin, paid):
    event = standin.events()[-1]

    answers = [post_event(client, event).status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    assert StripeEvent.objects.get().processed_at is not None


@pytest.mark.parametrize("change", ["body", "secret", "missing", "old", "garbage"])
def test_what_stripe_did_not_sign_is_refused(client, standin, paid, change, time_machine):
    body, header = signed(standin.events()[-1])
    wrong = stripe.WebhookSignature.generate_signature_header(body, "whsec_other")
    header = {"secret": wrong, "missing": "", "garbage": "t=1,v1=x"}.get(change, header)
    if change == "body":
        body = body.replace("evt_", "evl_")
    if change == "old":
        time_machine.move_to(timezone.now() + timedelta(seconds=301))

    assert send(client, body, header).status_code == 400
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", '{"id": "evt_1"}', '{"object": "v2.core.event"}'])
def test_signed_nonsense_is_refused(client, standin, body):
    header = stripe.WebhookSignature.generate_signature_header(body, SECRET)

    assert send(client, body, header).status_code == 400


def test_without_a_secret_every_event_is_refused(client, standin, paid, settings):
    body, header = signed(standin.events()[-1])
    settings.STRIPE_WEBHOOK_SECRET = ""

    assert send(client, body, header).status_code == 400


def test_event_of_the_other_mode_is_refused(client, standin, paid):
    event = standin.events()[-1]
    event.livemode = True

    assert post_event(client, event).status_code == 400


def test_get_is_not_allowed(client, standin):
    assert client.get(ADDRESS).status_code == 405


def test_unanswered_stripe_asks_for_the_event_again(client, standin, impatient, paid):
    event = next(e for e in standin.events() if e.type == "payment_intent.succeeded")
    Attempt.objects.update(state="sending")
    standin.fault("error_before")

    first, second = post_event(client, event), post_event(client, event)

    assert (first.status_code, second.status_code) == (503, 200)
    assert Attempt.objects.get().state == "succeeded"


def test_lock_that_is_held_asks_for_the_event_again(client, standin, paid, monkeypatch):
    def locked(event, now):
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(webhooks, "process_event", locked)

    assert post_event(client, standin.events()[-1]).status_code == 503


def test_our_own_fault_is_kept_and_asks_for_the_event_again(client, standin, paid, monkeypatch):
    event = standin.events()[-1]
    with monkeypatch.context() as patch:

        def broken(event, now):
            raise LookupError("panne")

        patch.setattr(webhooks, "process_event", broken)
        assert post_event(client, event).status_code == 500
    row = StripeEvent.objects.get()
    assert (row.error, row.processed_at) == ("panne", None)

    assert post_event(client, event).status_code == 200
    row.refresh_from_db()
    assert (row.error, row.processed_at is None) == ("", False)


def test_foreign_and_unknown_events_are_accepted_and_change_nothing(client, standin, paid):
    other = standin.api.payment_intents.create({"amount": 900, "currency": "eur"})
    standin.api.payment_intents.cancel(other.id)
    before = list(Attempt.objects.values())

    for event in standin.events():
        assert post_event(client, event).status_code == 200

    assert list(Attempt.objects.values()) == before


def test_snapshot_is_not_trusted(client, standin, order, deposit, save_card):
    """A signed event that lies: the object itself says that nobody paid."""
    save_card(order)
    announced(order)
    standin.move(NOW)
    standin.outcome("insufficient_funds")
    charge_due(due_id=deposit.pk, now=NOW)
    event = next(e for e in standin.events() if e.type == "payment_intent.payment_failed")
    event.type = "payment_intent.succeeded"
    event.data.object.status = "succeeded"

    assert post_event(client, event).status_code == 200

    assert Attempt.objects.get().state == "failed"


def test_setup_needs_no_return_of_the_customer(client, standin, order):
    text = text_for(order, creditor="LEXOM", address="a@b.fr", now=PLACED_AT)
    url = start_card_setup(order=order, text=text, facts=FACTS, now=PLACED_AT)
    standin.type_card(url)

    for event in standin.events():
        post_event(client, event)

    assert PaymentMandate.objects.get().state == "active"


TOLD = (
    "payment_intent.payment_failed", "payment_intent.succeeded", "charge.refunded", "refund.created",
)  # fmt: skip


@pytest.mark.parametrize("order_of_arrival", list(itertools.permutations(range(4))))
def test_order_and_number_of_events_change_nothing(client, standin, paid, order, order_of_arrival):
    refund_contract(
        contract=order, actor="équipe", reason="Geste", due_by=None, now=NOW, amount=None
    )
    refund = Refund.objects.get()
    made = gateway.refund(
        payment_intent_id=paid.payment_intent_id, amount=refund.amount, key=refund.idempotency_key
    )
    second = Due.objects.get(position=2)
    standin.outcome("insufficient_funds")
    charge_due(due_id=second.pk, now=NOW + timedelta(days=20))
    Attempt.objects.filter(due__position=1).update(state="sending", charge_id="")
    events = [next(e for e in standin.events() if e.type == name) for name in TOLD]

    for place in (*order_of_arrival, *order_of_arrival):
        assert post_event(client, events[place]).status_code == 200

    attempt, refund = Attempt.objects.get(due__position=1), Refund.objects.get()
    assert (attempt.state, attempt.due.is_paid) == ("succeeded", True)
    assert (refund.state, refund.stripe_id) == ("succeeded", made.id)
    assert mails("payment_receipt").count() == 1
    assert mails("refund_done").count() == 1
    assert Attempt.objects.get(due__position=2).state == "failed"


def open_card_page(order, creditor, now):
    """Another agreement each time: another page."""
    text = text_for(order, creditor=creditor, address="contact@lexom.example", now=now)
    return start_card_setup(order=order, text=text, facts=FACTS, now=now)


@pytest.mark.parametrize("newest_first", [False, True])
def test_latest_card_stays_in_whatever_order_two_are_told(client, standin, order, newest_first):
    for number, creditor in (("4242 4242 4242 4242", "LEXOM"), (ASKS_EACH_TIME, "LEXOM SAS")):
        standin.type_card(open_card_page(order, creditor, PLACED_AT), number)
    completed = [e for e in standin.events() if e.type == "checkout.session.completed"]

    for event in reversed(completed) if newest_first else completed:
        post_event(client, event)

    older, newer = order.mandates.order_by("number")
    assert (newer.state, newer.last4, newer.detach_due) == ("active", "3184", False)
    assert (older.state, older.detach_due) == ("revoked", True)


def test_card_that_was_withdrawn_is_not_followed_by_an_older_one(client, standin, order):
    first = open_card_page(order, "LEXOM", PLACED_AT)
    standin.type_card(open_card_page(order, "LEXOM SAS", PLACED_AT))
    for event in standin.events():
        post_event(client, event)
    withdraw_card(order=order, now=PLACED_AT)

    again = open_card_page(order, "LEXOM", PLACED_AT)
    standin.type_card(first)
    standin.type_card(again, ASKS_EACH_TIME)
    for event in standin.events():
        post_event(client, event)

    assert again != first
    states = list(order.mandates.order_by("number").values_list("state", flat=True))
    assert states == ["revoked", "revoked", "active"]


def test_refund_made_at_stripe_is_written_down(client, standin, paid):
    standin.api.refunds.create({"payment_intent": paid.payment_intent_id, "amount": 1000})

    post_event(client, standin.events()[-1])

    refund = Refund.objects.get()
    assert (str(refund.amount), refund.state, refund.actor) == ("10.00", "succeeded", "Stripe")


def test_refund_that_fails_later_alarms_staff(client, standin, paid, order, deposit):
    made = standin.api.refunds.create({"payment_intent": paid.payment_intent_id, "amount": 1000})
    for event in standin.events():
        post_event(client, event)
    standin.server.control("refunds/fail", refund=made.id)

    for event in standin.events():
        post_event(client, event)

    deposit.refresh_from_db()
    assert Refund.objects.get().state == "failed"
    assert deposit.asks_staff == "Remboursement de 10.00 € échoué : à refaire avant le délai légal."


def test_dispute_freezes_the_order_and_tells_staff(client, standin, paid, order, deposit):
    standin.server.control("disputes", charge=paid.charge_id)

    for event in standin.events():
        post_event(client, event)

    order.refresh_from_db()
    deposit.refresh_from_db()
    paid.refresh_from_db()
    assert order.charging_stopped_at is not None
    assert paid.is_disputed
    assert deposit.asks_staff.startswith(
        "Paiement contesté : répondre à la banque dans Stripe avant"
    )


def test_renewed_card_is_known(client, standin, paid, order):
    method = order.mandates.get().payment_method_id
    standin.server.control(
        "payment_methods/renew", payment_method=method, exp_year=2039, last4="1881"
    )

    post_event(client, standin.events()[-1])

    mandate = order.mandates.get()
    assert (mandate.exp_year, mandate.last4) == (2039, "1881")


def test_card_detached_at_stripe_is_no_longer_debited(client, standin, paid, order):
    standin.api.payment_methods.detach(order.mandates.get().payment_method_id)

    post_event(client, standin.events()[-1])

    assert order.mandates.get().state == "revoked"


def test_fraud_warning_reaches_staff(client, standin, paid, deposit):
    standin.server.control("early_fraud_warnings", charge=paid.charge_id)

    post_event(client, standin.events()[-1])

    deposit.refresh_from_db()
    assert deposit.asks_staff == "Le réseau de la carte signale une fraude possible : rembourser ?"


def test_missed_events_are_read_once_a_day(standin, paid):
    Attempt.objects.update(state="sending")

    read_missed_events(NOW + timedelta(hours=1))
    count = StripeEvent.objects.count()
    read_missed_events(NOW + timedelta(days=1))

    assert Attempt.objects.get().state == "succeeded"
    assert StripeEvent.objects.count() == count
    assert not StripeEvent.objects.filter(processed_at=None).exists()
