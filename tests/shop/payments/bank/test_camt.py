"""CAMT.053 files: what is money received, what is not, and what no parser may be made to do."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.payments.bank.reading import read_statement
from shop.payments.bank.statements import Entry, StatementFormat, StatementRefused
from tests.shop.payments.bank.writing import ACCOUNT, PAYER_ACCOUNT, camt, movement

WORDS = st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=30).map(str.strip)
ENTRIES = st.builds(
    Entry,
    booked_on=st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    value_on=st.none() | st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    amount=st.decimals("0.01", "99999999.99", places=2),
    currency=st.sampled_from(["EUR", "EUR", "CHF"]),
    payer=WORDS,
    payer_iban=st.sampled_from(["", PAYER_ACCOUNT]),
    text=WORDS.filter(bool),
    end_to_end=WORDS.filter(lambda word: word != "NOTPROVIDED"),
    bank_reference=WORDS,
    is_reversal=st.booleans(),
)
ONE = Entry(
    booked_on=date(2026, 11, 25),
    value_on=date(2026, 11, 24),
    amount=Decimal("1188.00"),
    payer="ATELIER D’ESSAI",
    payer_iban=PAYER_ACCOUNT,
    text="RF76PC20260001",
    end_to_end="E2E-1",
    bank_reference="B-1",
)


def read(content):
    statement = read_statement(content)
    return [replace(entry, place=0) for entry in statement.entries]


@pytest.mark.parametrize("version", ["02", "04", "06", "08", "13"])
@pytest.mark.parametrize("prefix", ["", "ns2"])
def test_transfer_is_read_whatever_the_version(version, prefix):
    statement = read_statement(camt([ONE], version=version, prefix=prefix))
    assert (statement.format, statement.account) == (StatementFormat.CAMT, ACCOUNT)
    assert [replace(entry, place=0) for entry in statement.entries] == [ONE]


@given(entries=st.lists(ENTRIES, max_size=5), version=st.sampled_from(["02", "08"]))
def test_what_is_written_is_read_again(entries, version):
    assert read(camt(entries, version=version)) == entries


def test_debits_pending_and_taken_back_are_counted_and_left_out():
    more = (
        movement(way="DBIT") + movement(way="DBIT", more="<RvslInd>true</RvslInd>")
        + movement(status="PDNG") + movement(status="INFO") + movement(amount="0.00")
    )  # fmt: skip
    statement = read_statement(camt([ONE], more=more))
    assert len(statement.entries) == 1
    assert statement.ignored.sentences == [
        "Laissé de côté : 1 débit.",
        "Laissé de côté : 2 mouvements non comptabilisés.",
        "Virements repris par la banque : 1. À traiter à la main, avec elle.",
    ]


def test_creditor_reference_is_read_where_the_standard_puts_it():
    details = (
        "<NtryDtls><TxDtls><RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
        "<Ref>RF76PC20260001</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls>"
    )
    assert read(camt([], more=movement(details=details)))[0].text == "RF76PC20260001"


def batch(*amounts, way="CRDT"):
    parts = "".join(
        f'<TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs><Amt Ccy="EUR">{amount}</Amt>'
        f"<CdtDbtInd>{way}</CdtDbtInd><RmtInf><Ustrd>texte {n}</Ustrd></RmtInf></TxDtls>"
        for n, amount in enumerate(amounts, start=1)
    )
    return movement(amount="30.00", details=f"<NtryDtls>{parts}</NtryDtls>")


def test_batch_is_one_line_for_each_transfer():
    entries = read(camt([], more=batch("10.00", "20.00")))
    assert [(e.amount, e.end_to_end, e.text) for e in entries] == [
        (Decimal("10.00"), "E1", "texte 1"), (Decimal("20.00"), "E2", "texte 2"),
    ]  # fmt: skip


@pytest.mark.parametrize("more", [batch("10.00", "19.99"), batch("10.00", "20.00", way="DBIT")])
def test_batch_that_does_not_add_up_stays_whole(more):
    entries = read(camt([], more=more))
    assert [(entry.amount, entry.text) for entry in entries] == [
        (Decimal("30.00"), "texte 1 texte 2")
    ]


def test_instants_are_days_of_paris():
    late = movement().replace("<Dt>2026-11-25</Dt>", "<DtTm>2026-11-25T23:30:00Z</DtTm>")
    assert read(camt([], more=late))[0].booked_on == date(2026, 11, 26)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]><Document>&d;</Document>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<Document><BkToCstmrStmt><Stmt><Ntry>&x;</Ntry></Stmt></BkToCstmrStmt></Document>"""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB, "DTD"),
        (OUTSIDE, "DTD"),
        (BOMB.decode().replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16"), "DTD"),
        (camt([ONE])[:-20], "coupé ou abîmé"),
        (b"<html><body>Erreur</body></html>", "n’est pas un relevé"),
        (b"<" + b"a" * 9_000_000, "8 Mo"),
        (camt([ONE]).replace(b"BkToCstmrStmt", b"BkToCstmrDbtCdtNtfctn"), "CAMT.054"),
        (camt([ONE]).replace(b"BkToCstmrStmt", b"BkToCstmrAcctRpt"), "CAMT.052"),
        (camt([ONE]).replace(b"Stmt><Id>", b"Rien><Id>").replace(b"</Stmt>", b"</Rien>"), "aucun relevé"),
        (camt([ONE]).replace(b'Ccy="EUR"', b""), "Ligne 1 : la monnaie"),
        (camt([ONE]).replace(b"1188.00", b"1188.001"), "deux décimales"),
        (camt([ONE]).replace(b"1188.00", b"NaN"), "ne se lit pas"),
        (camt([ONE]).replace(b"1188.00", b"-12.00"), "ne se lit pas"),
        (camt([ONE]).replace(b"1188.00", b"1E9"), "ne se lit pas"),
        (camt([ONE]).replace(b"1188.00", b"999999999999.00"), "trop grand"),
        (camt([ONE]).replace(b"2026-11-25", b"2026-13-25"), "la date"),
        (camt([ONE]).replace(b"2026-11-25", b"1026-11-25"), "impossible"),
        (camt([ONE]).replace(b"CRDT", b"CREDIT"), "le sens"),
        (camt([], more="<Ntry/>"), "le sens"),
        (
            camt([]).replace(b"</Stmt>", b"</Stmt><Stmt><Acct><Id><IBAN>FR1420041010050500013M02606"
                             b"</IBAN></Id></Acct></Stmt>"),
            "plusieurs comptes",
        ),
    ],
)  # fmt: skip
def test_file_is_refused_whole_with_its_reason(content, message):
    with pytest.raises(StatementRefused, match=message):
        read_statement(content)


@pytest.mark.parametrize("cut", range(1, 700, 23))
def test_cut_file_is_refused(cut):
    with pytest.raises(StatementRefused):
        read_statement(camt([ONE])[:-cut])


@given(position=st.integers(0, 1100), noise=st.binary(min_size=1, max_size=6))
def test_damaged_file_raises_nothing_else(position, noise):
    whole = camt([ONE])
    with suppress(StatementRefused):
        read_statement(whole[:position] + noise + whole[position + len(noise) :])
