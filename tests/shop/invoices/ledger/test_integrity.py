"""What ``verify`` finds when somebody goes round the application and writes by SQL (law.md I-11)."""

from datetime import timedelta

from django.db import connection

import pytest

from base.append_only import drop_triggers, install_triggers
from base.integrity import faults
from shop.invoices.ledger.closing import close_finished_periods
from shop.invoices.ledger.integrity import ledger_faults
from shop.models import Attempt, LedgerClosing, LedgerEntry, Refund
from tests.shop.invoices.ledger.conftest import NOW, pay, send_back

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=40)


@pytest.fixture
def kept(new_order):
    """Three payments, one sent back; a day, a month and the days that follow are closed."""
    attempts = [
        pay(new_order().dues.get(position=1), NOW + timedelta(days=day)) for day in (0, 0, 31)
    ]
    send_back(attempts[2], NOW + timedelta(days=32))
    close_finished_periods(LATER)
    assert list(ledger_faults()) == []
    return attempts


@pytest.fixture
def sql(kept):
    """Writes what the triggers refuse."""
    drop_triggers()

    def sql(statement, *values):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    yield sql
    install_triggers()


def told():
    return "\n".join(ledger_faults())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount", 1), ("order_reference", "LX-0"), ("moved_on", "2026-11-30"),
        ("vat_rate", 0), ("reference", "VIR 9"), ("at", "2026-12-01 12:00:01+00:00"),
    ],
)  # fmt: skip
def test_changed_entry(sql, column, value):
    sql(f"UPDATE shop_ledgerentry SET {column} = %s WHERE number = 2", value)  # noqa: S608

    assert "L’écriture 2 ne correspond pas à son empreinte." in told()


def test_changed_amount_breaks_the_totals_of_its_closings(sql):
    sql("UPDATE shop_ledgerentry SET amount = 1 WHERE number = 2")

    assert told().count("les totaux de la période") == 3  # its day, its month, its year
    assert "L’écriture 2 n’a pas le montant de son paiement." in told()


def test_missing_entry(sql):
    sql("DELETE FROM shop_ledgerentry WHERE number = 2")

    assert "L’écriture 2 manque." in told()
    assert "payée sans écriture" in told()


def test_missing_last_entry(sql):
    sql("DELETE FROM shop_ledgerentry WHERE number = 4")

    assert "La dernière écriture n’est pas celle que la tête du registre annonce." in told()
    assert "compte des écritures qui n’existent pas" in told()


def test_swapped_entries(sql):
    sql("UPDATE shop_ledgerentry SET number = 99 WHERE number = 1")
    sql("UPDATE shop_ledgerentry SET number = 1 WHERE number = 2")
    sql("UPDATE shop_ledgerentry SET number = 2 WHERE number = 99")

    assert "L’écriture 1 ne suit pas celle qui la précède." in told()
    assert "L’écriture 2 ne correspond pas à son empreinte." in told()


def test_added_entry(sql, new_order):
    """Well chained after the last one, but told by nobody."""
    last = LedgerEntry.objects.get(number=4)
    due = new_order().dues.get(position=1)
    attempt = Attempt.objects.create(due=due, number=1, amount=due.amount, idempotency_key="k")
    fake = LedgerEntry(
        number=5, kind="payment", amount=due.amount, vat_rate=last.vat_rate,
        order_reference=due.order.reference, due_position=1, channel="transfer",
        attempt=attempt, moved_on=last.moved_on, at=last.at, previous=last.sha256,
    )  # fmt: skip
    fake.sha256 = fake.facts.digest(last.sha256)
    fake.save()

    assert "La dernière écriture n’est pas celle" in told()
    assert "L’écriture 5 n’a pas de paiement." in told()


@pytest.mark.parametrize(
    "column", ["payments", "refunds", "cumulative_payments", "cumulative_refunds"]
)
def test_broken_closing_total(sql, column):
    sql(f"UPDATE shop_ledgerclosing SET {column} = 1 WHERE number = 1")  # noqa: S608

    assert "La clôture 1 ne correspond pas à son empreinte." in told()
    assert "La clôture 1 : " in told()


def test_closing_rewritten_with_its_hash(sql):
    closing = LedgerClosing.objects.get(number=1)
    closing.payments += 1
    digest = closing.facts.digest(closing.previous)
    sql(
        "UPDATE shop_ledgerclosing SET payments = payments + 1, sha256 = %s WHERE number = 1",
        digest,
    )

    assert "La clôture 1 : les totaux de la période ne sont pas ceux des écritures." in told()
    assert "La clôture 2 ne suit pas celle qui la précède." in told()


def test_missing_closing(sql):
    sql("DELETE FROM shop_ledgerclosing WHERE number = 3")

    assert "La clôture 3 manque." in told()
    assert "ne suit pas la période précédente" in told()


def test_payment_without_entry(kept):
    due = kept[0].due.order.dues.get(position=2)
    Attempt.objects.create(
        due=due, number=1, amount=due.amount, state="succeeded", idempotency_key="k"
    )

    assert "payée sans écriture" in told()


def test_entry_without_its_payment_or_refund(kept):
    Attempt.objects.filter(pk=kept[0].pk).update(state="failed")
    Refund.objects.update(state="pending")

    assert told().splitlines() == [
        "L’écriture 1 n’a pas de paiement.",
        "L’écriture 4 n’a pas de remboursement.",
    ]


def test_refund_without_entry(kept):
    Refund.objects.create(
        attempt=kept[0], amount=1, state="succeeded", reason="", actor="", idempotency_key="r"
    )

    assert "effectué sans écriture" in told()


def test_returned_refund_and_lost_dispute_without_entry(kept):
    Refund.objects.update(state="failed")
    Attempt.objects.filter(pk=kept[1].pk).update(dispute_state="lost", dispute_id="dp_1")

    assert "revenu de la banque sans écriture" in told()
    assert "contestation perdue sans écriture" in told()


def test_verify_asks_the_ledger(sql):
    sql("UPDATE shop_ledgerentry SET amount = 1 WHERE number = 1")

    assert "registre des paiements" in {name for name, _ in faults()}
