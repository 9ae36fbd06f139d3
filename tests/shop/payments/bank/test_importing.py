"""Importing: whole, once, whatever overlaps, and a large file in few queries."""

from dataclasses import replace
from datetime import timedelta

from django.db import connection

import pytest

from base.append_only import Immutable
from base.private_files import forget, read
from shop.models import BankLine, BankStatement
from shop.payments.bank.importing import MEANWHILE, import_statement, look_at
from shop.payments.bank.integrity import bank_faults
from shop.payments.bank.statements import StatementRefused
from tests.shop.payments.bank.conftest import ACTOR, DAY, NOW, transfer
from tests.shop.payments.bank.writing import ACCOUNT, camt, movement, sheet


def take(content, name="releve.xml"):
    return import_statement(name=name, content=content, actor=ACTOR, now=NOW)


def test_lines_and_file_are_kept(db):
    content = camt([transfer("PC-2026-0001")], more=movement(way="DBIT"))
    statement = take(content)
    line = statement.lines.get()
    assert (line.booked_on, line.payer, line.text) == (DAY, "ATELIER D ESSAI", "PC-2026-0001")
    assert (statement.account, statement.line_count, statement.known_count) == (ACCOUNT, 1, 0)
    assert statement.left_out == ["Laissé de côté : 1 débit."]
    assert read(statement.sha256) == content
    assert list(bank_faults()) == []


def test_same_file_again_says_so_and_imports_nothing(db):
    content = camt([transfer()])
    take(content)
    with pytest.raises(StatementRefused, match=r"déjà importé \(« releve.xml », le 10"):
        take(content, name="autre.xml")
    assert BankLine.objects.count() == 1


def test_overlapping_statements_import_each_line_once(db):
    first, second, third = transfer("un"), transfer("deux"), transfer("trois")
    take(camt([first, second]))
    preview = look_at(camt([second, third]))
    assert (preview.known, [new.entry.text for new in preview.lines]) == (1, ["trois"])
    statement = take(camt([second, third]))
    assert (statement.line_count, statement.known_count) == (1, 1)
    assert sorted(BankLine.objects.values_list("text", flat=True)) == ["deux", "trois", "un"]


def test_two_transfers_alike_are_both_kept_and_not_once_more(db):
    alike = transfer("acompte")
    take(camt([alike]))
    take(camt([alike, alike]))
    take(camt([alike, alike, transfer("autre")]))
    assert BankLine.objects.filter(text="acompte").count() == 2
    assert BankLine.objects.count() == 3


def test_line_told_by_another_format_is_pointed_out(db):
    take(camt([transfer("un")]))
    preview = look_at(sheet([transfer("VIR UN"), transfer("VIR DEUX", "12.00")]))
    assert [new.resembles for new in preview.lines] == [True, False]


def test_refused_file_leaves_nothing(db):
    content = camt([transfer("un")], more="<Ntry/>")
    with pytest.raises(StatementRefused):
        take(content)
    assert not BankStatement.objects.exists()


def test_statement_without_any_credit_is_remembered(db):
    statement = take(camt([], more=movement(way="DBIT")))
    assert (statement.line_count, statement.ignored["debits"]) == (0, 1)


def test_lines_are_facts(db):
    line = take(camt([transfer()])).lines.get()
    line.amount = 1
    with pytest.raises(Immutable):
        line.save()
    with pytest.raises(Immutable):
        BankLine.objects.update(text="autre")


def test_lost_file_is_a_fault(db):
    statement = take(camt([transfer()]))
    forget(statement.sha256)
    assert list(bank_faults()) == [
        "Relevé releve.xml, importé le 10/12/2026 : son fichier a disparu ou a changé."
    ]


def test_statement_imported_meanwhile_refuses_the_other(db, monkeypatch):
    """The fingerprint of the database has the last word."""
    from shop.payments.bank import importing

    content = camt([transfer("un"), transfer("deux")])
    preview = look_at(content)
    take(camt([transfer("deux")]))
    monkeypatch.setattr(importing, "look_at", lambda content: preview)
    with pytest.raises(StatementRefused, match=MEANWHILE):
        take(content)
    assert BankStatement.objects.count() == 1


def test_ten_thousand_lines_take_few_queries(db, django_assert_num_queries):
    entries = [
        replace(transfer(f"VIR {n}"), booked_on=DAY - timedelta(days=n % 90)) for n in range(10_000)
    ]
    content = camt(entries)
    with django_assert_num_queries({"sqlite": 158, "postgresql": 26}[connection.vendor]):
        take(content)
    assert BankLine.objects.count() == 10_000
