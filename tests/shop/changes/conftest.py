"""A company with a contract of three people, the money it pays, and a consumer's order."""

from datetime import timedelta
from decimal import Decimal

import pytest

from courses.models import CourseSession, HalfDay
from shop.changes.actions import ask_in_writing, fingerprint, preview
from shop.changes.asking import Wanted
from shop.changes.rules import Cause, Wish
from shop.invoices.integrity import invoice_faults
from shop.invoices.mentions import set_up_mentions
from shop.models import Order, Proposal
from shop.proposals.agreement.actions import conclude
from tests.factories.contracts import pay_deposit_now, sign_now
from tests.factories.courses import CourseSessionFactory
from tests.factories.legal import fill_settings
from tests.factories.orders import FIRST_CHARGE_AT, OrderFactory, paris
from tests.shop.invoices.conftest import pay
from tests.shop.proposals.conftest import (  # noqa: F401  fixtures are used by their names
    ask,
    request_of,
    seal_in_force,
    seal_keys,
)

D = Decimal


@pytest.fixture
def contract(ask):  # noqa: F811  the imported fixture itself
    """Three people at 1 188 € each, definitive, its deposit received."""
    set_up_mentions()
    proposal = sign_now(ask(headcount=3, participants=["Dominique Essai", "Alix Modele"]))
    pay_deposit_now(proposal)
    conclude(proposal_id=proposal.pk, now=proposal.asked_at)
    return Proposal.objects.get(pk=proposal.pk)


@pytest.fixture
def paid_order(home):
    """1 188 €, two days, its deposit of 356.40 € paid by card."""
    fill_settings()
    set_up_mentions()
    order = OrderFactory(with_dues=True, charges_from=FIRST_CHARGE_AT, session__seats_taken=1)
    pay(order.dues.get(position=1))
    return Order.objects.get(pk=order.pk)


@pytest.fixture
def later(session):
    """The same course three weeks later, with the same hours."""

    def later(days=21, capacity=3):
        day = session.starts_on + timedelta(days=days)
        found = CourseSessionFactory(
            course=session.course, capacity=capacity, starts_on=day, ends_on=day
        )
        for half in session.half_days.all():
            HalfDay.objects.create(
                session=found, date=day, start_time=half.start_time, end_time=half.end_time
            )
        return CourseSession.objects.get(pk=found.pk)

    return later


@pytest.fixture
def before_start(time_machine):
    """Moves to noon, some days before the contract begins."""

    def before_start(contract, days):
        now = paris(contract.starts_on - timedelta(days=days))
        time_machine.move_to(now, tick=False)
        return now

    return before_start


def wanted(wish=Wish.CANCEL, **changes):
    facts = {"cause": Cause.CLIENT, "asked_by": "Camille Essai", "heads": 3}
    return Wanted(wish=wish, **facts | changes)


def ask_now(contract, now, request_key="clé", **changes):
    facts = wanted(**changes)
    shown = fingerprint(facts, preview(contract, facts, now))
    return ask_in_writing(
        contract=contract, wanted=facts, shown=shown, request_key=request_key, now=now
    )


def seats_taken(contract):
    return CourseSession.objects.get(pk=contract.session_id).seats_taken


def said_of_invoices():
    """Their faults; the worker, which makes the files, is not there."""
    return [fault for fault in invoice_faults() if "fichier" not in fault]
