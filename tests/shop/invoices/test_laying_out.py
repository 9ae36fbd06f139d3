"""The file of an invoice: made once, kept, sent, and never made again (law.md I-04)."""

from datetime import timedelta

import pytest

from base.private_files import read
from documents.issued import documents_of
from mail.models import OutgoingMessage
from shop.invoices.actions import (
    credit_payment,
    credit_unpaid,
    invoice_order,
    invoice_payment,
)
from shop.invoices.facturx import invoice_xml
from shop.invoices.facturx_schema import check_xml
from shop.invoices.laying_out import lay_out
from shop.invoices.tasks import invoice_payment_now
from tests.documents.validation import command, failures
from tests.factories.orders import FIRST_CHARGE_AT, paris
from tests.shop.invoices.conftest import give, pay
from tests.shop.invoices.schematron import judge

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


def test_papers_of_a_real_order_pass_every_validator(order, deposit, invoice, tmp_path):
    after = paris(order.ends_on + timedelta(days=1))
    give(deposit, "100.03")
    papers = [
        invoice,
        credit_payment(attempt_id=deposit.pk, now=NOW),
        invoice_order(order_id=order.pk, now=after),
        credit_unpaid(due=order.dues.get(position=3), reason="Geste", actor="Equipe", now=after),
    ]
    assert [paper.kind for paper in papers] == ["deposit", "credit", "final", "credit"]

    verdicts = judge({paper.number: invoice_xml(paper.facts) for paper in papers})
    for paper in papers:
        assert check_xml(invoice_xml(paper.facts)) == []
        for verdict in verdicts[paper.number].values():
            assert verdict.fired > 20
            assert verdict.faults == ()
        file = tmp_path / f"{paper.number}.pdf"
        file.write_bytes(read(lay_out(paper.pk).sha256))
        assert "No syntax or stream encoding errors" in command(file, "qpdf", "--check")
        assert [failures(file.read_bytes(), profile) for profile in ("3a", "ua1")] == [[], []]
