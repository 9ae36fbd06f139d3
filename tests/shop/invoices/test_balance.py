"""What remains to be paid of an invoice, and what a set of invoices makes."""

from datetime import timedelta
from decimal import Decimal as D

from django.utils import timezone

import pytest

from shop.invoices.actions import credit_unpaid, invoice_order, invoice_payment
from shop.invoices.balance import (
    Sums,
    is_late,
    remaining_of,
    sales_totals,
    unpaid_invoices,
    with_remaining,
)
from shop.invoices.models import Invoice
from tests.factories.orders import FIRST_CHARGE_AT, paris
from tests.shop.invoices.conftest import pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def final(order):
    invoice_payment(attempt_id=pay(order.dues.get(position=1)).pk, now=FIRST_CHARGE_AT)
    return invoice_order(order_id=order.pk, now=after(order))


def after(order):
    return paris(order.ends_on + timedelta(days=1), 8)


def test_deposit_invoice_asks_for_nothing(order):
    deposit = invoice_payment(attempt_id=pay(order.dues.get(position=1)).pk, now=FIRST_CHARGE_AT)
    assert remaining_of(deposit) == 0
    assert not unpaid_invoices(Invoice.objects.all()).exists()


def test_final_invoice_falls_with_each_payment_and_each_due_given_up(order, final):
    assert remaining_of(final) == final.payable == D("831.60")

    pay(order.dues.get(position=2), after(order))
    assert remaining_of(final) == D("415.80")
    assert list(unpaid_invoices(Invoice.objects.all())) == [final]

    credit_unpaid(due=order.dues.get(position=3), reason="Geste", actor="essai", now=after(order))
    assert remaining_of(final) == 0
    assert not unpaid_invoices(Invoice.objects.all()).exists()


def test_list_and_single_invoice_agree(order, final):
    rows = with_remaining(Invoice.objects.all())
    assert {row.pk: row.remaining for row in rows} == {
        row.pk: remaining_of(row) for row in Invoice.objects.all()
    }


def test_invoice_is_late_from_the_day_after_its_last_day(order, final):
    assert not is_late(final, D("1"), final.due_on)
    assert is_late(final, D("1"), final.due_on + timedelta(days=1))
    assert not is_late(final, D("0"), timezone.localdate() + timedelta(days=999))


def test_totals_of_an_order_are_its_price_however_it_was_invoiced(order, final):
    totals = sales_totals(Invoice.objects.all())
    assert totals.net == Sums(D("990.00"), D("198.00"))
    assert totals.net.incl_vat == order.price_incl_vat
    assert totals.remaining == D("831.60")
    assert sales_totals(Invoice.objects.none()).net == Sums()
