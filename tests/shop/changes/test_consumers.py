"""A consumer cancels: stored at once, decided by a person, never above what the law allows."""

from datetime import timedelta
from decimal import Decimal

import pytest

from mail.models import OutgoingMessage
from shop.changes.actions import (
    ChangeRefused,
    decide_request,
    preview,
    record_in_writing,
    set_aside,
)
from shop.changes.integrity import change_faults
from shop.changes.invoicing import invoice_outcome
from shop.changes.rules import Cause
from shop.invoices.actions import credit_payment, invoice_payment
from shop.invoices.models import Invoice
from shop.models import Due, Refund, WrittenRequest
from shop.payments.transfers import kept_transfers, record_transfer_back
from shop.withdrawal.models import DeclarationChannel
from tests.factories.orders import paris
from tests.shop.changes.conftest import ask_now, said_of_invoices, wanted
from tests.shop.invoices.conftest import pay

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def order(paid_order):
    return paid_order


def ask_for(order, now, **changes):
    return ask_now(order, now, heads=1, **changes)


def decide(asked, now, amount, cause=Cause.CLIENT, **changes):
    return decide_request(
        request_id=asked.pk, cause=cause, amount=D(amount), text="Voici notre réponse.",
        actor="Équipe", now=now, **changes,
    )  # fmt: skip


def test_request_is_stored_acknowledged_and_decided_by_nobody_yet(order, before_start):
    now = before_start(order, 10)
    quoted = preview(order, wanted(heads=1), now)
    assert (quoted.due, quoted.is_automatic) == (D("356.40"), False)
    asked = ask_for(order, now)
    order.refresh_from_db()
    assert (asked.is_settled, order.is_active) == (False, True)
    assert order.charging_stopped_at == now  # nothing is debited while somebody decides
    templates = OutgoingMessage.objects.order_by("pk").values_list("template", flat=True)
    assert list(templates) == ["written_request", "written_request_announcement"]


@pytest.mark.parametrize("amount", ["356.40", "100.00", "0.00"])
def test_law_3_1_staff_keep_at_most_the_deposit(order, before_start, amount):
    now = before_start(order, 10)
    asked = ask_for(order, now)
    with pytest.raises(ChangeRefused, match="plafond"):
        decide(asked, now, "356.41")
    outcome = decide(asked, now, amount)
    order.refresh_from_db()
    assert (order.state, outcome.owed) == ("cancelled", D(0))
    assert not Due.objects.of(order).unpaid().exists()
    assert sum(r.amount for r in Refund.objects.all()) == D("356.40") - D(amount)
    assert list(change_faults()) == []


def test_part_that_is_kept_is_invoiced_as_an_indemnity_and_the_rest_credited(order, before_start):
    now = before_start(order, 10)
    outcome = decide(ask_for(order, now), now, "100.00")
    final = invoice_outcome(outcome_id=outcome.pk, now=now)
    refunded = Refund.objects.get().attempt
    credit = credit_payment(attempt_id=refunded.pk, now=now)
    assert (credit.incl_vat, final.incl_vat, final.vat) == (D("256.40"), D("100.00"), D(0))
    assert final.payable == D(0)
    assert said_of_invoices() == []
    # A gesture that comes later corrects what the deposit became.
    Refund.objects.create(
        attempt=refunded, amount=D("40.00"), idempotency_key="geste", created_at=now
    )
    gesture = credit_payment(attempt_id=refunded.pk, now=now)
    assert (gesture.corrects, gesture.incl_vat) == (final, D("40.00"))
    assert said_of_invoices() == []


def test_law_t_07_delivered_hours_only_are_invoiced_as_training(order, before_start):
    now = before_start(order, -1)
    asked = ask_for(order, now, cause=Cause.FORCE_MAJEURE, text="Hospitalisation")
    outcome = decide(asked, now, "594.00", Cause.FORCE_MAJEURE)
    assert (outcome.training, outcome.kept, outcome.owed) == (D("594.00"), D("356.40"), D("237.60"))
    final = invoice_outcome(outcome_id=outcome.pk, now=now)
    assert [line.nature.value for line in final.facts.lines] == ["training"]
    assert (final.incl_vat, final.payable) == (D("594.00"), D("237.60"))
    due = Due.objects.of(order).get(kind="indemnity")
    assert list(Due.objects.payable(now)) == [due]
    paid = pay(due, now)
    assert invoice_payment(attempt_id=paid.pk, now=now) == final


def test_staff_may_know_better_how_many_hours_were_given(order, before_start):
    now = before_start(order, -1)
    asked = ask_for(order, now, cause=Cause.LEGITIMATE, text="Mutation")
    with pytest.raises(ChangeRefused, match="plafond"):
        decide(asked, now, "297.01", Cause.LEGITIMATE, delivered=D("3.5"))
    assert decide(asked, now, "297.00", Cause.LEGITIMATE, delivered=D("3.5")).refund == D("59.40")


def test_law_w_01_who_may_withdraw_is_led_there_instead(order, time_machine):
    now = paris(order.withdrawal_last_day, 23)
    time_machine.move_to(now, tick=False)
    with pytest.raises(ChangeRefused, match="gratuit"):
        preview(order, wanted(heads=1), now)


def test_letter_sent_within_the_period_is_a_withdrawal(order, before_start):
    now = before_start(order, 10)
    facts = {
        "contract": order, "wanted": wanted(heads=1), "channel": DeclarationChannel.POST,
        "actor": "Équipe", "now": now,
    }  # fmt: skip
    early = paris(order.withdrawal_last_day)
    with pytest.raises(ChangeRefused, match="renoncez"):
        record_in_writing(**facts, sent_at=early, received_at=now)
    with pytest.raises(ChangeRefused, match="envoyée"):
        record_in_writing(**facts, sent_at=now, received_at=now - timedelta(days=1))
    with pytest.raises(ChangeRefused, match="écrite"):
        record_in_writing(
            **facts | {"channel": DeclarationChannel.PHONE}, sent_at=now, received_at=now
        )
    late = now - timedelta(days=1)
    first = record_in_writing(**facts, sent_at=late, received_at=now)
    assert record_in_writing(**facts, sent_at=late, received_at=now) == first
    assert (first.shown, first.recorded_by) == ({}, "Équipe")


def test_law_3_1_hours_given_after_the_letter_left_are_not_owed(order, before_start):
    now = before_start(order, -1)
    asked = record_in_writing(
        contract=order, wanted=wanted(heads=1, cause=Cause.FORCE_MAJEURE), actor="Équipe", now=now,
        channel=DeclarationChannel.POST, sent_at=now - timedelta(days=3), received_at=now,
    )  # fmt: skip
    with pytest.raises(ChangeRefused, match="plafond"):
        decide(asked, now, "0.01", Cause.FORCE_MAJEURE)


def test_request_set_aside_leaves_the_order_as_it_was(order, before_start):
    now = before_start(order, 10)
    outcome = set_aside(request_id=ask_for(order, now).pk, text="Retirée.", actor="É", now=now)
    order.refresh_from_db()
    assert (outcome.applied, outcome.due, order.is_active) == (False, D(0), True)


def test_transfer_that_was_kept_is_sent_back_in_part(order, before_start):
    order.dues.get(position=1).attempts.update(channel="transfer")
    now = before_start(order, 10)
    asked = ask_for(order, now)
    decide(asked, now, "300.00")
    (sent_back,) = kept_transfers()
    assert sent_back.due.give_back == D("56.40")
    record_transfer_back(
        attempt=sent_back, sent_on=now.date(), reference="VIR", actor="Équipe", now=now
    )
    assert Refund.objects.get().amount == D("56.40")
    assert not kept_transfers().exists()


def test_order_that_ended_has_nothing_to_cancel(order, before_start):
    now = before_start(order, 10)
    decide(ask_for(order, now), now, "0.00")
    order.refresh_from_db()
    with pytest.raises(ChangeRefused, match="annulée"):
        preview(order, wanted(heads=1), now)
    assert WrittenRequest.objects.count() == 1
    assert not Invoice.objects.filter(kind="final").exists()
