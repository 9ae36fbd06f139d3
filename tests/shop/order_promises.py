"""What must be true of every order after every step (invariants I1 to I6), and at rest (I6, I8)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import Model, Sum
from django.utils import timezone

from base.events import Event, chain_faults
from base.integrity import faults
from courses.models import CourseSession, WaitingEntry
from documents.issued import documents_of
from mail.models import OutgoingMessage
from shop.models import (
    Attempt,
    ChargeFreeze,
    Due,
    Order,
    PaymentMandate,
    Refund,
    StripeEvent,
    WithdrawalDeclaration,
    WithdrawalMatch,
)
from shop.orders.confirmation import CONTRACT_KIND
from shop.orders.rules import OrderState
from tests.shop.order_world import World

ASKING_MAILS = (
    "payment_link", "payment_needs_customer", "payment_needs_card", "payment_reminder",
)  # fmt: skip
FAR = timedelta(days=4000)
ROWS: tuple[type[Model], ...] = (
    Order, Due, Attempt, Refund, PaymentMandate, StripeEvent, WithdrawalDeclaration,
    WithdrawalMatch, ChargeFreeze, CourseSession, WaitingEntry, OutgoingMessage, Event,
)  # fmt: skip


@dataclass
class Promises:
    """Remembers what was seen, and what customers declared."""

    world: World
    requests_seen: int = 0
    successes: set[int] = field(default_factory=set)
    signed: dict[int, tuple[str, str]] = field(default_factory=dict)
    contracts: dict[int, bytes] = field(default_factory=dict)
    declared: dict[int, dict[str, Any]] = field(default_factory=dict)
    ended: dict[int, datetime] = field(default_factory=dict)  # order: LEXOM informed

    def check(self) -> None:
        self.nothing_is_asked_early()
        self.nobody_pays_twice()
        self.no_success_is_forgotten()
        self.seats_are_those_of_orders_and_offers()
        self.declarations_are_kept_word_for_word()
        for key, informed_at in self.ended.items():
            self.order_is_over(Order.objects.get(pk=key), informed_at)
        self.frozen_orders_are_left_alone()
        self.papers_are_as_signed()
        assert list(chain_faults()) == []
        assert list(faults()) == []

    # I1

    def nothing_is_asked_early(self) -> None:
        requests = self.world.stripe.requests()
        for request in requests[self.requests_seen :]:
            if reference := asks_for_money(request):
                order = Order.objects.get(reference=reference)
                assert order.first_charge_at, reference
                assert order.first_charge_at <= self.world.now, reference
        self.requests_seen = len(requests)
        for message in OutgoingMessage.objects.filter(template__in=ASKING_MAILS):
            order = Order.objects.get(pk=message.owner_id)
            assert order.first_charge_at, message
            assert order.first_charge_at <= message.queued_at, message

    # I2

    def nobody_pays_twice(self) -> None:
        charges = [charge for charge in self.world.stripe.truth("charge") if charge["paid"]]
        dues = Counter(charge["metadata"]["attempt"].rpartition("-try-")[0] for charge in charges)
        assert max(dues.values(), default=1) == 1
        for attempt in Attempt.objects.filter(refunds__isnull=False).distinct():
            assert given_back(attempt) <= attempt.amount

    def no_success_is_forgotten(self) -> None:
        paid = set(Attempt.objects.filter(state="succeeded").values_list("pk", flat=True))
        assert paid >= self.successes
        self.successes = paid

    # I3

    def seats_are_those_of_orders_and_offers(self) -> None:
        for session in CourseSession.objects.all():
            held = WaitingEntry.objects.offered().filter(session=session)
            places = held.aggregate(total=Sum("places"))["total"] or 0
            assert session.seats_taken == session.orders.active().count() + places
            assert session.seats_taken <= session.capacity

    # I4

    def declarations_are_kept_word_for_word(self) -> None:
        kept = WithdrawalDeclaration.objects.values("pk", *next(iter(self.declared.values()), {}))
        assert {row.pop("pk"): row for row in kept} == self.declared

    def order_is_over(self, order: Order, informed_at: datetime) -> None:
        assert order.state == OrderState.WITHDRAWN
        assert not Due.objects.filter(order=order).payable(self.world.now + FAR).exists()
        assert not Due.objects.filter(order=order).unpaid().exists()
        assert not order.mandates.filter(state="active").exists()
        last_day = timezone.localdate(informed_at) + timedelta(days=14)
        for attempt in Attempt.objects.filter(due__order=order, state="succeeded"):
            assert given_back(attempt) == attempt.amount
            for refund in attempt.refunds.exclude(state__in=["succeeded", "failed"]):
                assert refund.due_by is not None, refund
                assert refund.due_by <= last_day, refund

    def frozen_orders_are_left_alone(self) -> None:
        for freeze in ChargeFreeze.objects.all():
            during = Attempt.objects.filter(
                due__order=freeze.order_id,
                created_at__gt=freeze.created_at,
                created_at__lt=freeze.lifted_at or self.world.now + FAR,
            )
            assert not during.exists(), freeze

    # I5

    def papers_are_as_signed(self) -> None:
        for order in Order.objects.select_related("terms_version"):
            terms = order.terms_version
            facts = (terms.number, order.terms_sha256)
            assert self.signed.setdefault(order.pk, facts) == facts
            assert sha256(terms.pdf.content()).hexdigest() == order.terms_sha256
            for contract in documents_of(order).filter(kind=CONTRACT_KIND):
                content = contract.content()
                assert self.contracts.setdefault(order.pk, content) == content
        assert set(self.signed) == set(Order.objects.values_list("pk", flat=True))

    # I8

    def money_that_moved_is_known(self) -> None:
        """A row of ours says so already, or is one that will be read again."""
        paid, given = self.paid_at_stripe(), self.given_back_at_stripe()
        attempts = {attempt.idempotency_key: attempt for attempt in Attempt.objects.all()}
        assert set(paid) <= set(attempts)
        for key, attempt in attempts.items():
            assert attempt.is_live or (attempt.state == "succeeded") == (key in paid), attempt
            assert paid.get(key, cents(attempt)) == cents(attempt), attempt
        refunds = {refund.idempotency_key: refund for refund in Refund.objects.all()}
        assert set(given) <= set(refunds)
        for key, refund in refunds.items():
            assert refund.state == "sending" or (refund.state == "failed") != (key in given), refund
            assert given.get(key, cents(refund)) == cents(refund), refund

    def paid_at_stripe(self) -> dict[str, int]:
        """Cents by the key of the attempt."""
        charges = [charge for charge in self.world.stripe.truth("charge") if charge["paid"]]
        return {charge["metadata"]["attempt"]: charge["amount"] for charge in charges}

    def given_back_at_stripe(self) -> dict[str, int]:
        """Cents by the key of the refund."""
        refunds = self.world.stripe.truth("refund")
        return {
            refund["metadata"]["refund"]: refund["amount"]
            for refund in refunds
            if refund["status"] in ("pending", "succeeded")
        }

    # At rest

    def rows_are_those_of_stripe(self) -> None:
        paid = self.paid_at_stripe()
        ours = Attempt.objects.filter(state="succeeded")
        assert {attempt.idempotency_key: cents(attempt) for attempt in ours} == paid
        assert not Attempt.objects.filter(state="sending").exists()
        assert not Refund.objects.filter(state="sending").exists()
        assert not StripeEvent.objects.filter(processed_at__isnull=True).exists()
        refunds = Refund.objects.exclude(state="failed")
        given = self.given_back_at_stripe()
        assert {refund.idempotency_key: cents(refund) for refund in refunds} == given
        assert OutgoingMessage.objects.filter(template="payment_receipt").count() == len(paid)
        for key in self.ended:
            assert not PaymentMandate.objects.filter(order=key, detach_due=True).exists()


def cents(row: Attempt | Refund) -> int:
    return int(row.amount * 100)


def asks_for_money(request: dict[str, Any]) -> str:
    """Reference of the order that a request to Stripe wants money of; empty when it wants none."""
    params = request["params"]
    wants = request["path"] == "/v1/payment_intents" or (
        request["path"] == "/v1/checkout/sessions" and params.get("mode") == "payment"
    )
    return str(params["metadata"]["order"]) if wants else ""


def given_back(attempt: Attempt) -> Decimal:
    rows = attempt.refunds.exclude(state="failed").aggregate(total=Sum("amount"))
    return rows["total"] or Decimal(0)


def snapshot() -> dict[str, list[Any]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in ROWS}
