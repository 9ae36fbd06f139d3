import pytest

from shop.models import Due
from shop.payments.charging import charge_due, charge_what_is_due
from shop.payments.rules import ChargeTooEarly
from tests.factories.orders import FIRST_CHARGE_AT
from tests.shop.payments.conftest import announced, mails, states

pytestmark = pytest.mark.django_db


def test_deposit_is_charged_on_the_first_day(standin, order, deposit, save_card):
    save_card(order)
    announced(order)

    charge_what_is_due(FIRST_CHARGE_AT)

    assert states(deposit) == ["succeeded"]
    assert [(c.amount, c.currency) for c in standin.charges()] == [(35640, "eur")]
    assert mails("payment_receipt").count() == 1


def test_nothing_is_asked_before_the_end_of_the_period(standin, order, deposit, save_card):
    save_card(order)
    announced(order)
    early = FIRST_CHARGE_AT.replace(hour=11, minute=59)

    charge_what_is_due(early)
    with pytest.raises(ChargeTooEarly):
        charge_due(due_id=deposit.pk, now=early)

    assert standin.requests("/v1/payment_intents") == []
    assert not Due.objects.filter(attempts__isnull=False).exists()
