"""Whoever writes that money moved writes it in the ledger, once (law.md I-11)."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction

import pytest

from base.append_only import Immutable
from shop.invoices.ledger.actions import write_dispute, write_payment, write_returned_refund
from shop.invoices.ledger.integrity import ledger_faults
from shop.invoices.ledger.rules import GENESIS
from shop.models import Attempt, LedgerEntry, LedgerHead, Refund
from shop.payments.charging import charge_due
from shop.payments.disputes import _apply
from shop.payments.refund_sending import apply_refund, send_refund
from shop.payments.refunds import refund_contract
from shop.payments.snapshots import DisputeFacts, RefundFacts
from shop.payments.syncing import sync_payment
from tests.shop.invoices.ledger.conftest import DEPOSIT, NOW, pay, send_back
from tests.shop.payments.conftest import announced, save_card, standin, stripe_server  # noqa: F401  fixtures are used by their names

pytestmark = pytest.mark.django_db


def written():
    return list(LedgerEntry.objects.values_list("number", "kind", "amount"))


@pytest.fixture
def charged(standin, order, deposit, save_card):  # noqa: F811  the imported fixture itself
    """The deposit was taken from the card."""
    save_card(order)
    announced(order)
    standin.move(NOW)
    charge_due(due_id=deposit.pk, now=NOW)
    return deposit.attempts.get()


def test_transfer_is_entered_with_what_identifies_it(order, deposit):
    attempt = pay(deposit, NOW + timedelta(days=2), received_on=date(2026, 12, 1))

    entry = LedgerEntry.objects.get()
    assert (entry.number, entry.kind, entry.amount) == (1, "payment", DEPOSIT)
    assert (entry.order_reference, entry.due_position) == (order.reference, 1)
    assert (entry.channel, entry.reference) == ("transfer", "VIR 1")
    assert (entry.vat_rate, entry.attempt) == (Decimal("0.200"), attempt)
    assert (entry.moved_on, entry.at) == (date(2026, 12, 1), NOW + timedelta(days=2))
    assert (entry.previous, entry.sha256) == (GENESIS, entry.facts.digest(GENESIS))
    assert list(ledger_faults()) == []


def test_same_transfer_again_writes_nothing(deposit):
    pay(deposit)
    pay(deposit)

    assert written() == [(1, "payment", DEPOSIT)]


def test_transfer_back_follows_in_the_chain(deposit):
    send_back(pay(deposit))

    first, second = LedgerEntry.objects.all()
    assert written() == [(1, "payment", DEPOSIT), (2, "refund", -DEPOSIT)]
    assert (second.previous, second.reference) == (first.sha256, "RET 1")
    assert list(ledger_faults()) == []


def test_charge_is_entered_once_however_often_it_is_read(charged):
    for _ in range(3):
        sync_payment(charged, NOW)

    entry = LedgerEntry.objects.get()
    assert (entry.kind, entry.amount, entry.channel) == ("payment", DEPOSIT, "off_session")
    assert entry.reference == charged.charge_id != ""
    assert entry.moved_on == date(2026, 12, 1)


@pytest.fixture
def refund(charged, order):
    (refund,) = refund_contract(
        contract=order, actor="équipe", reason="Geste", due_by=None, now=NOW
    )
    return refund


def told(refund, status):
    apply_refund(
        RefundFacts(
            refund.stripe_id or "re_1", status, refund.amount,
            refund.attempt.payment_intent_id, refund.idempotency_key,
        ),
        NOW,
    )  # fmt: skip


def test_refund_is_entered_when_it_succeeds_and_once(refund):
    told(refund, "pending")
    assert len(written()) == 1

    told(refund, "succeeded")
    told(refund, "succeeded")

    assert written()[1:] == [(2, "refund", -DEPOSIT)]
    assert LedgerEntry.objects.get(number=2).reference == "re_1"


def test_refund_that_the_bank_sends_back_is_a_line_more(refund):
    send_refund(refund.pk, NOW)
    refund.refresh_from_db()
    told(refund, "failed")
    told(refund, "failed")

    assert written()[1:] == [(2, "refund", -DEPOSIT), (3, "refund_returned", DEPOSIT)]
    assert list(ledger_faults()) == []


def test_refund_that_never_left_is_no_line(refund):
    told(refund, "pending")
    told(refund, "failed")

    assert len(written()) == 1
    assert write_returned_refund(refund=refund, now=NOW) is None


def dispute(attempt, status, name="dp_1"):
    _apply(
        DisputeFacts(
            name, status, attempt.payment_intent_id, attempt.charge_id, Decimal("300.00"), NOW
        ),
        NOW,
    )


def test_lost_dispute_takes_its_amount_and_a_late_win_gives_it_back(charged):
    for status in ("needs_response", "under_review", "lost", "lost", "won", "won"):
        dispute(charged, status)

    assert written()[1:] == [
        (2, "dispute_lost", Decimal("-300.00")),
        (3, "dispute_won", Decimal("300.00")),
    ]
    assert list(ledger_faults()) == []


def test_dispute_that_is_won_at_once_moved_nothing(charged):
    dispute(charged, "needs_response")
    dispute(charged, "won")

    assert len(written()) == 1


def test_entry_goes_with_the_transaction_that_tells_the_payment(deposit):
    def pay_then_fail():
        with transaction.atomic():
            pay(deposit)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        pay_then_fail()
    pay(deposit)

    assert (Attempt.objects.count(), written()) == (1, [(1, "payment", DEPOSIT)])
    assert LedgerHead.objects.get().number == 1


def test_instant_never_goes_back(new_order):
    first, second = new_order(), new_order()
    pay(first.dues.get(position=1), NOW + timedelta(days=3))

    pay(second.dues.get(position=1), NOW)

    early, late = LedgerEntry.objects.order_by("number").values_list("at", flat=True)
    assert early == late == NOW + timedelta(days=3)


def test_entry_is_never_changed_nor_deleted(deposit):
    pay(deposit)
    entry = LedgerEntry.objects.get()
    entry.amount = Decimal(1)

    for act in (entry.save, entry.delete, LedgerEntry.objects.all().delete):
        with pytest.raises(Immutable):
            act()


def test_database_refuses_a_fact_twice_and_a_wrong_sign(deposit):
    pay(deposit)
    entry = LedgerEntry.objects.get()
    again = {
        field.name: getattr(entry, field.name)
        for field in LedgerEntry._meta.concrete_fields
        if field.name not in ("id", "number")
    }
    for change in ({}, {"kind": "refund", "amount": Decimal(1)}, {"kind": "dispute_lost"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LedgerEntry.append(**again | change, number=2)


def test_queries_of_a_payment_in_the_ledger(deposit, django_assert_num_queries):
    """Looked for, head locked, entry, head: four; the ledger was opened before."""
    pay(deposit)
    attempt = Attempt.objects.select_related("due__order").get()
    with django_assert_num_queries(1):
        write_payment(attempt=attempt, received=DEPOSIT, now=NOW)
    other = Attempt.objects.create(
        due=deposit.order.dues.get(position=2), number=1, channel="transfer", amount=DEPOSIT,
        idempotency_key="k",
    )  # fmt: skip
    with django_assert_num_queries(4):
        write_payment(attempt=other, received=DEPOSIT, now=NOW)
    assert Refund.objects.count() == 0
    assert write_dispute(
        attempt=attempt, now=NOW,
        dispute=DisputeFacts("dp_9", "under_review", "pi", "ch", DEPOSIT, NOW),
    ) is None  # fmt: skip
