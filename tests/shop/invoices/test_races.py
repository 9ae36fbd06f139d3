"""Fifty invoices at once, one in three undone: no gap, no number twice, no date that goes back (I-03)."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

from django.db import connection, connections, transaction

import pytest

from shop.invoices.actions import invoice_payment
from shop.invoices.integrity import invoice_faults
from shop.invoices.models import (
    Invoice,
)
from shop.numbering.models import SeriesCounter
from tests.factories.orders import FIRST_CHARGE_AT, OrderFactory
from tests.shop.invoices.conftest import pay
from tests.shop.invoices.taking import TODAY, Undone, take

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
ISSUES = 50
UNDONE = 17


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


def in_processes(folder):
    """SQLite in memory knows no waiting: real processes on one file, as a small site runs."""
    file = folder / "numbers.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{file}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]),
        "VAR_DIR": str(folder),
    }
    script = str(Path(__file__).with_name("taking_process.py"))
    running = [
        subprocess.Popen(  # noqa: S603  our own script
            [sys.executable, script, str(first), "10"],
            env=environment, stdout=subprocess.PIPE, text=True,
        )
        for first in range(0, ISSUES, 10)
    ]  # fmt: skip
    return "".join(process.communicate(timeout=60)[0] for process in running).split()


def in_threads():
    answers = at_once([lambda place=place: take(place) for place in range(ISSUES)])
    return ["undone" if isinstance(a, Undone) else a.number for a in answers]


def test_fifty_at_once_leave_no_gap(transactional_db, tmp_path):
    taken = in_threads() if connection.vendor == "postgresql" else in_processes(tmp_path)

    assert taken.count("undone") == UNDONE
    numbers = sorted(number for number in taken if number != "undone")
    assert numbers == [f"F-2026-{rank:05d}" for rank in range(1, ISSUES - UNDONE + 1)]


@pytest.mark.postgresql
def test_without_the_lock_two_take_the_same_number(db):
    """The race that the row lock prevents."""
    SeriesCounter.objects.create(series="F", year=2026, issued_on=TODAY)
    looked = Barrier(2)

    def take_without_lock():
        with transaction.atomic():
            last = SeriesCounter.objects.get(series="F").sequence
            looked.wait(timeout=20)
            SeriesCounter.objects.filter(series="F").update(sequence=last + 1)
            return last + 1

    assert at_once([take_without_lock] * 2, workers=2) == [1, 1]


@pytest.mark.postgresql
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
