"""Files of a period, from the rows that are stored."""

import csv
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from shop.invoices.accounting import exports
from shop.invoices.accounting.fec import FecLine
from shop.invoices.content import Audience, Buyer, Nature
from shop.invoices.ledger.closing import close_finished_periods
from shop.models import AccountingSettings, LedgerEntry
from tests.factories.legal import fill_settings
from tests.factories.orders import FIRST_CHARGE_AT, OrderFactory
from tests.shop.invoices.accounting.conftest import EXEMPT, FIRST, HERE, LAST, tax
from tests.shop.invoices.ledger.conftest import NOW, pay, send_back

pytestmark = pytest.mark.django_db


def table(pieces):
    text = b"".join(pieces).decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=";"))


def fec(pieces):
    head, *lines = b"".join(pieces).decode().splitlines()
    assert tuple(head.split("\t")) == FecLine._fields
    return [FecLine(*line.split("\t")) for line in lines]


def accounts(lines):
    """Balance of each account: debits less credits."""
    totals = defaultdict(Decimal)
    for line in lines:
        totals[line.CompteNum] += Decimal(line.Debit.replace(",", "."))
        totals[line.CompteNum] -= Decimal(line.Credit.replace(",", "."))
    return dict(totals)


@pytest.fixture
def course(bill):
    """Deposit, a part of it given back, then the final invoice that deducts it."""
    deposit = bill("deposit", tax("297.00", "59.40"))
    note = bill("credit", tax("97.00", "19.40"), on=date(2026, 12, 5), corrects=deposit)
    final = bill(
        "final", tax("990.00", "198.00"), tax("50.00", "0.00", EXEMPT, Nature.INDEMNITY),
        on=date(2026, 12, 31), deducts=[deposit],
    )  # fmt: skip
    return deposit, note, final


def test_journal_of_sales(course):
    head, *rows = table(exports.sales_journal_csv(FIRST, LAST))

    assert head[:4] == ["Numéro", "Date", "Nature du document", "Client"]
    assert [row[0] for row in rows] == [
        "F-2026-00001", "AV-2026-00001", "F-2026-00002", "F-2026-00002",
    ]  # fmt: skip
    assert rows[1] == [
        "AV-2026-00001", "05/12/2026", "avoir", "Camille Exemple", "particulier", "formation",
        "20,0", "-97,00", "-19,40", "-116,40", "0,00", "0,00", "F-2026-00001",
    ]  # fmt: skip
    assert rows[2][10:] == ["-297,00", "-59,40", "F-2026-00001"]


def test_journal_holds_its_period_and_nothing_else(course):
    assert [row.number for row in exports.sales_journal(date(2026, 12, 5), date(2026, 12, 30))] == [
        "AV-2026-00001"
    ]
    assert table(exports.sales_journal_csv(date(2027, 1, 1), date(2027, 1, 31)))[1:] == []


def test_sheet_has_numbers_dates_and_no_formula(bill):
    bill("final", tax("10.00", "2.00"), buyer=Buyer("=1+1", HERE, Audience.CONSUMER))

    sheet = load_workbook(BytesIO(b"".join(exports.sales_journal_xlsx(FIRST, LAST)))).active
    head, row = sheet.iter_rows()

    assert head[0].value == "Numéro"
    assert (row[1].value, row[7].value) == (FIRST, 10)
    assert (row[3].value, row[3].data_type) == ("=1+1", "s")


def test_csv_has_no_formula(bill):
    bill("final", tax("10.00", "2.00"), buyer=Buyer("=1+1", HERE, Audience.CONSUMER))

    assert table(exports.sales_journal_csv(FIRST, LAST))[1][3] == "'=1+1"


def test_entries_of_sales_leave_nothing_on_the_deposits(course):
    """Sold 990, of which 97 was given back; VAT of what was kept; indemnity apart."""
    found = accounts(fec(exports.sales_entries(FIRST, LAST)))

    assert found == {
        "411000": Decimal("1121.60"),
        "419100": Decimal("0.00"),
        "706000": Decimal("-893.00"),
        "708000": Decimal("-50.00"),
        "445710": Decimal("-178.60"),
    }


def test_credit_note_after_the_final_invoice_leaves_the_sales(bill):
    deposit = bill("deposit", tax("297.00", "59.40"))
    bill("final", tax("990.00", "198.00"), deducts=[deposit])
    bill("credit", tax("97.00", "19.40"), corrects=deposit)

    found = accounts(fec(exports.sales_entries(FIRST, LAST)))

    assert (found["419100"], found["706000"]) == (0, Decimal("-893.00"))


def test_account_of_a_client_is_that_of_the_order_or_of_the_company(bill, order):
    company = Buyer("Société Exemple", HERE, Audience.COMPANY, siren="005520135")
    bill("deposit", tax("10.00", "2.00"))
    bill("final", tax("10.00", "2.00"), buyer=company, order=None)
    bill("final", tax("10.00", "2.00"), order=None, buyer=Buyer("Ailleurs", HERE, Audience.COMPANY))

    clients = [line for line in fec(exports.sales_entries(FIRST, LAST)) if line.CompAuxNum]

    assert [(line.CompAuxNum, line.CompAuxLib) for line in clients] == [
        (order.reference, "Camille Exemple"),
        ("005520135", "Société Exemple"),
        ("F-2026-00003", "Ailleurs"),
    ]


def test_entries_use_the_accounts_of_the_settings(bill):
    settings = AccountingSettings.current()
    settings.training = "706120"
    settings.save()
    bill("final", tax("10.00", "2.00"))

    assert "706120" in accounts(fec(exports.sales_entries(FIRST, LAST)))


@pytest.fixture
def paid_order(home):
    order = OrderFactory(with_dues=True, charges_from=FIRST_CHARGE_AT)
    first, second, _ = order.dues.all()
    pay(first)
    pay(second, NOW + timedelta(days=40), received_on=date(2026, 12, 31))
    send_back(order.dues.get(position=1).attempts.get(), NOW + timedelta(days=41))
    return order


def test_entries_of_the_bank_are_taken_by_the_day_they_were_written(paid_order):
    december = fec(exports.bank_entries(FIRST, LAST))
    january = fec(exports.bank_entries(date(2027, 1, 1), date(2027, 1, 31)))

    assert accounts(december) == {"512000": Decimal("356.40"), "411000": Decimal("-356.40")}
    assert accounts(january) == {"512000": Decimal("59.40"), "411000": Decimal("-59.40")}
    assert {(line.EcritureNum, line.EcritureDate, line.PieceDate) for line in january} == {
        ("2", "20270110", "20261231"), ("3", "20270111", "20270111"),
    }  # fmt: skip
    assert {line.CompAuxNum for line in january} == {paid_order.reference, ""}


def test_ledger_and_closings(paid_order):
    close_finished_periods(NOW + timedelta(days=1))

    _, entry = table(exports.ledger_csv(FIRST, LAST))
    _, closing = table(exports.closings_csv(FIRST, LAST))

    stored = LedgerEntry.objects.get(number=1)
    assert entry[:8] == [
        "1", "01/12/2026 12:00:00", "2026-12-01T11:00:00.000000+00:00", "01/12/2026", "paiement",
        "356,40", "20,0", paid_order.reference,
    ]  # fmt: skip
    assert entry[-1] == stored.sha256
    assert closing[:9] == [
        "1", "journée", "01/12/2026", "01/12/2026", "1", "1", "356,40", "0,00", "356,40",
    ]  # fmt: skip
    assert closing[-3] == stored.sha256


def test_report_of_sales_to_consumers(course, paid_order):
    fill_settings()

    head, *rows = table(exports.consumer_report_csv(FIRST, LAST))

    assert head[0] == "SIREN"
    assert len(rows[0][0]) == 9
    assert [row[1:] for row in rows] == [
        ["ventes", "01/12/2026", "prestations de services", "20,0", "297,00", "59,40", "356,40", "1"],
        ["ventes", "05/12/2026", "prestations de services", "20,0", "-97,00", "-19,40", "-116,40", "0"],
        ["ventes", "31/12/2026", "prestations de services", "20,0", "693,00", "138,60", "831,60", "1"],
        ["encaissements", "01/12/2026", "prestations de services", "20,0", "", "", "356,40", ""],
        ["encaissements", "31/12/2026", "prestations de services", "20,0", "", "", "415,80", ""],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("export", "queries"),
    [
        (exports.sales_journal_csv, 1),
        (exports.sales_journal_xlsx, 1),
        (exports.ledger_csv, 1),
        (exports.closings_csv, 1),
    ],
)
@pytest.mark.parametrize("invoices", [1, 7])
def test_export_costs_the_same_queries(bill, django_assert_num_queries, export, queries, invoices):
    for _ in range(invoices):
        bill("final", tax("10.00", "2.00"), order=None)

    with django_assert_num_queries(queries):
        list(export(FIRST, LAST))


@pytest.mark.parametrize("export", [exports.sales_entries, exports.bank_entries])
def test_entries_cost_one_query_and_the_settings(bill, django_assert_num_queries, export):
    bill("final", tax("10.00", "2.00"))
    AccountingSettings.current()

    with django_assert_num_queries(3):
        list(export(FIRST, LAST))
