"""Worked examples of the accounting entries, and every piece balances."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.invoices.accounting.fec import (
    Accounts,
    FecLine,
    balance,
    fec_amount,
    fec_text,
    sale_lines,
    settlement_lines,
)
from shop.invoices.accounting.rules import Deducted, Sale, Settlement, SoldAmount

ACCOUNTS = Accounts()
DAY = date(2026, 12, 16)
TAXED = Decimal("0.200")


def sold(excl_vat, vat, nature="training", rate=TAXED):
    return SoldAmount(nature, rate, Decimal(excl_vat), Decimal(vat))


def sale(kind, *amounts, number="F-2026-00003", **more):
    return Sale(number, kind, "consumer", DAY, "LX-1", "Camille Exemple", amounts, **more)


def posted(lines):
    """Account, debit and credit of each line."""
    return [(line.CompteNum, line.Debit, line.Credit) for line in lines]


def test_columns_are_those_of_the_law_in_their_order():
    assert FecLine._fields == (
        "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
        "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
        "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
    )  # fmt: skip


def test_deposit_waits_on_its_own_account():
    lines = sale_lines(sale("deposit", sold("297.00", "59.40"), number="F-2026-00001"), ACCOUNTS)

    assert lines[0] == FecLine(
        "VE", "Ventes", "F-2026-00001", "20261216", "411000", "Clients", "LX-1",
        "Camille Exemple", "F-2026-00001", "20261216",
        "Facture d’acompte F-2026-00001 – Camille Exemple", "356,40", "0,00", "", "", "20261216",
        "", "",
    )  # fmt: skip
    assert posted(lines) == [
        ("411000", "356,40", "0,00"),
        ("419100", "0,00", "297,00"),
        ("445710", "0,00", "59,40"),
    ]
    assert [line.CompAuxNum for line in lines] == ["LX-1", "", ""]


DEPOSIT = Deducted("F-2026-00001", Decimal("297.00"), Decimal("59.40"))


def test_final_invoice_takes_the_deposit_back_with_its_vat():
    final = sale("final", sold("990.00", "198.00"), deducted=(DEPOSIT,))

    assert posted(sale_lines(final, ACCOUNTS)) == [
        ("411000", "831,60", "0,00"),
        ("706000", "0,00", "990,00"),
        ("445710", "0,00", "198,00"),
        ("419100", "297,00", "0,00"),
        ("445710", "59,40", "0,00"),
    ]


def test_final_invoice_whose_price_was_all_received_moves_nothing_on_the_client():
    paid = Deducted("F-2026-00002", Decimal("693.00"), Decimal("138.60"))
    final = sale("final", sold("990.00", "198.00"), deducted=(DEPOSIT, paid))

    accounts = [account for account, _, _ in posted(sale_lines(final, ACCOUNTS))]
    assert "411000" not in accounts


def test_part_of_a_deposit_that_was_credited_leaves_the_sales():
    """It was taken back from the deposits already: taking it back again would leave a debit there."""
    final = sale(
        "final", sold("990.00", "198.00"), deducted=(DEPOSIT,), credited_excl_vat=Decimal("100.00")
    )

    assert posted(sale_lines(final, ACCOUNTS))[3:] == [
        ("419100", "197,00", "0,00"),
        ("706000", "100,00", "0,00"),
        ("445710", "59,40", "0,00"),
    ]


@pytest.mark.parametrize(("takes_back", "account"), [(True, "419100"), (False, "706000")])
def test_credit_note_reverses_what_it_corrects(takes_back, account):
    note = sale(
        "credit", sold("100.00", "20.00"), number="AV-2026-00001", corrects="F-2026-00001",
        takes_back_deposit=takes_back,
    )  # fmt: skip

    lines = sale_lines(note, ACCOUNTS)

    assert posted(lines) == [
        ("411000", "0,00", "120,00"),
        (account, "100,00", "0,00"),
        ("445710", "20,00", "0,00"),
    ]
    assert lines[0].EcritureLib == "Avoir AV-2026-00001 sur F-2026-00001 – Camille Exemple"


def test_indemnity_is_never_a_sale_of_training_and_no_vat_is_no_line():
    lines = sale_lines(sale("final", sold("200.00", "0.00", "indemnity", Decimal(0))), ACCOUNTS)

    assert posted(lines) == [("411000", "200,00", "0,00"), ("708000", "0,00", "200,00")]


def settlement(amount, channel="off_session", label="paiement", reference="ch_1"):
    return Settlement(
        12, label, Decimal(amount), TAXED, channel, reference, "LX-1", "Camille Exemple",
        date(2026, 12, 3), date(2026, 12, 1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "account"),
    [("off_session", "467000"), ("checkout", "467000"), ("transfer", "512000")],
)
def test_payment_goes_to_stripe_or_to_the_bank(channel, account):
    lines = settlement_lines(settlement("356.40", channel), ACCOUNTS)

    assert posted(lines) == [(account, "356,40", "0,00"), ("411000", "0,00", "356,40")]
    assert lines[1] == FecLine(
        "BQ", "Banque", "12", "20261203", "411000", "Clients", "LX-1", "Camille Exemple", "ch_1",
        "20261201", "Paiement – LX-1", "0,00", "356,40", "", "", "20261203", "", "",
    )  # fmt: skip


def test_refund_is_the_reverse():
    lines = settlement_lines(settlement("-50.00", label="remboursement"), ACCOUNTS)

    assert posted(lines) == [("467000", "0,00", "50,00"), ("411000", "50,00", "0,00")]


def test_accounts_are_those_of_the_accountant():
    accounts = Accounts(client="4110001", training="7061", vat="44571", sales_journal="VTE")

    lines = sale_lines(sale("final", sold("10.00", "2.00")), accounts)

    assert [line.CompteNum for line in lines] == ["4110001", "7061", "44571"]
    assert {line.JournalCode for line in lines} == {"VTE"}


@pytest.mark.parametrize(
    ("text", "written"),
    [("Un\tdeux\r\ntrois", "Un deux trois"), ("=1+1", "'=1+1"), ("Société  A", "Société A")],
)
def test_text_stays_in_its_column(text, written):
    assert fec_text(text) == written


def test_amount_has_a_comma_and_two_places():
    assert fec_amount(Decimal(1234567)) == "1234567,00"


amounts = st.decimals("0.01", "99999.99", places=2)
vats = st.decimals("0.00", "9999.99", places=2)
solds = st.builds(
    SoldAmount, st.sampled_from(["training", "indemnity"]), st.just(TAXED), amounts, vats
)
sales = st.builds(
    Sale,
    number=st.just("F-2026-00001"),
    kind=st.sampled_from(["deposit", "final", "credit"]),
    audience=st.just("company"),
    issued_on=st.just(DAY),
    client_code=st.text(),
    client_name=st.text(),
    amounts=st.lists(solds, min_size=1, max_size=4).map(tuple),
    deducted=st.lists(st.builds(Deducted, st.just("F"), amounts, vats), max_size=3).map(tuple),
    takes_back_deposit=st.booleans(),
    credited_excl_vat=vats,
)


@given(sales)
def test_every_sale_balances_and_no_line_is_empty_or_on_both_sides(found):
    lines = sale_lines(found, ACCOUNTS)

    assert balance(lines) == 0
    for line in lines:
        assert "0,00" in (line.Debit, line.Credit)
        assert line.Debit != line.Credit
        assert not any("\t" in cell or "\n" in cell for cell in line)


@given(st.decimals("-9999.99", "9999.99", places=2), st.sampled_from(["transfer", "checkout"]))
def test_every_settlement_balances(amount, channel):
    assert balance(settlement_lines(settlement(str(amount), channel), ACCOUNTS)) == 0
