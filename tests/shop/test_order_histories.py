"""Random histories of whole orders: customers, staff, the clock, the mail server and Stripe.

Everything is real but the bank and the mail server. Invariants I1 to I6 and I8 are read after every
step: money that moved at Stripe is known here or will be read again; and in copies of the world where
the noise stops at once, lost, doubled and reordered events lead to the same rows. ``HISTORIES=deep``
runs many longer histories (about half an hour) instead of the few of the suite.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from courses.models import WaitingEntry
from courses.sessions.seats import SeatsRefused
from courses.sessions.waiting.actions import WaitingRefused, join, leave
from legal.notices.tasks import issue_notice_document, without_document
from legal.terms.actions import Refused as TermsRefused
from mail.actions import MessageRefused, mark_bounced
from mail.rules import State
from shop.models import ChargeFreeze, Order, WithdrawalDeclaration
from shop.orders.actions import OrderRefused, end_order
from shop.orders.moving import move_order
from shop.orders.resending import confirmation_of, resend_confirmation
from shop.orders.rules import OrderState
from shop.payments.gateway_errors import GatewayError
from shop.payments.mandates import PaymentUnavailable
from shop.payments.pausing import PauseRefused
from shop.payments.refunds import RefundRefused, refund_contract
from shop.payments.rules import ChargeTooEarly
from shop.withdrawal.actions import (
    DecisionRefused,
    declare,
    lift_freeze,
    match_declaration,
    record_by_staff,
)
from shop.withdrawal.models import DeclarationChannel, MatchOutcome
from tests.factories.courses import CoursePageFactory
from tests.factories.orders import paris
from tests.factories.pages import CategoryPageFactory
from tests.factories.terms import approved, terms_text, with_pdf
from tests.shop.order_branches import Branches
from tests.shop.order_money_rules import CARDS, STAFF, WHY, MoneyRules, any_order
from tests.shop.order_promises import Promises, snapshot
from tests.shop.order_world import CAPACITIES, PEOPLE, START, World, jobs, open_sessions
from tests.shop.payments.conftest import (  # the fixtures of the stand-in serve here too
    impatient,  # noqa: F401  fixtures are used by their names
    standin,  # noqa: F401  fixtures are used by their names
    stripe_server,  # noqa: F401  fixtures are used by their names
)

pytestmark = pytest.mark.django_db

DEEP = os.environ.get("HISTORIES") == "deep"
ON_POSTGRESQL = connection.vendor == "postgresql"  # three times slower there
EXAMPLES, STEPS = (100, 50) if DEEP else (2, 15) if ON_POSTGRESQL else (5, 20)
WAITS = (timedelta(minutes=7), timedelta(hours=5), timedelta(days=1), timedelta(days=3),
         timedelta(days=9), timedelta(days=21))  # fmt: skip
REFUSALS = (
    OrderRefused, SeatsRefused, MessageRefused, RefundRefused, PauseRefused, DecisionRefused,
    ChargeTooEarly, PaymentUnavailable, WaitingRefused, TermsRefused, GatewayError,
)  # fmt: skip

any_session = st.integers(0, len(CAPACITIES) - 1)
any_person = st.sampled_from(PEOPLE)


class OrderHistory(MoneyRules, RuleBasedStateMachine):
    def __init__(self, stripe: Any, clock: Any, sessions: list[Any]) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction._from_testcase = True  # as the one that pytest-django opens
        self.transaction.__enter__()
        self.world = World(stripe, clock, sessions)
        self.promises = Promises(self.world)
        self.branches = Branches(self.world, self.promises)

    def teardown(self) -> None:
        try:
            self.noise_stops()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @property
    def now(self) -> datetime:
        return self.world.now

    def order(self, place: int) -> Order | None:
        orders = list(Order.objects.order_by("pk"))
        return orders[place % len(orders)] if orders else None

    def ask(self, act: Any) -> Any:
        """What is refused with a sentence has changed nothing, and is no fault."""
        with suppress(*REFUSALS):
            return self.world.do(act)
        return None

    # Orders

    @initialize(
        card=st.sampled_from([*CARDS, None]), days=st.sampled_from([None, -3, 0, 0, 12, 45])
    )
    def first_order_is_placed(self, card, days):
        """Most histories reach the dues of an order, announced in time."""
        self.somebody_orders(1, PEOPLE[0], card, settles=True)
        if days is not None:
            self.first_charge_comes(0, early=days < 0, runs=True)
            self.world.move_to(self.now + timedelta(days=max(days, 0)))

    @rule(
        session=any_session, person=any_person,
        card=st.sampled_from([*CARDS, None]), settles=st.sampled_from([True, True, False]),
    )  # fmt: skip
    def somebody_orders(self, session, person, card, settles):
        order = self.world.place(self.world.sessions[session], person)
        if order and card:
            self.save_card(order, card, comes_back=True)
        if settles:
            self.world.work()

    @rule(session=any_session, person=any_person)
    def somebody_waits(self, session, person):
        email = f"{person.split()[1].lower()}@exemple.fr"
        self.ask(
            lambda: join(
                session_id=self.world.sessions[session].pk,
                name=person, email=email, places=1, now=self.now,
            )
        )  # fmt: skip

    @rule(accepts=st.booleans())
    def offered_seat_is_answered(self, accepts):
        entry = WaitingEntry.objects.offered().order_by("pk").first()
        if entry and accepts:
            self.world.place(entry.session, entry.name, entry.token)
        elif entry:
            self.ask(lambda: leave(token=entry.token, now=self.now))

    @rule(place=any_order)
    def confirmation_comes_back(self, place):
        """Before anything could be charged: notices of failure take days, not weeks."""
        order = self.order(place)
        message = confirmation_of(order) if order else None
        early = order and order.first_charge_at and self.now < order.first_charge_at
        if early and message and message.state == State.ACCEPTED:
            self.ask(lambda: mark_bounced(message=message, reason="550 inconnu", actor="avis"))

    @rule(place=any_order, corrected=st.booleans())
    def staff_sends_the_confirmation_again(self, place, corrected):
        if order := self.order(place):
            address = f"autre-{order.pk}@exemple.fr" if corrected else order.email
            form_key = uuid4().hex
            self.ask(
                lambda: resend_confirmation(
                    order=order, address=address, form_key=form_key, actor=STAFF, now=self.now
                )
            )

    @rule(place=any_order, session=any_session)
    def staff_moves_the_order(self, place, session):
        if order := self.order(place):
            target = self.world.sessions[session].pk
            self.ask(
                lambda: move_order(
                    order=order, session_id=target, actor=STAFF, reason=WHY, now=self.now
                )
            )

    @rule(place=any_order, chance=st.integers(0, 2))
    def lexom_cancels_the_order(self, place, chance):
        order = self.order(place)
        if order and not chance:
            self.ask(lambda: self.cancel(order))

    @transaction.atomic
    def cancel(self, order):
        end = OrderState.CANCELLED
        end_order(order=order, state=end, actor=STAFF, reason="session annulée", now=self.now)
        refund_contract(contract=order, actor=STAFF, reason=WHY, due_by=None, now=self.now)

    @rule(chance=st.integers(0, 2))
    def terms_change(self, chance):
        if not chance:
            self.ask(self.approve_terms)

    @transaction.atomic
    def approve_terms(self):
        text = terms_text(f"<p>Version du {timezone.localdate()}.</p>")
        with_pdf(approved(text, starts_in=1), f"%PDF-1.7 {uuid4().hex}".encode())

    # Time and processes

    @rule(wait=st.sampled_from(WAITS))
    def time_passes(self, wait):
        self.world.move_to(self.now + wait)

    @rule(place=any_order, early=st.booleans(), runs=st.booleans())
    def first_charge_comes(self, place, early, runs):
        order = self.order(place)
        first = order and order.first_charge_at
        if first and self.now < first - timedelta(days=3):
            self.world.move_to(first - timedelta(days=3))
            self.world.run_jobs()
        if first and self.now < first:
            self.world.move_to(first - timedelta(microseconds=1) if early else first)
            if runs:
                self.world.run_jobs()

    @rule(place=st.integers(0, 99))
    def job_runs(self, place):
        known = jobs()
        self.world.run(known[place % len(known)])

    @rule(twice=st.booleans())
    def every_job_runs(self, twice):
        self.world.run_jobs()
        if twice:
            self.world.run_jobs()

    @rule()
    def worker_does_what_waits(self):
        self.world.work()

    @rule(at=st.integers(1, 40))
    def next_process_will_die(self, at):
        self.world.dies_at = at

    # Withdrawal

    @rule(place=any_order, by_link=st.booleans(), twice=st.booleans())
    def customer_withdraws(self, place, by_link, twice):
        if order := self.order(place):
            contract = "ma formation" if by_link else f"Commande {order.reference}"
            token = order.token if by_link else ""
            declaration = self.declare(order, contract, token)
            self.expect(declaration, order, self.in_time(order, self.now))
            if twice:
                assert self.declare(order, contract, token, declaration.form_key) == declaration
                self.declare(order, contract, token)

    @rule(place=any_order)
    def customer_withdraws_with_a_misspelt_reference(self, place):
        if order := self.order(place):
            declaration = self.declare(order, "ma commande LX-ZZZZ-ZZZZ")
            held = ChargeFreeze.objects.standing().filter(declaration=declaration, order=order)
            assert held.exists() == order.is_active

    def declare(self, order, contract, token="", form_key=""):
        typed = {"name": order.full_name, "email": order.email, "contract": contract}
        key = form_key or uuid4().hex
        declaration = self.world.do(
            lambda: declare(
                **typed,
                comment="Merci.",
                form_key=key,
                now=self.now,
                order_token=token,
                ip="192.0.2.7",
            )
        )
        self.remember(declaration, typed, self.now)
        return declaration

    @rule(place=any_order, days=st.sampled_from([-9, -1, 0, 0, 1]))
    def letter_arrives(self, place, days):
        """Posted so many days after the last one of the period, perhaps long ago."""
        order = self.order(place)
        if order is None:
            return
        sent_on = (order.withdrawal_last_day or timezone.localdate()) + timedelta(days=days)
        sent_at = max(paris(sent_on), order.placed_at)
        if sent_at > self.now:
            return
        typed = {"name": order.full_name, "email": "", "contract": order.reference}
        in_time = self.in_time(order, sent_at)
        declaration = self.world.do(
            lambda: record_by_staff(
                **typed, channel=DeclarationChannel.POST, sent_at=sent_at, received_at=self.now,
                actor=STAFF, comment="Merci.",
            )
        )  # fmt: skip
        self.remember(declaration, typed, sent_at)
        self.expect(declaration, order, in_time)

    def in_time(self, order, sent_at):
        last_day = order.withdrawal_last_day
        return last_day is None or timezone.localdate(sent_at) <= last_day

    def remember(self, declaration, typed, sent_at):
        sent = {"sent_at": sent_at, "received_at": self.now, "comment": "Merci."}
        self.promises.declared.setdefault(declaration.pk, typed | sent)

    def expect(self, declaration, order, ends):
        """An order that another declaration has ended keeps the earlier date."""
        if ends:
            self.promises.ended.setdefault(order.pk, declaration.received_at)
        elif order.pk not in self.promises.ended:
            assert Order.objects.get(pk=order.pk).state == order.state

    @rule(place=st.integers(0, 9), accepts=st.booleans())
    def staff_decides_about_a_declaration(self, place, accepts):
        waiting = list(WithdrawalDeclaration.objects.undecided().order_by("pk"))
        order = self.order(place)
        if not waiting or order is None:
            return
        declaration = waiting[place % len(waiting)]
        outcome = MatchOutcome.ACCEPTED if accepts else MatchOutcome.REFUSED
        match = self.ask(
            lambda: match_declaration(
                declaration=declaration, order=order, outcome=outcome, actor=STAFF, reason=WHY,
                now=self.now,
            )
        )  # fmt: skip
        if match and match.outcome == MatchOutcome.ACCEPTED:
            self.promises.ended.setdefault(order.pk, declaration.received_at)

    @rule()
    def staff_lifts_a_freeze(self):
        freeze = ChargeFreeze.objects.standing().order_by("pk").first()
        if freeze:
            self.ask(lambda: lift_freeze(freeze=freeze, actor=STAFF, reason=WHY, now=self.now))

    # What must hold

    @invariant()
    def every_promise_is_kept(self):
        self.promises.check()

    @invariant()
    def money_that_moved_is_known(self):
        self.promises.money_that_moved_is_known()

    @invariant()
    def lost_doubled_or_reordered_events_end_the_same(self):
        self.branches.check()

    def noise_stops(self):
        self.world.stripe.server.control("faults/clear")
        self.world.dies_at = 0
        for _ in range(4):
            self.world.move_to(self.now + timedelta(hours=25))
            self.world.run_jobs()
            self.world.work()
        self.promises.check()
        self.promises.rows_are_those_of_stripe()
        # What the last hour paid has a card to detach, and Stripe tells of it afterwards.
        self.world.run_jobs()
        self.world.work()
        before = snapshot()
        self.world.run_jobs()
        self.world.work()
        assert snapshot() == before


@pytest.fixture
def clock(time_machine):
    """Set before the shop is made: its texts are in force from that day."""
    time_machine.move_to(START, tick=False)
    return time_machine


def test_any_history_of_orders_keeps_every_promise(clock, request):
    shop, stripe = request.getfixturevalue("shop"), request.getfixturevalue("standin")
    request.getfixturevalue("impatient")
    course = CoursePageFactory(parent=CategoryPageFactory(parent=shop), complete=True)
    sessions = open_sessions(course)
    for key in without_document():
        issue_notice_document.func(key)
    run_state_machine_as_test(
        lambda: OrderHistory(stripe, clock, sessions),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
