"""Orders that are paid by transfer: no card and no Stripe are needed to move money."""

from datetime import timedelta
from decimal import Decimal

import pytest

from shop.payments.transfers import record_transfer, record_transfer_back
from tests.factories.orders import FIRST_CHARGE_AT, OrderFactory

NOW = FIRST_CHARGE_AT  # 1 December 2026, noon in Paris
DEPOSIT = Decimal("356.40")


def pay(due, now=NOW, received_on=None, reference="VIR 1"):
    return record_transfer(
        due=due, amount=due.amount, received_on=received_on or now.date(),
        reference=reference, actor="comptable", now=now,
    )  # fmt: skip


def send_back(attempt, now=NOW + timedelta(hours=1)):
    return record_transfer_back(
        attempt=attempt, sent_on=now.date(), reference="RET 1", actor="comptable", now=now
    )


@pytest.fixture
def new_order(home):
    def new_order(**changes):
        return OrderFactory(with_dues=True, charges_from=FIRST_CHARGE_AT, **changes)

    return new_order


@pytest.fixture
def order(new_order):
    return new_order()


@pytest.fixture
def deposit(order):
    return order.dues.get(position=1)
