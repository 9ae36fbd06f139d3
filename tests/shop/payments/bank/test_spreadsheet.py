"""CSV exports: whatever their separator, encoding, columns, preamble, amounts and dates."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shop.payments.bank.amounts import day, signed_amount
from shop.payments.bank.reading import read_statement
from shop.payments.bank.statements import Entry, StatementFormat, StatementRefused
from tests.shop.payments.bank.writing import COLUMNS, PAYER_ACCOUNT, french, sheet

LETTERS = st.text("abcdeéèçàABC ,;\t\"'’€0123456789-/", max_size=30).map(
    lambda text: " ".join(text.split())
)
ENTRIES = st.builds(
    Entry,
    booked_on=st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    value_on=st.none() | st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    amount=st.decimals("0.01", "99999999.99", places=2),
    payer=LETTERS,
    payer_iban=st.sampled_from(["", PAYER_ACCOUNT]),
    text=LETTERS,
    bank_reference=LETTERS,
)
ONE = Entry(booked_on=date(2026, 11, 25), amount=Decimal("1234.56"), text="VIR ATELIER")
HEAD = "Date;Libellé;Débit;Crédit\n"


def read(content):
    statement = read_statement(content if isinstance(content, bytes) else content.encode())
    return [replace(entry, place=0) for entry in statement.entries]


@given(
    entries=st.lists(ENTRIES, max_size=4),
    separator=st.sampled_from([";", ",", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    order=st.permutations(list(COLUMNS)),
    number=st.sampled_from([french, "{:.2f}".format, "{:,.2f}".format, "+{:.2f} €".format]),
    written=st.sampled_from(["{:%d/%m/%Y}".format, str, "{:%d.%m.%Y}".format, "{:%Y%m%d}".format]),
    preamble=st.sampled_from([[], [["Compte", "Atelier"], [], ["Solde au 25/11/2026", "12,00"]]]),
)
def test_what_is_written_is_read_again(
    entries, separator, encoding, order, number, written, preamble
):
    content = sheet(
        entries, separator=separator, encoding=encoding, order=order, number=number,
        day=written, preamble=preamble,
    )  # fmt: skip
    assert read(content) == entries


def test_lines_of_the_file_are_told():
    content = sheet([ONE, ONE], preamble=[["Compte"], []])
    statement = read_statement(content)
    assert statement.format == StatementFormat.CSV
    assert [entry.place for entry in statement.entries] == [4, 5]


def test_account_is_read_before_the_headings():
    content = f"Compte : FR76 3000 6000 0112 3456 7890 189 EUR\n{HEAD}".encode()
    assert read_statement(content).account == "FR7630006000011234567890189"
    assert read_statement(HEAD.encode()).account == ""


def test_debit_and_credit_columns():
    rows = "25/11/2026;VIR A;;1 234,56\n26/11/2026;LOYER;-800,00;\n27/11/2026;CB;12,00;0,00\n"
    statement = read_statement((HEAD + rows + "28/11/2026;ANNULATION VIR;;-10,00\n").encode())
    assert [entry.amount for entry in statement.entries] == [Decimal("1234.56")]
    assert (statement.ignored.debits, statement.ignored.taken_back) == (2, 1)


def test_amount_with_a_column_for_its_way():
    content = (
        "Date;Libellé;Montant;Sens\n25/11/2026;A;10,00;C\n25/11/2026;B;20,00;Débit\n"
        "25/11/2026;C;30,00;CR\n"
    )
    assert [entry.text for entry in read(content)] == ["A", "C"]


def test_balances_are_no_money_received():
    rows = (
        "25/11/2026;SOLDE FACTURE 12;;100,00\n25/11/2026;TOTAL ENERGIES;;50,00\n"
        "25/11/2026;Solde créditeur au 25/11/2026;;9 999,00\n;Total;;9 999,00\n"
        "Solde final;;;9 999,00\n"
    )
    statement = read_statement((HEAD + rows).encode())
    assert [entry.text for entry in statement.entries] == ["SOLDE FACTURE 12", "TOTAL ENERGIES"]
    assert statement.ignored.balances == 3


def test_text_that_goes_on_below_belongs_to_its_transfer():
    rows = "25/11/2026;VIR ATELIER;;100,00\n;RF76PC20260001;;\n25/11/2026;CB;5,00;\n;MERCI;;\n"
    assert [entry.text for entry in read(HEAD + rows)] == ["VIR ATELIER RF76PC20260001"]


def test_quotation_mark_that_nothing_closes_swallows_no_line():
    rows = '25/11/2026;"ATELIER;;100,00\n26/11/2026;BOIS";;200,00\n'
    assert [entry.amount for entry in read(HEAD + rows)] == [Decimal(100), Decimal(200)]


def test_most_precise_date_and_all_texts_are_kept():
    content = (
        "Date opération;Date comptable;Libellé;Informations complémentaires;Montant\n"
        "24/11/2026;25/11/2026;VIR;PC-2026-0001;10,00\n"
    )
    assert read(content) == [
        Entry(booked_on=date(2026, 11, 25), amount=Decimal("10.00"), text="VIR PC-2026-0001")
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "vide"),
        ("bonjour", "aucun en-tête"),
        ("Date;Libellé\n25/11/2026;A\n", "« montant » ou « crédit » introuvable"),
        ("Date;Montant\n25/11/2026;1,00\n", "« libellé » introuvable"),
        ("Date;Libellé;Montant;Montant\n", "Ligne 1 : deux colonnes peuvent être « montant »"),
        ("Date;Libellé;Montant;Crédit\n", "toutes deux là"),
        (HEAD + "25/11/2026;A;;1.234\n", "Ligne 2 : le montant « 1.234 » se lit de deux façons"),
        (HEAD + "25/11/2026;A;;dix\n", "Ligne 2 : le montant « dix »"),
        (HEAD + "25/11/2026;A;;12,345\n", "deux façons"),
        (HEAD + "25/11/2026;A;;1234,567\n", "deux décimales"),
        (HEAD + "25/11/2026;A;1,00;1,00\n", "un débit et un crédit"),
        (HEAD + "11/25/2026;A;;1,00\n", "Ligne 2 : la date « 11/25/2026 »"),
        (HEAD + "\n\n;A;;1,00\n", "Ligne 4 : la date"),
        (HEAD + "25/11/2026;A;B;C;1,00\n", "Ligne 2 : 5 colonnes, pour 4"),
        (HEAD + "25/11/2026;A\n", "Ligne 2 : le montant manque"),
        ("Date;Libellé;Montant;Sens\n25/11/2026;A;1,00;?\n", "le sens"),
        ("Date;Libellé;Montant;Devise\n25/11/2026;A;1,00;??\n", "la devise"),
        ("%PDF-1.7", "PDF"),
        ("PK\x03\x04", "classeur"),
        ("OFXHEADER:100", "OFX"),
    ],
)
def test_file_is_refused_whole_with_its_reason(content, message):
    with pytest.raises(StatementRefused, match=message.replace("?", r"\?")):
        read_statement(content.encode())


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1 234,56", "1234.56"), ("1\u202f234,56 €", "1234.56"), ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"), ("1234.5", "1234.50"), ("-12,00", "-12"), ("12,00-", "-12"),
        ("−12,00", "-12"), ("+7", "7"), ("1.234.567", "1234567"), ("", "0"), ("0,00", "0"),
        ("12,00 EUR", "12"),
    ],
)  # fmt: skip
def test_amount_is_read(typed, amount):
    assert signed_amount(typed, line=1) == Decimal(amount)


@pytest.mark.parametrize("typed", ["1,234", "1.234", "1 2,3,4", "--1", "1e3", "NaN", "١٢"])
def test_amount_that_may_be_another_is_refused(typed):
    with pytest.raises(StatementRefused):
        signed_amount(typed, line=1)


@pytest.mark.parametrize(
    "typed",
    ["25/11/2026", "25/11/26", "25-11-2026", "2026-11-25", "20261125", "2026-11-25 00:00:00"],
)
def test_day_is_read(typed):
    assert day(typed, line=1) == date(2026, 11, 25)


@given(content=st.binary(max_size=400))
@example(content=b"\xff\xfe\x00")
@example(content=b"\xef\xbb\xbf<")
def test_no_bytes_raise_anything_but_the_refusal(content):
    with suppress(StatementRefused):
        read_statement(content)


@given(text=st.text('Datelibmoncréu;,\t"\n\r \x000123456789/-.€', max_size=200))
def test_no_text_raises_anything_but_the_refusal(text):
    for head in ("", HEAD, "Date,Libellé,Montant\n"):
        with suppress(StatementRefused):
            read_statement((head + text).encode())
