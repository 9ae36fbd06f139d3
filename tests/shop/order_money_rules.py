"""Cards, banks, the network, the events of Stripe, and the money that staff hold or give back."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import rule

from shop.backoffice.refunds import refund_as_seen, refundable_by_card
from shop.models import Due, PaymentMandate
from shop.payments import recovery
from shop.payments.disputes import resume_charging
from shop.payments.mandates import start_card_setup, sync_setup, text_for
from shop.payments.pausing import pause_charging
from shop.payments.refunds import refunded_amount
from tests.shop.payments.conftest import ASKS_EACH_TIME, FACTS, NO_FUNDS_LATER, VISA, post_event

STAFF, WHY = "équipe", "à la demande du client"
CARDS = (VISA, VISA, ASKS_EACH_TIME, NO_FUNDS_LATER)
OUTCOMES = ("insufficient_funds", "authentication_required", "lost_card", "processing_error")
CALL_FAULTS = ("lost_answer", "error_before", "error_after", "conflict")
MONEY_PATHS = ("payment_intents", "refunds", "checkout", "confirm", "cancel")
any_order = st.integers(0, 9)
any_due = st.integers(1, 3)


class MoneyRules:
    """Of a state machine that has a ``world``, ``order(place)`` and ``ask(act)``."""

    @rule(outcome=st.sampled_from(OUTCOMES))
    def bank_will_refuse(self, outcome):
        self.world.stripe.outcome(outcome)

    @rule(fault=st.sampled_from(CALL_FAULTS), path=st.sampled_from(MONEY_PATHS))
    def network_will_fail(self, fault, path):
        self.world.stripe.fault(fault, path)

    @rule(places=st.lists(st.integers(0, 999), max_size=8))
    def events_arrive(self, places):
        """Any of those that exist, in any order, some again."""
        events = self.world.stripe.events()
        for event in [events[place % len(events)] for place in places if events]:
            answer = self.world.do(lambda event=event: post_event(self.world.client, event))
            assert answer.status_code in (200, 503), event.type
            if answer.status_code == 200:
                self.branches.delivered.append(event)

    @rule(place=any_order, card=st.sampled_from(CARDS), comes_back=st.booleans())
    def customer_saves_a_card(self, place, card, comes_back):
        order = self.order(place)
        if order and Due.objects.filter(order=order).unpaid().exists():
            self.save_card(order, card, comes_back=comes_back)

    def save_card(self, order, card, *, comes_back):
        text = text_for(order, creditor="LEXOM", address="a@lexom.example", now=self.now)
        url = self.ask(lambda: start_card_setup(order=order, text=text, facts=FACTS, now=self.now))
        if not url:
            return
        self.world.stripe.type_card(url, card)
        mandate = PaymentMandate.objects.filter(session_url=url).first()
        if comes_back and mandate:
            self.ask(lambda: sync_setup(mandate.session_id, self.now))

    @rule(
        place=any_order, position=any_due, card=st.sampled_from(CARDS),
        pays=st.booleans(), comes_back=st.booleans(),
    )  # fmt: skip
    def customer_pays_by_the_link(self, place, position, card, pays, comes_back):
        if due := self.due(place, position):
            url = self.ask(
                lambda: recovery.pay_with_other_card(due=due, agreement=None, now=self.now)
            )
            if url and pays:
                self.world.stripe.type_card(url, card)
            if comes_back:
                self.ask(lambda: recovery.refresh(due, self.now))

    @rule(place=any_order, position=any_due, accepts=st.booleans())
    def customer_confirms_at_the_bank(self, place, position, accepts):
        due = self.due(place, position)
        if due and self.ask(lambda: recovery.confirm_same_card(due=due, now=self.now)):
            attempt = recovery.waiting_attempt(due)
            url = self.ask(lambda: recovery.bank_page(attempt)) if attempt else ""
            if url:
                (self.world.stripe.accept if accepts else self.world.stripe.refuse)(url)

    def due(self, place, position):
        dues = Due.objects.select_related("order").filter(order=self.order(place))
        return dues.filter(position=position).first()

    @rule(place=any_order, amount=st.sampled_from([Decimal("10.00"), Decimal("300.00"), None]))
    def staff_gives_money_back(self, place, amount):
        if order := self.order(place):
            wanted, seen = amount or refundable_by_card(order), refunded_amount(order)
            self.ask(
                lambda: refund_as_seen(
                    order=order, amount=wanted, seen=seen, actor=STAFF, reason=WHY, now=self.now
                )
            )

    @rule(place=any_order)
    def staff_stops_the_charges(self, place):
        if order := self.order(place):
            self.ask(lambda: pause_charging(order=order, actor=STAFF, reason=WHY, now=self.now))

    @rule(place=any_order)
    def staff_resumes_the_charges(self, place):
        if order := self.order(place):
            self.ask(lambda: resume_charging(order=order, actor=STAFF, reason=WHY, now=self.now))
