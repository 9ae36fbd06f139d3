"""An order with its dues and the company's facts; money arrives without Stripe."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

import pytest
from django_tasks import default_task_backend

from base.append_only import drop_triggers, install_triggers
from base.organisation import Organisation
from shop.invoices.content import Audience
from shop.invoices.facturx import invoice_xml
from shop.invoices.mentions import set_up_mentions
from shop.models import Attempt, Due, Refund
from shop.payments.rules import AttemptState, Channel
from tests.factories.legal import fill_settings
from tests.factories.orders import FIRST_CHARGE_AT, OrderFactory
from tests.shop.invoices.samples import credit, final, samples
from tests.shop.invoices.schematron import judge


@pytest.fixture
def company(home):
    fill_settings()
    set_up_mentions()
    return Organisation.current()


@pytest.fixture
def order(company):
    return OrderFactory(with_dues=True, charges_from=FIRST_CHARGE_AT)


def pay(due: Due, at: datetime = FIRST_CHARGE_AT, state=AttemptState.SUCCEEDED) -> Attempt:
    number = due.attempts.count() + 1
    return Attempt.objects.create(
        due=due,
        number=number,
        channel=Channel.OFF_SESSION.value,
        state=state.value,
        amount=due.amount,
        idempotency_key=f"{due.pk}-{number}",
        created_at=at,
        finished_at=at,
    )


def give(attempt: Attempt, amount: str | Decimal, reason: str = "Geste commercial") -> Refund:
    number = attempt.refunds.count() + 1
    return Refund.objects.create(
        attempt=attempt,
        amount=Decimal(amount),
        reason=reason,
        actor="Comptabilité",
        idempotency_key=f"{attempt.idempotency_key}-refund-{number}",
        created_at=attempt.finished_at,
    )


@pytest.fixture
def enqueued():
    """Names of the tasks that wait for the worker."""
    return Enqueued()


class Enqueued:
    def clear(self) -> None:
        default_task_backend.clear()

    def count(self, name: str) -> int:
        names = [result.task.func.__name__ for result in default_task_backend.results]
        return names.count(name)


@pytest.fixture
def without_triggers(db):
    drop_triggers()
    yield
    install_triggers()


NOTE = r"<ram:IncludedNote>\s*<ram:Content>[^<]*</ram:Content>\s*<ram:SubjectCode>PMT.*?</ram:IncludedNote>"
REFERENCE = r"<ram:InvoiceReferencedDocument>.*?</ram:InvoiceReferencedDocument>"


def without(xml, pattern):
    """``xml`` less what ``pattern`` finds first."""
    shortened, count = re.subn(pattern, "", xml.decode(), count=1, flags=re.DOTALL)
    assert count == 1
    return shortened.encode()


@pytest.fixture(scope="session")
def broken():
    """XML that lacks a business term, by the name of what it lacks."""
    company = invoice_xml(final(audience=Audience.COMPANY))
    wrong_total = b"<ram:GrandTotalAmount>1188.01</ram:GrandTotalAmount>"
    return {
        "type": without(company, r"<ram:TypeCode>380</ram:TypeCode>"),
        "buyer-name": without(company, r"<ram:Name>Imprimerie[^<]*</ram:Name>"),
        "recovery-note": without(company, NOTE),
        "corrected-invoice": without(invoice_xml(credit()), REFERENCE),
        "sum": company.replace(
            b"<ram:GrandTotalAmount>1188.00</ram:GrandTotalAmount>", wrong_total
        ),
    }


@pytest.fixture(scope="session")
def judged(broken):
    """What both official schematrons say of every sample and of every broken invoice."""
    written = {name: invoice_xml(content) for name, content in samples().items()}
    return judge(written | broken)
