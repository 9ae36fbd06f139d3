"""The invoice for late payment: its amount, its days, its number, its money (CGV 3.4; law.md L-02 to L-06)."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from django.utils import timezone

import pytest
from pypdf import PdfReader

from legal.models import HalfYearRate
from legal.rates.rules import RateMissing, RateRule
from mail.models import OutgoingMessage
from shop.collection.actions import CollectionRefused, waive_penalties
from shop.collection.integrity import collection_faults
from shop.collection.penalties import issue_penalty, plan_penalty
from shop.collection.reading import amounts_of, known_rates, overbilled
from shop.invoices.actions import credit_unpaid, invoice_payment
from shop.invoices.balance import is_late, remaining_of, sales_totals, unpaid_invoices
from shop.invoices.facturx import invoice_xml
from shop.invoices.laying_out import lay_out
from shop.models import Due, Invoice, LedgerEntry, PenaltyInvoice
from shop.payments.companies import receive_transfer
from tests.shop.collection.conftest import DUE, WHO, at, fresh, money_faults

pytestmark = pytest.mark.django_db
PAID, LATER = date(2026, 8, 20), date(2026, 8, 25)
DAY = timedelta(days=1)


@pytest.fixture
def bill(case, move):
    """As a person does: looks at the preview, then confirms it."""

    def bill(until, day=None):
        now = move(day or until)
        plan = plan_penalty(fresh(case), until=until, today=timezone.localdate(now))
        return issue_penalty(
            case_id=case.pk, until=until, shown=plan.bill.fingerprint, actor=WHO, now=now
        )

    return bill


class TestStatutory:
    """Terms whose clause 3.4 says what L441-10 says."""

    @pytest.fixture
    def late_rate(self):
        return RateRule.STATUTORY

    def test_cgv_3_4_worked_example_of_l_05(self, case, pay, bill):
        pay(PAID, 900, 2100)

        invoice = bill(LATER)

        assert (invoice.kind, invoice.incl_vat, invoice.vat) == ("penalty", Decimal("106.96"), 0)
        interest, recovery = invoice.facts.lines
        assert (interest.unit_price, recovery.unit_price) == (Decimal("66.96"), Decimal(40))
        assert [
            line.replace("\xa0", " ").replace("\u202f", " ") for line in interest.details[1:]
        ] == [
            "Du 16/06/2026 au 30/06/2026 : 15 jours à 12,15 % sur 3 000,00 €, soit 14,98 €",
            "Du 01/07/2026 au 20/08/2026 : 51 jours à 12,40 % sur 3 000,00 €, soit 51,98 €",
        ]
        assert "L441-10" in interest.description
        assert "3.4" in interest.description
        assert money_faults() == []


def test_l_06_present_terms_charge_the_lower_rate(case, pay, bill):
    pay(PAID, 900, 2100)

    assert bill(LATER).incl_vat == Decimal("105.91")
    assert PenaltyInvoice.objects.get().late_rate == "lower"


def test_no_day_is_billed_twice_and_forty_euros_once(case, bill):
    bill(date(2026, 6, 30))
    with pytest.raises(CollectionRefused, match="tout l’est déjà"):
        bill(date(2026, 6, 30))
    second = bill(PAID)

    rows = PenaltyInvoice.objects.order_by("first_day")
    assert [(row.first_day, row.last_day, row.recovery) for row in rows] == [
        (DUE + DAY, date(2026, 6, 30), 40), (date(2026, 7, 1), PAID, 0),
    ]  # fmt: skip
    assert sum(row.interest for row in rows) == Decimal("65.91")
    assert second.incl_vat == rows[1].interest
    assert list(collection_faults()) == []


def test_cgv_3_4_partial_payment_is_taken_into_account(case, pay, bill):
    pay(date(2026, 6, 20), 900, 100)

    invoice = bill(date(2026, 6, 30))

    assert invoice.facts.lines[0].unit_price == Decimal("11.65")  # 5 d of 3 000, 10 d of 2 000


def test_l_05_penalties_bear_no_interest_themselves(case, bill, pay):
    bill(date(2026, 7, 31))
    pay(date(2026, 7, 31), 900, 2100)

    with pytest.raises(CollectionRefused, match="tout l’est déjà"):
        bill(date(2026, 12, 1))


def test_what_a_person_saw_is_what_is_issued(case, pay, move):
    now = move(LATER)
    shown = plan_penalty(fresh(case), until=LATER, today=LATER).bill.fingerprint
    pay(PAID, 900)

    with pytest.raises(CollectionRefused, match="Le calcul a changé"):
        issue_penalty(case_id=case.pk, until=LATER, shown=shown, actor=WHO, now=now)
    assert not PenaltyInvoice.objects.exists()


def test_day_to_come_is_refused(case):
    with pytest.raises(CollectionRefused, match="aujourd’hui au plus tard"):
        plan_penalty(case, until=LATER, today=PAID)


def test_l_04_missing_rates_stop_the_invoice(case, bill):
    HalfYearRate.objects.filter(year=2026, half=2).delete()

    with pytest.raises(RateMissing, match="2e semestre 2026"):
        bill(PAID)


def test_penalties_given_up_are_not_invoiced(case, bill):
    waive_penalties(case_id=case.pk, reason="Geste", actor=WHO, now=at(PAID))

    with pytest.raises(CollectionRefused, match="abandonnées"):
        bill(PAID)


def test_l_03_l_07_consumer_gets_no_invoice_for_late_payment(case, monkeypatch):
    monkeypatch.setattr(type(case), "is_professional", False)

    with pytest.raises(CollectionRefused, match="particulier"):
        plan_penalty(case, until=PAID, today=PAID)


def test_it_asks_for_its_own_money(case, contract, pay, bill):
    pay(PAID, 900, 2100)
    invoice = bill(LATER)
    due = Due.objects.get(kind="penalty")

    assert (due.amount, due.due_on, due.label) == (
        Decimal("105.91"), LATER, "Pénalités de retard",
    )  # fmt: skip
    assert Due.objects.all().payable(at(LATER, 15)).get() == due
    assert remaining_of(invoice) == Decimal("105.91")
    assert is_late(invoice, remaining_of(invoice), LATER + DAY)
    assert remaining_of(case.invoice) == 0
    assert list(unpaid_invoices(Invoice.objects.all())) == [invoice]
    assert sales_totals(Invoice.objects.all()).remaining == Decimal("105.91")

    paid = receive_transfer(
        due=due, amount=Decimal("100.00"), received_on=LATER, reference="VIR P", actor=WHO,
        now=at(LATER, 15),
    )  # fmt: skip
    assert invoice_payment(attempt_id=paid.pk, now=at(LATER, 16)) == invoice
    assert remaining_of(invoice) == Decimal("5.91")
    entry = LedgerEntry.objects.latest("number")
    assert (entry.amount, entry.vat_rate) == (Decimal("100.00"), 0)
    assert money_faults() == []


def test_both_invoices_remain_owed_side_by_side(case, bill):
    invoice = bill(PAID)

    assert remaining_of(case.invoice) == 3000
    assert remaining_of(invoice) == Decimal("105.91")
    totals = sales_totals(Invoice.objects.filter(pk=invoice.pk))
    assert totals.remaining == Decimal("105.91")


def test_payment_found_afterwards_shows_what_was_billed_too_much(case, pay, bill):
    bill(PAID)
    assert overbilled(fresh(case), known_rates()) == 0

    pay(date(2026, 6, 30), 900, 2100)

    assert overbilled(fresh(case), known_rates()) == Decimal("50.93")


def test_credit_note_undoes_it_and_its_days_may_be_billed_again(case, bill, pay):
    bill(PAID)
    pay(date(2026, 6, 30), 900, 2100)
    credit = credit_unpaid(
        due=Due.objects.get(kind="penalty"), reason="Virement retrouvé", actor=WHO,
        now=at(LATER),
    )  # fmt: skip
    assert credit.incl_vat == Decimal("105.91")
    assert overbilled(fresh(case), known_rates()) == 0
    assert amounts_of(fresh(case), LATER, known_rates()).total == Decimal("54.98")

    again = bill(LATER)

    assert again.incl_vat == Decimal("54.98")
    assert PenaltyInvoice.objects.filter(undone_at__isnull=True).get().invoice == again
    assert money_faults() == []


def test_file_is_laid_out_and_mailed(case, pay, bill):
    pay(PAID, 900, 2100)
    invoice = bill(LATER)

    document = lay_out(invoice.pk)

    reader = PdfReader(BytesIO(document.content()))
    text = " ".join("\n".join(page.extract_text() for page in reader.pages).split())
    assert "Facture de pénalités" in text
    assert "Indemnité hors du champ d’application de la TVA" in text
    assert "12,15" in text
    assert "105,91" in text
    (xml,) = reader.attachments["factur-x.xml"]
    assert xml == invoice_xml(invoice.facts)
    letter = OutgoingMessage.objects.get(template="invoice", event_key=f"invoice-{invoice.number}")
    assert "facture de pénalités" in letter.text


def test_public_body_is_not_charged_by_the_clause_of_companies(case, monkeypatch):
    """Its late interest is in the Code de la commande publique, at another rate."""
    monkeypatch.setattr(type(case), "is_public", True)

    with pytest.raises(CollectionRefused, match="R2192-31"):
        plan_penalty(case, until=PAID, today=PAID)
    amounts = amounts_of(case, PAID, known_rates())
    assert (amounts.interest, amounts.recovery) == (0, 0)


def test_forty_euros_wait_until_something_is_late(case):
    """What a fund left unpaid is late later than the invoice (CGV 3.3)."""
    dues = case.invoice.proposal.dues
    dues.filter(kind="deposit").update(stopped_at=at(DUE))
    dues.filter(kind="balance").update(kind="funded", not_before=at(PAID), due_on=PAID)

    amounts = amounts_of(fresh(case), PAID, known_rates())
    assert (amounts.unpaid, amounts.interest, amounts.recovery) == (2100, 0, 0)
