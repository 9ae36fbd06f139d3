from datetime import date, timedelta
from decimal import Decimal

import pytest

from shop.models import Due, Refund
from shop.payments.charging import charge_due
from shop.payments.gateway_errors import Unanswered
from shop.payments.refund_sending import follow_refunds, send_refund, send_waiting_refunds
from shop.payments.refunds import RefundRefused, paid_amount, refund_contract, refunded_amount
from tests.factories.orders import FIRST_CHARGE_AT
from tests.shop.payments.conftest import announced, mails

pytestmark = pytest.mark.django_db

NOW = FIRST_CHARGE_AT
LATER = NOW + timedelta(days=30)
DEPOSIT = Decimal("356.40")


@pytest.fixture
def paid(standin, order, save_card):
    """Everything is paid."""
    save_card(order)
    announced(order)
    standin.move(LATER)
    for due in order.dues.all():
        charge_due(due_id=due.pk, now=LATER)
    return order


def refund(order, amount=None):
    return refund_contract(
        contract=order, actor="équipe", reason="Rétractation", due_by=date(2027, 1, 14),
        now=LATER, amount=amount,
    )  # fmt: skip


def test_everything_that_was_paid_goes_back(standin, paid, run_tasks):
    refunds = refund(paid)
    run_tasks()

    assert [row.amount for row in refunds] == [Decimal("415.80"), Decimal("415.80"), DEPOSIT]
    assert standin.given_back() == standin.charged() == 118800
    assert (paid_amount(paid), refunded_amount(paid)) == (Decimal("1188.00"), Decimal("1188.00"))
    assert set(Refund.objects.values_list("state", "due_by")) == {("succeeded", date(2027, 1, 14))}
    assert mails("refund_done").count() == 3


def test_second_refund_gives_nothing_more(standin, paid):
    refund(paid)

    assert refund(paid) == []


def test_part_goes_back_from_the_latest_payment_first(standin, paid):
    refunds = refund(paid, Decimal("500.00"))

    assert [(r.attempt.due.position, r.amount) for r in refunds] == [
        (3, Decimal("415.80")), (2, Decimal("84.20")),
    ]  # fmt: skip


@pytest.mark.parametrize("amount", ["1188.01", "0", "-1"])
def test_more_than_was_paid_is_refused_and_nothing_is_written(standin, paid, amount):
    with pytest.raises(RefundRefused):
        refund(paid, Decimal(amount))
    assert not Refund.objects.exists()


def test_order_that_paid_nothing_has_nothing_to_give_back(standin, order):
    assert refund(order) == []


@pytest.mark.parametrize("fault", ["lost_answer", "error_before", "error_after", "rate_limit"])
@pytest.mark.parametrize("wait", [timedelta(minutes=1), timedelta(hours=25)], ids=["soon", "late"])
def test_refund_whose_answer_is_lost_is_given_once(standin, impatient, paid, fault, wait):
    row = refund(paid, Decimal("10.00"))[0]
    standin.fault(fault, "refunds$")
    with pytest.raises(Unanswered):
        send_refund(row.pk, LATER)
    standin.move(LATER + wait)

    send_waiting_refunds(LATER + wait)

    row.refresh_from_db()
    assert row.state == "succeeded"
    assert standin.given_back() == 1000


def test_refund_that_stripe_refuses_alarms_staff(standin, paid):
    row = refund(paid, Decimal("415.80"))[0]
    standin.api.refunds.create({"payment_intent": row.attempt.payment_intent_id})

    send_refund(row.pk, LATER)

    row.refresh_from_db()
    assert (row.state, "refunded" in row.error) == ("failed", True)
    assert "échoué" in Due.objects.get(position=3).asks_staff


def test_disputed_payment_is_not_refunded_by_us(standin, paid):
    row = refund(paid, Decimal("10.00"))[0]
    row.attempt.dispute_state = "needs_response"
    row.attempt.save()

    send_refund(row.pk, LATER)

    row.refresh_from_db()
    assert (row.state, standin.given_back()) == ("sending", 0)


def test_pending_refund_is_followed(standin, order, save_card):
    save_card(order, "4000 0000 0000 7726")
    announced(order)
    standin.move(NOW)
    charge_due(due_id=order.dues.get(position=1).pk, now=NOW)
    row = refund(order)[0]
    send_refund(row.pk, NOW)
    row.refresh_from_db()
    assert (row.state, mails("refund_done").count()) == ("pending", 0)
    standin.move(NOW + timedelta(minutes=5))

    follow_refunds(NOW + timedelta(minutes=5))

    row.refresh_from_db()
    assert (row.state, mails("refund_done").count()) == ("succeeded", 1)
