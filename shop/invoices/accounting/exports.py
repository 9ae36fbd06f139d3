"""What the accountant takes away: each function gives the bytes of a file, piece by piece.

A period goes from its first to its last Paris day, both included. Sales are taken by their date of
issue, entries of the ledger by the day on which they were written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from base.organisation import Organisation
from shop.invoices.accounting import reading
from shop.invoices.accounting.archive import invoice_archive
from shop.invoices.accounting.fec import FecLine, sale_lines, settlement_lines
from shop.invoices.accounting.ledger_rows import (
    CLOSING_HEADINGS,
    ENTRY_HEADINGS,
    closing_row,
    entry_row,
)
from shop.invoices.accounting.reporting import (
    REPORT_HEADINGS,
    DailyReceipts,
    DailySales,
    daily_receipts,
    daily_sales,
    receipts_row,
    sales_row,
)
from shop.invoices.accounting.rules import JOURNAL_HEADINGS, JournalRow, journal_rows
from shop.invoices.accounting.settings import AccountingSettings
from shop.invoices.accounting.tables import csv_file, tab_separated_file, xlsx_file
from shop.invoices.parties import seller_of

__all__ = [
    "bank_entries", "closings_csv", "consumer_receipts", "consumer_report_csv", "consumer_sales",
    "invoice_archive", "ledger_csv", "sales_entries", "sales_journal", "sales_journal_csv",
    "sales_journal_xlsx",
]  # fmt: skip


def sales_journal(first: date, last: date) -> Iterator[JournalRow]:
    for sale in reading.issued(first, last):
        yield from journal_rows(sale)


def sales_journal_csv(first: date, last: date) -> Iterator[bytes]:
    return csv_file(JOURNAL_HEADINGS, sales_journal(first, last))


def sales_journal_xlsx(first: date, last: date) -> Iterator[bytes]:
    return xlsx_file(JOURNAL_HEADINGS, sales_journal(first, last))


def sales_entries(first: date, last: date) -> Iterator[bytes]:
    """Journal of sales in the form of the FEC, with the accounts set today."""
    accounts = AccountingSettings.current().accounts
    lines = (line for sale in reading.sales(first, last) for line in sale_lines(sale, accounts))
    return tab_separated_file(FecLine._fields, lines)


def bank_entries(first: date, last: date) -> Iterator[bytes]:
    """Journal of the bank and of Stripe in the form of the FEC, from the ledger."""
    accounts = AccountingSettings.current().accounts
    found = reading.settlements_entered(first, last)
    lines = (line for settlement in found for line in settlement_lines(settlement, accounts))
    return tab_separated_file(FecLine._fields, lines)


def ledger_csv(first: date, last: date) -> Iterator[bytes]:
    return csv_file(ENTRY_HEADINGS, map(entry_row, reading.entries(first, last)))


def closings_csv(first: date, last: date) -> Iterator[bytes]:
    return csv_file(CLOSING_HEADINGS, map(closing_row, reading.closings(first, last)))


def consumer_sales(first: date, last: date) -> list[DailySales]:
    """One a day and rate (law.md I-10)."""
    return daily_sales(reading.issued(first, last))


def consumer_receipts(first: date, last: date) -> list[DailyReceipts]:
    """By the day of the bank: a transfer noted late changes a day that was reported."""
    return daily_receipts(reading.consumer_settlements(first, last))


def consumer_report_csv(first: date, last: date) -> Iterator[bytes]:
    siren = seller_of(Organisation.current()).siren
    rows = [
        *(sales_row(siren, found) for found in consumer_sales(first, last)),
        *(receipts_row(siren, found) for found in consumer_receipts(first, last)),
    ]
    return csv_file(REPORT_HEADINGS, rows)
