"""Which invoice each payment, refund and training gives (law.md I-01, I-05, I-06, invariants I1, I7)."""

from datetime import date, timedelta
from decimal import Decimal as D

from django.db import IntegrityError, transaction

import pytest

from base.append_only import Immutable
from base.events import events_of
from shop.invoices.actions import (
    credit_payment,
    credit_unpaid,
    invoice_order,
    invoice_payment,
)
from shop.invoices.content import Audience, Earlier, InvoiceKind
from shop.invoices.integrity import invoice_faults
from shop.invoices.jobs import issue_missing, payments_to_credit
from shop.invoices.models import (
    Invoice,
    InvoiceAmount,
    InvoiceMention,
)
from shop.invoices.planning import creditable
from shop.invoices.rules import NotInvoiceable
from shop.models import ChargeFreeze, WithdrawalDeclaration
from shop.numbering.models import SeriesCounter
from shop.payments.models import Attempt, RefundState
from shop.payments.rules import AttemptState
from tests.factories.orders import FIRST_CHARGE_AT, OrderFactory, paris
from tests.shop.invoices.conftest import give, pay

pytestmark = pytest.mark.django_db
NOW = FIRST_CHARGE_AT + timedelta(minutes=1)


@pytest.fixture
def deposit(order):
    return pay(order.dues.get(position=1))


def declared():
    return WithdrawalDeclaration.append(
        name="Camille Exemple", contract="?", sent_at=NOW, received_at=NOW, form_key="essai"
    )


def after_the_course(order, days=1, hour=8):
    return paris(order.ends_on + timedelta(days=days), hour)


def test_payment_before_the_end_gives_a_deposit_invoice(order, deposit):
    invoice = invoice_payment(attempt_id=deposit.pk, now=NOW)

    assert (invoice.number, invoice.kind) == ("F-2026-00001", "deposit")
    assert (invoice.excl_vat, invoice.vat, invoice.incl_vat) == (
        D("297.00"),
        D("59.40"),
        D("356.40"),
    )
    assert (invoice.payable, invoice.due_on) == (0, FIRST_CHARGE_AT.date())
    facts = invoice.facts
    assert facts.buyer.audience == Audience.CONSUMER
    assert facts.seller.siren == "510869274"
    assert facts.paid_on == FIRST_CHARGE_AT.date()
    assert any(order.reference in detail for detail in facts.lines[0].details)
    assert not facts.mentions.penalty
    assert not facts.mentions.recovery
    assert "Facture d’acompte émise" in events_of(order).values_list("name", flat=True)


def test_asked_again_it_is_the_same_invoice(order, deposit):
    first = invoice_payment(attempt_id=deposit.pk, now=NOW)
    assert invoice_payment(attempt_id=deposit.pk, now=NOW) == first
    assert Invoice.objects.count() == 1


@pytest.mark.parametrize("state", [state for state in AttemptState if state != "succeeded"])
def test_attempt_without_money_gives_nothing(order, state):
    attempt = pay(order.dues.get(position=1), state=state)
    assert invoice_payment(attempt_id=attempt.pk, now=NOW) is None


def test_final_invoice_deducts_each_deposit(order, deposit):
    first = invoice_payment(attempt_id=deposit.pk, now=NOW)
    second = invoice_payment(
        attempt_id=pay(order.dues.get(position=2), paris(order.ends_on)).pk,
        now=paris(order.ends_on),
    )

    assert invoice_order(order_id=order.pk, now=paris(order.ends_on, 23)) is None
    final = invoice_order(order_id=order.pk, now=after_the_course(order))

    assert (final.excl_vat, final.vat, final.incl_vat) == (D("990.00"), D("198.00"), D("1188.00"))
    assert final.payable == D("415.80")
    assert final.facts.deducted == (
        Earlier(first.number, first.issued_on, D("297.00"), D("59.40")),
        Earlier(second.number, second.issued_on, D("346.50"), D("69.30")),
    )
    assert (final.facts.performed_from, final.facts.performed_to) == (
        order.starts_on,
        order.ends_on,
    )
    assert final.due_on == order.dues.get(position=3).due_on
    assert invoice_order(order_id=order.pk, now=after_the_course(order)) == final


def test_payment_after_the_course_settles_the_final_invoice(order, deposit):
    invoice_payment(attempt_id=deposit.pk, now=NOW)
    late = after_the_course(order, hour=12)
    last = pay(order.dues.get(position=3), late)

    final = invoice_payment(attempt_id=last.pk, now=late)

    assert final.kind == InvoiceKind.FINAL
    assert final.facts.paid == D("415.80")
    assert final.payable == D("415.80")  # the second instalment
    assert invoice_payment(attempt_id=last.pk, now=late) == final


def test_nothing_is_invoiced_inside_the_withdrawal_period(company):
    order = OrderFactory(with_dues=True, starts_on=date(2026, 11, 12))
    assert invoice_order(order_id=order.pk, now=paris(date(2026, 11, 20))) is None


def test_nothing_is_invoiced_while_a_withdrawal_is_in_doubt(order):
    freeze = ChargeFreeze.objects.create(declaration=declared(), order=order, created_at=NOW)
    late = after_the_course(order)
    assert invoice_order(order_id=order.pk, now=late) is None
    freeze.lifted_at = late
    freeze.save()
    assert invoice_order(order_id=order.pk, now=late)


def test_refund_of_a_deposit_gives_a_credit_note_first(order, deposit):
    invoice = invoice_payment(attempt_id=deposit.pk, now=NOW)
    give(deposit, "356.40", "rétractation du client")

    credit = credit_payment(attempt_id=deposit.pk, now=NOW)

    assert (credit.number, credit.incl_vat, credit.sign) == ("AV-2026-00001", D("356.40"), -1)
    assert credit.corrects == invoice
    assert credit.facts.corrects.number == invoice.number
    assert credit.facts.reason == "rétractation du client"
    assert credit_payment(attempt_id=deposit.pk, now=NOW) is None


def test_refund_before_any_invoice_gives_both(order, deposit):
    give(deposit, "356.40")
    assert credit_payment(attempt_id=deposit.pk, now=NOW).corrects.number == "F-2026-00001"


def test_refund_that_failed_and_is_made_again_gives_one_credit_note(order, deposit):
    refund = give(deposit, "100.00")
    credit_payment(attempt_id=deposit.pk, now=NOW)
    refund.state = RefundState.FAILED
    refund.save()
    give(deposit, "100.00")
    assert credit_payment(attempt_id=deposit.pk, now=NOW) is None
    give(deposit, "56.40")
    assert credit_payment(attempt_id=deposit.pk, now=NOW).incl_vat == D("56.40")


def test_credit_of_two_refunds_together_leaves_nothing_to_credit(order, deposit):
    """In binary, 0.10 and 0.20 are more than 0.30."""
    give(deposit, "0.10")
    give(deposit, "0.20")
    assert list(payments_to_credit(NOW)) == [deposit.pk]
    credit_payment(attempt_id=deposit.pk, now=NOW)
    assert not payments_to_credit(NOW).exists()


def test_deposit_that_a_final_invoice_deducted_is_corrected_there(order, deposit):
    invoice_payment(attempt_id=deposit.pk, now=NOW)
    final = invoice_order(order_id=order.pk, now=after_the_course(order))
    give(deposit, "50.00")
    credit = credit_payment(attempt_id=deposit.pk, now=after_the_course(order))
    assert credit.corrects == final
    assert creditable(final) == D("1138.00")


def test_credit_notes_never_exceed_the_invoice(order, deposit):
    invoice = invoice_payment(attempt_id=deposit.pk, now=NOW)
    give(deposit, "300.00")
    credit_payment(attempt_id=deposit.pk, now=NOW)
    assert creditable(invoice) == D("56.40")
    give(deposit, "100.00")  # no rule of the payments lets it happen
    with pytest.raises(NotInvoiceable, match="dépasse"):
        credit_payment(attempt_id=deposit.pk, now=NOW)


def test_partial_credit_notes_end_at_the_very_cents_of_the_invoice(order, deposit):
    invoice = invoice_payment(attempt_id=deposit.pk, now=NOW)
    for _ in range(4):
        give(deposit, "89.10")  # 74.25 + 14.85
        credit_payment(attempt_id=deposit.pk, now=NOW)
    assert creditable(invoice) == 0


def test_cents_of_partial_credit_notes_never_add_up(order, deposit):
    """Each of them rounded alone would give back two cents of VAT less than was invoiced."""
    invoice = invoice_payment(attempt_id=deposit.pk, now=NOW)
    for amount in ("100.04", "100.04", "100.04", "56.28"):
        give(deposit, amount)
        credit_payment(attempt_id=deposit.pk, now=NOW)
    notes = list(invoice.credit_notes.all())
    assert sum(note.excl_vat for note in notes) == invoice.excl_vat
    assert sum(note.vat for note in notes) == invoice.vat


def test_credit_notes_on_a_deposit_and_its_final_invoice_end_together(order, deposit):
    invoice_payment(attempt_id=deposit.pk, now=NOW)
    give(deposit, "100.04")
    credit_payment(attempt_id=deposit.pk, now=NOW)
    late = after_the_course(order)
    final = invoice_order(order_id=order.pk, now=late)
    give(deposit, "256.36")
    credit_payment(attempt_id=deposit.pk, now=late)
    for due in order.dues.exclude(pk=deposit.due_id):
        credit_unpaid(due=due, reason="Geste", actor="Comptabilité", now=late)
    notes = list(Invoice.objects.credit_notes())
    assert len(notes) == 1 + order.dues.count()
    assert sum(note.excl_vat for note in notes) == final.excl_vat
    assert sum(note.vat for note in notes) == final.vat


def test_unpaid_due_is_given_up_with_its_credit_note(order, deposit):
    invoice_payment(attempt_id=deposit.pk, now=NOW)
    due = order.dues.get(position=3)
    with pytest.raises(NotInvoiceable, match="pas encore émise"):
        credit_unpaid(due=due, reason="Geste", actor="Comptabilité", now=NOW)
    late = after_the_course(order)
    final = invoice_order(order_id=order.pk, now=late)

    credit = credit_unpaid(due=due, reason="Geste", actor="Comptabilité", now=late)

    due.refresh_from_db()
    assert (credit.corrects, credit.incl_vat, due.stopped_at) == (final, due.amount, late)
    with pytest.raises(NotInvoiceable, match="abandonnée"):
        credit_unpaid(due=due, reason="Geste", actor="Comptabilité", now=late)


def test_exempt_training_cites_the_wording_of_its_day(company):
    order = OrderFactory(with_dues=True, charges_from=FIRST_CHARGE_AT, vat_rate=D("0.000"))
    InvoiceMention.objects.create(
        kind="exemption", text="Exonération, CIBS", code="VATEX-FR-CGI261-4", valid_from=NOW.date()
    )
    invoice = invoice_payment(attempt_id=pay(order.dues.get(position=1)).pk, now=NOW)
    assert invoice.vat == 0
    assert invoice.facts.mentions.exemption == "Exonération, CIBS"


@pytest.mark.parametrize("amount", ["1.35", "100.04", "1387.13"])
def test_amount_whose_parts_do_not_add_up_in_binary_is_invoiced(order, deposit, amount):
    Attempt.objects.filter(pk=deposit.pk).update(amount=D(amount))
    assert invoice_payment(attempt_id=deposit.pk, now=NOW).incl_vat == D(amount)


def test_total_that_does_not_add_up_is_refused_by_the_database(order, deposit, without_triggers):
    invoice_payment(attempt_id=deposit.pk, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        _raw("UPDATE shop_invoice SET vat = vat + 0.01")


def test_fault_uses_no_number(order, deposit, company):
    company.siret = ""
    company.save()
    with pytest.raises(NotInvoiceable):
        invoice_payment(attempt_id=deposit.pk, now=NOW)
    assert not SeriesCounter.objects.filter(sequence__gt=0).exists()
    company.siret = "94874804900010"
    company.save()
    assert invoice_payment(attempt_id=deposit.pk, now=NOW).number == "F-2026-00001"


def test_issued_invoice_never_changes(order, deposit):
    invoice = invoice_payment(attempt_id=deposit.pk, now=NOW)
    with pytest.raises(Immutable):
        invoice.save()
    with pytest.raises(Immutable):
        Invoice.objects.update(incl_vat=1)
    with pytest.raises(Immutable):
        invoice.amounts.first().delete()
    for statement in (
        "UPDATE shop_invoice SET incl_vat = 0",
        "UPDATE shop_invoiceamount SET vat = 0",
        "DELETE FROM shop_invoice",
        "DELETE FROM shop_invoiceamount",
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            _raw(statement)


def _raw(sql):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_clock_makes_whatever_was_forgotten(order, deposit, enqueued):
    give(deposit, "56.40")
    late = after_the_course(order)
    issue_missing(late)
    kinds = list(Invoice.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["deposit", "final", "credit"]
    enqueued.clear()
    issue_missing(late + timedelta(minutes=5))
    assert Invoice.objects.count() == 3
    assert enqueued.count("lay_out_invoice") == 3  # no file yet


def test_nothing_forgotten_costs_five_queries(order, deposit, django_assert_num_queries):
    with django_assert_num_queries(5):
        issue_missing(FIRST_CHARGE_AT)


def test_verify_finds_a_gap_and_a_changed_amount(order, deposit, without_triggers):
    invoice_payment(attempt_id=deposit.pk, now=NOW)
    invoice_order(order_id=order.pk, now=after_the_course(order))
    assert list(invoice_faults()) == []
    InvoiceAmount.objects.filter(invoice__kind="deposit").first()
    _raw("UPDATE shop_invoice SET vat = vat + 1, incl_vat = incl_vat + 1 WHERE sequence = 2")
    _raw("UPDATE shop_invoice SET sequence = 3 WHERE sequence = 2")
    faults = " ".join(invoice_faults())
    assert "le numéro 2 manque" in faults
    assert "les colonnes et le contenu diffèrent" in faults
