"""Worked examples of the journal of sales and of the report of sales to consumers (law.md I-10)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shop.invoices.accounting.reporting import (
    DailyReceipts,
    DailySales,
    daily_receipts,
    daily_sales,
    receipts_row,
    sales_row,
)
from shop.invoices.accounting.rules import Deducted, Sale, Settlement, SoldAmount, journal_rows

TAXED, EXEMPT = Decimal("0.200"), Decimal("0.000")
FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 16)


def sold(excl_vat, vat, nature="training", rate=TAXED):
    return SoldAmount(nature, rate, Decimal(excl_vat), Decimal(vat))


DEPOSIT = Sale(
    "F-2026-00001", "deposit", "consumer", FIRST, "LX-1", "Camille Exemple",
    (sold("297.00", "59.40"),),
)  # fmt: skip
FINAL = Sale(
    "F-2026-00002", "final", "consumer", SECOND, "LX-1", "Camille Exemple",
    (sold("990.00", "198.00"), sold("10.00", "0.00", "indemnity", EXEMPT)),
    (Deducted("F-2026-00001", Decimal("297.00"), Decimal("59.40")),),
)  # fmt: skip
NOTE = Sale(
    "AV-2026-00001", "credit", "consumer", SECOND, "LX-1", "Camille Exemple",
    (sold("90.00", "18.00"),), corrects="F-2026-00002",
)  # fmt: skip
ZERO = Decimal("0.00")


def test_row_of_a_deposit():
    assert [tuple(row) for row in journal_rows(DEPOSIT)] == [
        (
            "F-2026-00001", FIRST, "facture d’acompte", "Camille Exemple", "particulier",
            "formation", Decimal("20.0"), Decimal("297.00"), Decimal("59.40"), Decimal("356.40"),
            ZERO, ZERO, "",
        )
    ]  # fmt: skip


def test_final_invoice_deducts_once_on_its_first_row():
    first, second = journal_rows(FINAL)

    assert (first.incl_vat, first.deducted_excl_vat, first.deducted_vat) == (
        Decimal("1188.00"), Decimal("-297.00"), Decimal("-59.40"),
    )  # fmt: skip
    assert (second.nature, second.rate, second.incl_vat) == (
        "indemnité", Decimal("0.0"), Decimal("10.00"),
    )  # fmt: skip
    assert (second.deducted_excl_vat, second.deducted_vat) == (ZERO, ZERO)
    assert first.refers_to == second.refers_to == "F-2026-00001"


def test_credit_note_is_negative_and_names_what_it_corrects():
    (row,) = journal_rows(NOTE)

    assert (row.kind, row.excl_vat, row.vat, row.incl_vat) == (
        "avoir", Decimal("-90.00"), Decimal("-18.00"), Decimal("-108.00"),
    )  # fmt: skip
    assert row.refers_to == "F-2026-00002"


def test_columns_of_the_journal_add_up_to_the_sales():
    rows = [row for sale in (DEPOSIT, FINAL, NOTE) for row in journal_rows(sale)]

    assert sum(row.excl_vat + row.deducted_excl_vat for row in rows) == Decimal("910.00")
    assert sum(row.vat + row.deducted_vat for row in rows) == Decimal("180.00")


def test_sales_by_day_and_rate_are_net_of_credit_notes_and_deposits():
    assert daily_sales([DEPOSIT, FINAL, NOTE]) == [
        DailySales(FIRST, TAXED, Decimal("297.00"), Decimal("59.40"), 1),
        DailySales(SECOND, TAXED, Decimal("603.00"), Decimal("120.60"), 1),
    ]


def test_companies_and_exempt_sales_are_not_reported():
    company = replace(DEPOSIT, audience="company")
    exempt = replace(
        FINAL,
        amounts=(sold("990.00", "0.00", rate=EXEMPT),),
        deducted=(Deducted("F-2026-00001", Decimal("297.00"), ZERO),),
    )

    assert daily_sales([company, exempt]) == []


def test_day_of_credit_notes_alone_has_no_transaction():
    assert daily_sales([NOTE]) == [
        DailySales(SECOND, TAXED, Decimal("-90.00"), Decimal("-18.00"), 0)
    ]


def settlement(amount, moved_on=FIRST, rate=TAXED):
    return Settlement(
        1, "paiement", Decimal(amount), rate, "transfer", "VIR", "LX-1", "Camille Exemple",
        SECOND, moved_on,
    )  # fmt: skip


def test_receipts_by_day_of_the_bank_less_what_went_back():
    found = daily_receipts(
        [
            settlement("356.40"),
            settlement("-56.40"),
            settlement("10.00", SECOND),
            settlement("99.00", rate=EXEMPT),
        ]
    )

    assert found == [
        DailyReceipts(FIRST, TAXED, Decimal("300.00")),
        DailyReceipts(SECOND, TAXED, Decimal("10.00")),
    ]


def test_rows_of_the_report():
    sales = DailySales(FIRST, TAXED, Decimal("297.00"), Decimal("59.40"), 1)
    receipts = DailyReceipts(FIRST, TAXED, Decimal("356.40"))

    assert sales_row("123456789", sales) == (
        "123456789", "ventes", FIRST, "prestations de services", Decimal("20.0"),
        Decimal("297.00"), Decimal("59.40"), Decimal("356.40"), 1,
    )  # fmt: skip
    assert receipts_row("123456789", receipts) == (
        "123456789", "encaissements", FIRST, "prestations de services", Decimal("20.0"), "", "",
        Decimal("356.40"), "",
    )  # fmt: skip


@given(st.lists(st.sampled_from([DEPOSIT, FINAL, NOTE]), max_size=8), st.randoms())
def test_order_of_the_invoices_changes_nothing_and_no_cent_is_lost(found, chance):
    shuffled = list(found)
    chance.shuffle(shuffled)

    days = daily_sales(shuffled)

    assert days == daily_sales(found)
    taxed = [row for sale in found for row in journal_rows(sale) if row.rate]
    assert sum(day.excl_vat for day in days) == sum(
        row.excl_vat + row.deducted_excl_vat for row in taxed
    )
