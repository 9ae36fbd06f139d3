"""The file of an invoice: made once, kept, sent, and never made again (law.md I-04)."""

from datetime import timedelta

import pytest

from base.private_files import read
from documents.issued import documents_of
from mail.models import OutgoingMessage
from shop.invoices.actions import credit_payment, invoice_payment
from shop.invoices.laying_out import lay_out
from shop.invoices.tasks import invoice_payment_now
from tests.factories.orders import FIRST_CHARGE_AT
from tests.shop.invoices.conftest import give, pay

pytestmark = pytest.mark.django_db
NOW = FIRST_CHARGE_AT + timedelta(minutes=1)


@pytest.fixture
def deposit(order):
    return pay(order.dues.get(position=1))


@pytest.fixture
def invoice(deposit):
    return invoice_payment(attempt_id=deposit.pk, now=NOW)


def test_file_is_made_once_and_sent_once(order, invoice):
    document = lay_out(invoice.pk)

    assert lay_out(invoice.pk) == document == invoice.document
    assert list(documents_of(order)) == [document]
    assert document.file_name == "LEXOM-facture-acompte-F-2026-00001.pdf"
    assert b"factur-x.xml" in read(document.sha256)
    (mail,) = OutgoingMessage.objects.filter(template="invoice")
    assert mail.recipient == order.email
    assert document.sha256 in str(mail.attachments)
    assert "F-2026-00001" in mail.subject
    assert "356,40" in mail.text


def test_letter_of_a_credit_note_says_what_it_corrects_and_what_follows(order, deposit, invoice):
    give(deposit, "356.40")
    credit = credit_payment(attempt_id=deposit.pk, now=NOW)
    lay_out(credit.pk)
    (mail,) = OutgoingMessage.objects.filter(template="invoice")
    assert mail.subject == "Votre avoir AV-2026-00001"
    assert "facture d’acompte F-2026-00001" in mail.text
    assert "rendue" in mail.text


def test_what_is_laid_out_is_what_was_issued(invoice, company):
    company.legal_name = "Autre nom"
    company.save()
    assert lay_out(invoice.pk).context["seller"]["name"] == "LEXOM"


def test_worker_goes_from_the_payment_to_the_file(order, deposit, run_tasks):
    invoice_payment_now.enqueue(deposit.pk)
    while run_tasks():
        pass
    assert order.invoices.get().document
