"""A consumer's order and a company's signed proposal that owe, and statements about them."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from base.civil_dates import PARIS
from shop.models import Due, Proposal
from shop.payments.bank.importing import import_statement
from shop.payments.bank.models import BankLine
from shop.payments.bank.statements import Entry
from tests.factories.courses import CoursePageFactory
from tests.factories.legal import fill_settings
from tests.factories.orders import FIRST_CHARGE_AT, OrderFactory, TermsVersionFactory
from tests.factories.pages import CategoryPageFactory
from tests.shop.payments.bank.writing import PAYER_ACCOUNT, camt

NOW = datetime(2026, 12, 10, 9, 0, tzinfo=PARIS)
DAY = NOW.date() - timedelta(days=2)
ACTOR = "compta@lexom.example"


@pytest.fixture
def order(home):
    """1 188 €: 356,40 € of deposit, payable since the first of December."""
    fill_settings()
    return OrderFactory(reference="LX-7K3M-Q2RT", with_dues=True, charges_from=FIRST_CHARGE_AT)


@pytest.fixture
def signed(catalogue):
    """A signed proposal of 1 000 € whose deposit and balance are owed."""
    fill_settings()
    course = CoursePageFactory(parent=CategoryPageFactory(parent=catalogue))
    terms = TermsVersionFactory()

    def signed(number="PC-2026-0001", name="Atelier d’essai", deposit="300.00", **fields):
        proposal = Proposal.objects.create(
            state="signed", number=number, year=2026, sequence=int(number[-4:]),
            company_name=name, siren=fields.pop("siren", "510869274"), first_name="Camille",
            last_name="Essai", email="camille@example.org", street="3 rue des Lilas",
            postcode="07000", town="Privas", headcount=2, course=course, asked_at=NOW,
            issued_at=NOW, vat_rate=0, starts_on=NOW.date(), ends_on=NOW.date(), valid_until=NOW.date(), excl_vat=Decimal(1000), vat=0,
            incl_vat=Decimal(1000), deposit=Decimal(deposit), terms_version=terms,
            terms_sha256="0" * 64, **fields,
        )  # fmt: skip
        balance = Decimal(1000) - Decimal(deposit)
        for position, kind, amount in ((1, "deposit", Decimal(deposit)), (2, "balance", balance)):
            Due.objects.create(
                proposal=proposal, position=position, kind=kind, amount=amount,
                due_on=DAY, not_before=NOW - timedelta(days=20),
            )  # fmt: skip
        return proposal

    return signed


@pytest.fixture
def company(signed):
    return signed()


def transfer(text="", amount="300.00", **facts):
    facts = {"booked_on": DAY, "payer": "ATELIER D ESSAI", "bank_reference": "B1"} | facts
    return Entry(amount=Decimal(amount), text=text, **facts)


@pytest.fixture
def imported(db):
    """Imports these transfers; returns their lines, in the order of the file."""

    def imported(*entries, name="releve.xml", now=NOW):
        content = camt(entries)
        statement = import_statement(name=name, content=content, actor=ACTOR, now=now)
        return list(BankLine.objects.with_sums().filter(statement=statement).order_by("pk"))

    return imported


@pytest.fixture
def line_of(imported):
    return lambda *args, **facts: imported(transfer(*args, **facts))[0]


def fresh(line):
    return BankLine.objects.with_sums().get(pk=line.pk)


def due_of(contract, position=1):
    return Due.objects.of(contract).get(position=position)


__all__ = ["ACTOR", "DAY", "NOW", "PAYER_ACCOUNT", "due_of", "fresh", "transfer"]
