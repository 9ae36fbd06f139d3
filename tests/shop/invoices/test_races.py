"""Fifty invoices at once, one in three undone: no gap, no number twice, no date that goes back (I-03)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

from django.db import connection, connections, transaction

import pytest

from shop.invoices.actions import invoice_payment
from shop.invoices.integrity import invoice_faults
from shop.invoices.models import Invoice, InvoiceCounter
from shop.invoices.numbering import take_place
from tests.factories.orders import FIRST_CHARGE_AT, OrderFactory
from tests.shop.invoices.conftest import pay

pytestmark = pytest.mark.django_db(transaction=True)
ISSUES = 50
TODAY = date(2026, 12, 1)


class Undone(Exception):
    """A failure after the number was taken."""


def at_once(acts, workers=10):
    def run(act):
        try:
            return act()
        except Exception as error:  # noqa: BLE001  the test looks at it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, acts))


def take(place):
    """Every third one fails once it has its number; the days arrive in disorder."""
    with transaction.atomic():
        taken = take_place("F", TODAY + timedelta(days=place * 7 % 5))
        if place % 3 == 0:
            raise Undone
        return taken


def test_fifty_at_once_leave_no_gap(db):
    answers = at_once([lambda place=place: take(place) for place in range(ISSUES)])

    kept = [answer for answer in answers if not isinstance(answer, Exception)]
    assert [type(a) for a in answers if isinstance(a, Exception)] == [Undone] * 17
    places = sorted(kept, key=lambda place: place.sequence)
    assert [place.sequence for place in places] == list(range(1, ISSUES - 17 + 1))
    days = [place.issued_on for place in places]
    assert days == sorted(days)


@pytest.mark.postgresql
def test_without_the_lock_two_take_the_same_number(db):
    """The race that the row lock prevents."""
    InvoiceCounter.objects.create(series="F", year=2026, issued_on=TODAY)
    looked = Barrier(2)

    def take_without_lock():
        with transaction.atomic():
            last = InvoiceCounter.objects.get(series="F").sequence
            looked.wait(timeout=20)
            InvoiceCounter.objects.filter(series="F").update(sequence=last + 1)
            return last + 1

    assert at_once([take_without_lock] * 2, workers=2) == [1, 1]


def test_payments_invoiced_at_once_by_several_give_one_invoice_each(company):
    payments = [
        pay(OrderFactory(with_dues=True, charges_from=FIRST_CHARGE_AT).dues.get(position=1))
        for _ in range(4)
    ]
    now = FIRST_CHARGE_AT + timedelta(minutes=1)
    acts = [lambda pk=payment.pk: invoice_payment(attempt_id=pk, now=now) for payment in payments]

    answers = at_once(acts * 3, workers=6)

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    numbers = sorted(Invoice.objects.values_list("number", flat=True))
    assert numbers == [f"F-2026-0000{rank}" for rank in (1, 2, 3, 4)]
    assert [fault for fault in invoice_faults() if "fichier" not in fault] == []
    assert connection.vendor in {"sqlite", "postgresql"}
