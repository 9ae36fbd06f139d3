"""What moved in a week, at Stripe and in our rows (payments.md 3.7)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from base.civil_dates import PARIS
from base.clock import registered_jobs
from base.events import events_of
from shop.models import Attempt, Refund, StripeComparison
from shop.payments.charging import charge_due
from shop.payments.comparing import compare_week, compare_weeks, settle_gaps
from shop.payments.gateway_errors import Unanswered
from shop.payments.reconciliation import read_missed_events
from shop.payments.refund_sending import send_waiting_refunds
from shop.payments.refunds import refund_contract
from shop.payments.transfers import record_transfer
from tests.factories.orders import FIRST_CHARGE_AT
from tests.shop.payments.conftest import announced

pytestmark = pytest.mark.django_db

NOW = FIRST_CHARGE_AT  # Tuesday 1 December 2026
MONDAY = date(2026, 11, 30)
TUESDAY = datetime(2026, 12, 8, 3, tzinfo=PARIS)
DEPOSIT = Decimal("356.40")


@pytest.fixture
def paid(standin, order, save_card, deposit):
    save_card(order)
    announced(order)
    standin.move(NOW)
    return charge_due(due_id=deposit.pk, now=NOW)


@pytest.fixture
def refunded(standin, paid):
    refund_contract(
        contract=paid.due.order,
        actor="équipe",
        reason="Geste",
        due_by=None,
        now=NOW,
        amount=Decimal(50),
    )
    send_waiting_refunds(NOW)
    return Refund.objects.get()


def compared():
    return compare_week(MONDAY, TUESDAY)


def told():
    """The sentences of that week, with plain spaces."""
    return [gap.replace("\xa0", " ") for gap in compared().gaps]


def elsewhere(standin, order):
    """Somebody charged the card on Stripe's own pages."""
    return standin.api.payment_intents.create(
        {
            "amount": 1234, "currency": "eur", "customer": order.stripe_customer.stripe_id,
            "payment_method": order.mandates.get().payment_method_id,
            "off_session": True, "confirm": True,
        }
    )  # fmt: skip


def test_week_that_agrees_says_so(refunded):
    week = compared()

    assert week.gaps == []
    assert (week.charged_here, week.charged_there) == (DEPOSIT, DEPOSIT)
    assert (week.refunded_here, week.refunded_there) == (Decimal(50), Decimal(50))
    assert compared() == week
    (event,) = events_of(week)
    assert (event.name, event.actor) == ("semaine conforme à Stripe", "horloge")


def test_charge_that_we_do_not_know_is_named(standin, paid):
    intent = elsewhere(standin, paid.due.order)

    assert told() == [f"Paiement {intent.id} : 12,34 € chez Stripe, inconnu chez nous."]
    week = StripeComparison.objects.get()
    assert week.charged_there - week.charged_here == Decimal("12.34")
    assert [event.name for event in events_of(week)] == ["écart avec Stripe"]


def test_payment_that_stripe_does_not_know_is_named(paid):
    paid.payment_intent_id = "pi_nowhere"
    paid.save()
    charged = told()

    reference = paid.due.order.reference
    assert f"Paiement pi_nowhere : 356,40 € chez nous, absent chez Stripe ({reference})." in charged
    assert len(charged) == 2  # the real one is then unknown to us


def test_payment_without_any_intent_is_named_by_its_key(paid):
    paid.payment_intent_id = None
    paid.save()

    assert any(paid.idempotency_key in gap for gap in compared().gaps)


def test_other_amount_is_named(paid):
    Attempt.objects.update(amount=Decimal("300.00"))

    (gap,) = told()

    assert "356,40 € chez Stripe, 300,00 € chez nous (" in gap


def test_charge_that_we_hold_for_refused_is_named(paid):
    Attempt.objects.update(state="failed")

    (gap,) = told()

    assert "inconnu chez nous (" in gap


def test_refunds_are_compared_too(standin, paid, refunded):
    extra = standin.api.refunds.create({"payment_intent": paid.payment_intent_id, "amount": 700})
    Refund.objects.update(amount=Decimal(60))

    ours = f"({paid.due.order.reference})"
    assert set(told()) == {
        f"Remboursement {refunded.stripe_id} : 50,00 € chez Stripe, 60,00 € chez nous {ours}.",
        f"Remboursement {extra.id} : 7,00 € chez Stripe, inconnu chez nous.",
    }


def test_refund_that_failed_at_stripe_alone_is_named(standin, refunded):
    standin.server.control("refunds/fail", refund=refunded.stripe_id)

    (gap,) = told()

    assert "50,00 € chez nous, absent chez Stripe" in gap


def test_charge_of_a_sunday_night_learned_on_monday_is_no_gap(standin, paid):
    Attempt.objects.update(finished_at=datetime(2026, 12, 7, 0, 5, tzinfo=PARIS))

    assert compared().gaps == []
    assert compare_week(MONDAY + timedelta(days=7), TUESDAY + timedelta(days=7)).gaps == []


def test_refund_decided_on_a_sunday_and_made_on_monday_is_no_gap(refunded):
    Refund.objects.update(created_at=datetime(2026, 11, 29, 23, 55, tzinfo=PARIS))

    assert compare_week(MONDAY - timedelta(days=7), TUESDAY).gaps == []
    assert compared().gaps == []


def test_transfers_are_none_of_stripe_s_business(standin, order, deposit):
    record_transfer(
        due=deposit, amount=deposit.amount, received_on=NOW.date(), reference="VIR 1",
        actor="équipe", now=NOW,
    )  # fmt: skip

    assert (compared().gaps, compared().charged_here) == ([], Decimal(0))


def test_refused_charge_moved_nothing(standin, order, save_card, deposit):
    save_card(order)
    announced(order)
    standin.move(NOW)
    standin.outcome("insufficient_funds")
    charge_due(due_id=deposit.pk, now=NOW)

    assert compared().gaps == []


def test_clock_compares_each_week_once(standin, paid):
    for moment in (TUESDAY - timedelta(days=1), TUESDAY, TUESDAY, TUESDAY + timedelta(days=6)):
        compare_weeks(moment)
    assert list(StripeComparison.objects.values_list("week_start", flat=True)) == [
        MONDAY, MONDAY - timedelta(days=7),
    ]  # fmt: skip

    compare_weeks(TUESDAY + timedelta(days=21))
    assert StripeComparison.objects.count() == 5


@pytest.mark.usefixtures("impatient")
def test_silence_of_stripe_writes_nothing_and_is_tried_again(standin, paid):
    standin.fault("error_before", "/v1/refunds")
    with pytest.raises(Unanswered):
        compare_weeks(TUESDAY)
    assert not StripeComparison.objects.exists()

    compare_weeks(TUESDAY)
    assert StripeComparison.objects.get().gaps == []


def test_many_movements_are_all_read(standin, paid):
    for _ in range(101):
        standin.api.refunds.create({"payment_intent": paid.payment_intent_id, "amount": 1})
        elsewhere(standin, paid.due.order)

    week = compared()

    assert (week.refunded_there, len(week.gaps)) == (Decimal("1.01"), 202)
    assert week.charged_there == DEPOSIT + 101 * Decimal("12.34")


def test_without_a_key_nothing_is_asked(standin, settings):
    settings.STRIPE_SECRET_KEY = ""

    compare_weeks(TUESDAY)
    read_missed_events(TUESDAY)

    assert not StripeComparison.objects.exists()


def test_gap_is_settled_once_with_its_reason(standin, paid):
    elsewhere(standin, paid.due.order)
    week = compared()

    for _ in range(2):
        settle_gaps(comparison=week, actor="équipe", reason="Essai de la carte", now=TUESDAY)

    names = [(event.name, event.data.get("reason")) for event in events_of(week)]
    assert names[1:] == [("Écart classé", "Essai de la carte")]


def test_comparison_asks_a_fixed_number_of_questions(paid, refunded, django_assert_num_queries):
    compare_week(MONDAY - timedelta(days=7), TUESDAY)  # what a process learns once

    with django_assert_num_queries(11):
        compared()


def test_job_runs_in_no_transaction_of_ours():
    (job,) = [j for j in registered_jobs() if j.name == "comparaison hebdomadaire avec Stripe"]
    assert (job.own_transactions, job.every) == (True, timedelta(days=1))
