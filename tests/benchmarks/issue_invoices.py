"""Issues deposit invoices as the worker does: number, XML, PDF, file; prints JSON.

The baseline is the bare insert of the same rows, in one transaction each.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from datetime import timedelta

import django

django.setup()

from django.db import transaction  # noqa: E402  needs the line above

from courses.models import CourseSession  # noqa: E402
from legal.models import TermsVersion  # noqa: E402
from shop.invoices.actions import invoice_payment  # noqa: E402
from shop.invoices.laying_out import lay_out  # noqa: E402
from shop.models import Attempt, Invoice, InvoiceAmount  # noqa: E402
from shop.payments.rules import AttemptState, Channel  # noqa: E402
from tests.factories.orders import FIRST_CHARGE_AT, OrderFactory  # noqa: E402

NOW = FIRST_CHARGE_AT + timedelta(minutes=1)
WARM_UP = 20


def main() -> None:
    payments = [paid_deposit().pk for _ in range(int(sys.argv[1]) + WARM_UP)]
    for pk in payments[:WARM_UP]:  # what a process learns once: fonts, the XML schema
        lay_out(invoice(pk).pk)
    before = peak()
    numbered, invoices = timed(invoice, payments[WARM_UP:])
    laid_out, _ = timed(lay_out, [found.pk for found in invoices])
    bare, _ = timed(bare_insert, invoices)
    facts = {"numbered": numbered, "laid out": laid_out, "bare": bare}
    sys.stdout.write(json.dumps(facts | {"before": before, "peak": peak()}))


def timed(act: Callable, subjects: Iterable) -> tuple[float, list]:
    """Seconds a subject, and what each gave."""
    started = time.perf_counter()
    found = [act(subject) for subject in subjects]
    return (time.perf_counter() - started) / len(found), found


def invoice(payment: int) -> Invoice:
    return invoice_payment(attempt_id=payment, now=NOW)


@transaction.atomic
def bare_insert(found: Invoice) -> None:
    copy = Invoice(
        **{field.attname: getattr(found, field.attname) for field in Invoice._meta.fields}
    )
    copy.pk, copy.payment_id = None, None
    copy.series, copy.number = "B", f"B{found.number}"
    Invoice.objects.bulk_create([copy])
    amounts = found.amounts.values("nature", "rate", "excl_vat", "vat")
    InvoiceAmount.objects.bulk_create(InvoiceAmount(invoice=copy, **amount) for amount in amounts)


def paid_deposit() -> Attempt:
    order = OrderFactory(
        session=CourseSession.objects.first(),
        terms_version=TermsVersion.objects.first(),
        with_dues=True,
        charges_from=FIRST_CHARGE_AT,
    )
    due = order.dues.get(position=1)
    return Attempt.objects.create(
        due=due,
        number=1,
        channel=Channel.OFF_SESSION.value,
        state=AttemptState.SUCCEEDED.value,
        amount=due.amount,
        idempotency_key=order.reference,
        created_at=FIRST_CHARGE_AT,
        finished_at=FIRST_CHARGE_AT,
    )


def peak() -> float:
    """MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
