"""Random histories of one order against the real stand-in (invariants I1, I2, I6, I8).

Time passes, banks refuse, answers and events are lost, doubled and reordered, processes die between
two steps, customers come back, withdraw, dispute. Whatever happened, nobody pays early or twice, and
once the noise stops our rows say what Stripe's do.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.test import Client

import pytest
from django_tasks import default_task_backend
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from shop.invoices.ledger.integrity import ledger_faults
from shop.models import Attempt, Due, Order, PaymentMandate, Refund, StripeEvent
from shop.orders.rules import OrderState
from shop.payments import charging, gateway, recovery
from shop.payments.announcing import announce_debits
from shop.payments.charging import charge_what_is_due
from shop.payments.gateway_errors import GatewayError
from shop.payments.integrity import payment_faults
from shop.payments.mandates import (
    PaymentUnavailable,
    detach_cards,
    start_card_setup,
    sync_setup,
    text_for,
)
from shop.payments.reconciliation import read_missed_events, reconcile, resume_leftovers
from shop.payments.refund_sending import send_waiting_refunds
from shop.payments.refunds import RefundRefused, refund_contract
from shop.payments.rules import AttemptState, ChargeTooEarly
from shop.payments.stopping import stop_charging
from tests.factories.orders import FIRST_CHARGE_AT, PLACED_AT, OrderFactory
from tests.shop.payments.conftest import (
    ASKS_EACH_TIME,
    DECLINES_LATER,
    FACTS,
    NO_FUNDS_LATER,
    VISA,
    mails,
    post_event,
)

pytestmark = pytest.mark.django_db

EXAMPLES = 6 if connection.vendor == "postgresql" else 20  # three times slower there

JOBS = (
    announce_debits, resume_leftovers, charge_what_is_due, send_waiting_refunds, reconcile,
    read_missed_events, detach_cards,
)  # fmt: skip
CALL_FAULTS = (
    "lost_answer", "error_before", "error_after", "error_recorded", "conflict", "rate_limit",
)  # fmt: skip
MONEY_PATHS = ("payment_intents$", "payment_intents", "refunds", "checkout", "confirm", "cancel")
OUTCOMES = (
    "succeeded", "insufficient_funds", "authentication_required", "lost_card", "generic_decline",
    "processing_error", "expired_card",
)  # fmt: skip
CARDS = (VISA, VISA, ASKS_EACH_TIME, DECLINES_LATER, NO_FUNDS_LATER)


class History(RuleBasedStateMachine):
    def __init__(self, standin):
        super().__init__()
        self.stripe = standin
        self.stripe.server.control("reset")
        self.now = PLACED_AT
        self.stripe.move(self.now)
        self.client = Client()
        self.successes: set[int] = set()
        default_task_backend.clear()
        self.transaction = transaction.atomic()
        self.transaction._from_testcase = True  # as the one that pytest-django opens
        self.transaction.__enter__()
        self.order = OrderFactory(with_dues=True, charges_from=FIRST_CHARGE_AT)

    def teardown(self):
        try:
            self.calm_down()
            self.check_end()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @initialize(card=st.sampled_from([*CARDS, None]), days=st.sampled_from([0, 0, 14, 14, 60]))
    def order_is_placed(self, card, days):
        """Most orders have a card, announced debits, and reach their dues."""
        if card:
            self.customer_saves_a_card(card, comes_back=True)
        if days:
            for now in (FIRST_CHARGE_AT - timedelta(days=days), FIRST_CHARGE_AT):
                self.now = max(now, PLACED_AT)
                announce_debits(self.now)
            self.now = max(self.now, FIRST_CHARGE_AT + timedelta(days=days - 14))
            self.stripe.move(self.now)
            announce_debits(self.now)

    # What happens

    @rule(hours=st.sampled_from([1, 12, 24, 24, 72, 24 * 8]))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)
        self.stripe.move(self.now)

    @rule()
    def the_end_of_the_period_comes(self):
        if self.now < FIRST_CHARGE_AT:
            self.now = FIRST_CHARGE_AT
            self.stripe.move(self.now)

    @rule(job=st.sampled_from(JOBS))
    def job_runs(self, job):
        self.run(job)

    @rule()
    def every_job_runs(self):
        for job in JOBS:
            self.run(job)

    def run(self, job):
        with suppress(GatewayError):
            job(self.now)

    @rule(outcome=st.sampled_from(OUTCOMES))
    def bank_will_answer(self, outcome):
        self.stripe.outcome(outcome)

    @rule(fault=st.sampled_from(CALL_FAULTS), path=st.sampled_from(MONEY_PATHS))
    def network_will_fail(self, fault, path):
        self.stripe.fault(fault, path)

    @rule(card=st.sampled_from(CARDS), comes_back=st.booleans())
    def customer_saves_a_card(self, card, comes_back):
        if not Due.objects.filter(order=self.order).unpaid().exists():
            return
        self.order.refresh_from_db()
        text = text_for(self.order, creditor="LEXOM", address="a@lexom.example", now=self.now)
        with suppress(PaymentUnavailable, GatewayError):
            url = start_card_setup(order=self.order, text=text, facts=FACTS, now=self.now)
            self.stripe.type_card(url, card)
            if comes_back:
                mandate = PaymentMandate.objects.filter(session_url=url).first()
                if mandate and mandate.session_id:
                    sync_setup(mandate.session_id, self.now)

    @rule(places=st.lists(st.integers(0, 999), max_size=6))
    def events_arrive(self, places):
        """Any of those that exist, in any order, some again."""
        events = self.stripe.events()
        for event in [events[place % len(events)] for place in places if events]:
            answer = post_event(self.client, event)
            assert answer.status_code in (200, 503), event.type

    @rule(position=st.integers(1, 3))
    def process_dies_before_its_call(self, position):
        with suppress(ChargeTooEarly):
            charging.claim(self.due(position).pk, self.now)

    @rule(position=st.integers(1, 3))
    def process_dies_after_its_call(self, position):
        with suppress(ChargeTooEarly, GatewayError):
            attempt = charging.claim(self.due(position).pk, self.now)
            if attempt:
                gateway.charge_card(
                    amount=attempt.amount,
                    customer=charging.stripe_customer(self.order),
                    payment_method_id=attempt.payment_method_id,
                    reference=self.order.reference,
                    key=attempt.idempotency_key,
                    not_before=attempt.due.not_before,
                    now=self.now,
                )

    @rule(position=st.integers(1, 3), accepts=st.booleans(), comes_back=st.booleans())
    def customer_confirms_the_same_card(self, position, accepts, comes_back):
        due = self.due(position)
        with suppress(PaymentUnavailable, GatewayError):
            recovery.confirm_same_card(due=due, now=self.now)
            attempt = recovery.waiting_attempt(due)
            if attempt and (url := recovery.bank_page(attempt)):
                (self.stripe.accept if accepts else self.stripe.refuse)(url)
                if comes_back:
                    recovery.refresh(due, self.now)

    @rule(
        position=st.integers(1, 3),
        card=st.sampled_from(CARDS),
        keeps=st.booleans(),
        pays=st.booleans(),
        comes_back=st.booleans(),
    )
    def customer_pays_with_another_card(self, position, card, keeps, pays, comes_back):
        due = self.due(position)
        agreement = None
        others = Due.objects.filter(order=self.order).unpaid().exclude(pk=due.pk)
        if keeps and others.exists():
            text = text_for(
                self.order, creditor="LEXOM", address="a@x.fr", now=self.now, except_due=due
            )
            agreement = recovery.Agreement(text, FACTS)
        with suppress(PaymentUnavailable, GatewayError, ChargeTooEarly):
            url = recovery.pay_with_other_card(due=due, agreement=agreement, now=self.now)
            if pays:
                self.stripe.type_card(url, card)
            if comes_back:
                recovery.refresh(due, self.now)

    @rule(amount=st.sampled_from([Decimal("10.00"), Decimal("400.00"), None]))
    def staff_gives_money_back(self, amount):
        with suppress(RefundRefused):
            refund_contract(
                contract=self.order, actor="équipe", reason="Geste", due_by=None, now=self.now, amount=amount
            )  # fmt: skip

    @rule(chance=st.integers(0, 5))
    def customer_withdraws(self, chance):
        """As the order's own action does: one transaction, then the money that had come."""
        if chance:
            return
        with transaction.atomic():
            order = Order.objects.select_for_update().get(pk=self.order.pk)
            if order.state != OrderState.ACTIVE:
                return
            order.state = OrderState.WITHDRAWN.value
            order.save()
            stop_charging(order=order, actor="client", reason="rétractation", now=self.now)
            refund_contract(
                contract=order, actor="LEXOM", reason="rétractation", due_by=None, now=self.now
            )
        self.order.refresh_from_db()

    @rule(chance=st.integers(0, 3))
    def bank_disputes_a_charge(self, chance):
        paid = Attempt.objects.filter(state="succeeded").first()
        if chance or paid is None:
            return
        charge = paid.charge_id
        if not self.stripe.api.charges.retrieve(charge).disputed:
            self.stripe.server.control("disputes", charge=charge)

    # What must hold at every instant

    @invariant()
    def nothing_is_asked_early(self):
        if self.now < FIRST_CHARGE_AT:
            assert not self.stripe.requests("/v1/payment_intents")
            assert not Attempt.objects.exists()

    @invariant()
    def nobody_pays_twice(self):
        dues = Counter(charge.metadata.attempt.rpartition("-try-")[0] for charge in self.paid())
        assert max(dues.values(), default=1) == 1

    @invariant()
    def no_success_is_forgotten(self):
        now = set(Attempt.objects.filter(state="succeeded").values_list("pk", flat=True))
        assert now >= self.successes
        self.successes = now

    def paid(self):
        return self.stripe.charges()

    def due(self, position):
        return Due.objects.select_related("order").get(order=self.order, position=position)

    # When the noise stops

    def calm_down(self):
        self.stripe.server.control("faults/clear")
        for _ in range(4):
            self.now += timedelta(hours=25)
            self.stripe.move(self.now)
            for job in JOBS:
                job(self.now)

    def check_end(self):
        paid = {charge.metadata.attempt: charge.amount for charge in self.paid()}
        ours = {
            attempt.idempotency_key: int(attempt.amount * 100)
            for attempt in Attempt.objects.filter(state=AttemptState.SUCCEEDED)
        }
        assert ours == paid
        assert not Attempt.objects.filter(state=AttemptState.SENDING).exists()
        assert mails("payment_receipt").count() == len(paid)
        given_back = sum(
            int(refund.amount * 100) for refund in Refund.objects.exclude(state="failed")
        )
        disputed = Attempt.objects.exclude(dispute_state="").exists()
        if not disputed:
            assert given_back == self.stripe.given_back()
        assert list(payment_faults()) == []
        assert list(ledger_faults()) == []
        self.check_ended_order(disputed)
        assert not StripeEvent.objects.filter(processed_at__isnull=True).exists()

    def check_ended_order(self, disputed):
        order = Order.objects.get(pk=self.order.pk)
        if order.state != OrderState.WITHDRAWN:
            return
        assert not Attempt.objects.filter(state__in=["sending", "needs_customer"]).exists()
        assert not PaymentMandate.objects.filter(state="active").exists()
        assert not PaymentMandate.objects.filter(detach_due=True).exists()
        if not disputed:
            assert self.stripe.charged() == self.stripe.given_back()


def test_any_history_ends_right(standin, home, impatient):
    run_state_machine_as_test(
        lambda: History(standin),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
