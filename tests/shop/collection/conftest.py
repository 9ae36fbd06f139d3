"""A company that owes 3 000 € since 15 June 2026, the day of its invoice; nothing of it is paid."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from base.integrity import faults
from courses.models import HalfDay
from legal.rates.actions import set_up_rates
from legal.rates.published import PUBLISHED_RATES
from legal.rates.rules import RateRule
from shop.collection.actions import open_case
from shop.collection.reading import case_with_facts
from shop.invoices.actions import invoice_proposal
from shop.invoices.mentions import set_up_mentions
from shop.models import Proposal
from shop.payments.companies import open_dues, receive_transfer
from shop.proposals.rules import ProposalState
from tests.factories.courses import CourseSessionFactory
from tests.factories.terms import approved, with_pdf
from tests.shop.proposals.conftest import ask, request_of, seal_in_force, seal_keys  # noqa: F401  fixtures are used by their names

PARIS = ZoneInfo("Europe/Paris")
WHO = "Comptabilité"


def at(day, hour=12):
    return datetime.combine(day, time(hour), PARIS)


TERMS_DAY, DUE = date(2026, 5, 5), date(2026, 6, 15)
ORDERED, INVOICED = at(TERMS_DAY), at(DUE, 13)


@pytest.fixture(autouse=True)
def _day(own_beginning, time_machine):
    time_machine.move_to(at(date(2026, 5, 4)), tick=False)


@pytest.fixture
def late_rate():
    """What the clause 3.4 of the terms says: the present one, unless a test says otherwise."""
    return RateRule.LOWER


@pytest.fixture
def shop(shop, late_rate):
    set_up_mentions()
    set_up_rates(PUBLISHED_RATES)
    with_pdf(approved(starts_in=1, late_rate=late_rate))
    return shop


@pytest.fixture
def contract(ask, session, time_machine):  # noqa: F811  the imported fixture itself
    """Definitive without its deposit: 900 € and 2 100 € are owed."""
    time_machine.move_to(ORDERED, tick=False)
    session.price_excl_vat_override = Decimal(1250)
    session.save()
    proposal = ask(ORDERED)
    Proposal.objects.filter(pk=proposal.pk).update(
        state=ProposalState.SIGNED.value, definitive_at=ORDERED, seats_held=2
    )
    proposal.refresh_from_db()
    open_dues(proposal=proposal, now=ORDERED)
    return proposal


@pytest.fixture
def invoice(contract, time_machine):
    time_machine.move_to(INVOICED, tick=False)
    found = invoice_proposal(proposal_id=contract.pk, now=INVOICED)
    assert (found.due_on, found.payable) == (DUE, Decimal(3000))
    return found


@pytest.fixture
def case(invoice, move):
    move(date(2026, 6, 16))
    return case_with_facts(open_case(invoice=invoice, now=at(date(2026, 6, 16))).pk)


@pytest.fixture
def another(ask, session, contract):  # noqa: F811  the imported fixture itself
    """A second training of the same client, signed, that begins in December."""
    later = CourseSessionFactory(course=session.course, capacity=3, starts_on=date(2026, 12, 1))
    HalfDay.objects.create(
        session=later, date=later.starts_on, start_time=time(9), end_time=time(12, 30)
    )
    proposal = ask(ORDERED, session=later, headcount=1, participants=[])
    Proposal.objects.filter(pk=proposal.pk).update(state="signed")
    proposal.refresh_from_db()
    open_dues(proposal=proposal, now=ORDERED)
    return proposal


@pytest.fixture
def move(time_machine):
    def move(day):
        time_machine.move_to(at(day), tick=False)
        return at(day)

    return move


@pytest.fixture
def pay(contract):
    """Transfers that the bank shows on that day, for these dues in their order."""

    def pay(day, *amounts):
        for amount in amounts:
            due = contract.dues.unpaid().of_price().order_by("position").first()
            receive_transfer(
                due=due, amount=Decimal(amount), received_on=day, reference=f"VIR {day} {amount}",
                actor=WHO, now=at(day),
            )  # fmt: skip

    return pay


def fresh(case):
    return case_with_facts(case.pk)


def money_faults():
    """Of ``manage.py verify``: the worker has made no file here, and nobody really signed."""
    rooms = ("paiements", "factures", "registre", "recouvrement")
    found = [line for room, line in faults() if room in rooms]
    return [line for line in found if "le fichier n’a pas été établi" not in line]
