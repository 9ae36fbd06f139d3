"""What the customer finds: the list of the order page, its timeline, and the letters."""

from datetime import timedelta

from django.urls import reverse

import pytest

from mail.models import OutgoingMessage
from shop.invoices.actions import credit_payment, credit_unpaid, invoice_order, invoice_payment
from shop.orders.timeline import timeline
from shop.payments.letters import send_receipt
from tests.factories.orders import FIRST_CHARGE_AT, OrderFactory, paris
from tests.shop.invoices.conftest import give, pay

pytestmark = pytest.mark.django_db
NOW = FIRST_CHARGE_AT + timedelta(minutes=1)
LATE_DAYS = 1


@pytest.fixture
def deposit(order):
    attempt = pay(order.dues.get(position=1))
    invoice_payment(attempt_id=attempt.pk, now=NOW)
    return attempt


def page(client, order):
    return client.get(order.get_absolute_url()).content.decode()


def final_of(order):
    return invoice_order(order_id=order.pk, now=after(order))


def after(order):
    return paris(order.ends_on + timedelta(days=LATE_DAYS), 8)


def last_letter(template="invoice"):
    return OutgoingMessage.objects.filter(template=template).latest("pk")


def test_page_promises_the_invoice_until_there_is_one(client, order):
    assert "Une facture vous sera envoyée après chaque paiement." in page(client, order)


def test_page_lists_number_day_and_amount_then_the_file(client, order, deposit, run_tasks):
    label = "Facture d’acompte F-2026-00001 du 1er décembre 2026\u00a0: 356,40\u00a0€"
    assert f"{label} (fichier en préparation)" in page(client, order)

    run_tasks()

    content = page(client, order)
    url = reverse("order_document", args=[order.token, order.invoices.get().document.pk])
    assert f'<a href="{url}">{label}</a>' in content
    assert "Le contrat est en cours de mise en page" in content
    file = client.get(url)
    assert file.headers["Content-Type"] == "application/pdf"
    assert "facture-acompte-F-2026-00001.pdf" in file.headers["Content-Disposition"]


def test_nobody_downloads_the_invoice_of_another_order(client, order, deposit, run_tasks):
    run_tasks()
    other = OrderFactory()
    url = reverse("order_document", args=[other.token, order.invoices.get().document.pk])
    assert client.get(url).status_code == 404


def test_timeline_tells_each_invoice_after_its_payment(order, deposit):
    give(deposit, "100.00")
    credit_payment(attempt_id=deposit.pk, now=NOW)
    done = [step.title for step in timeline(order, NOW) if step.done]
    assert done[-3:] == [
        "Acompte : 356,40\u00a0€",
        "Facture d’acompte F-2026-00001 : 356,40\u00a0€",
        "Avoir AV-2026-00001 : 100,00\u00a0€",
    ]


def test_letter_of_a_deposit(order, deposit, run_tasks):
    run_tasks()
    letter = last_letter()
    assert letter.subject == "Votre facture F-2026-00001"
    assert "facture d’acompte F-2026-00001 de 356,40\u00a0€ TTC" in letter.text
    assert "entièrement payée" in letter.text
    assert letter.attachments[0]["file_name"].endswith("F-2026-00001.pdf")
    assert letter.attachments[0]["file_name"] in letter.text


def test_letter_of_the_final_invoice_says_what_remains(order, deposit, run_tasks):
    final_of(order)
    run_tasks()
    letter = last_letter()
    assert "Il reste 831,60\u00a0€ à payer" in letter.text
    assert "F-2026-00001\u00a0: 356,40\u00a0€" in letter.text


def test_letters_of_credit_notes_say_what_becomes_of_the_money(order, deposit, run_tasks):
    give(deposit, "100.00", "Geste commercial")
    credit_payment(attempt_id=deposit.pk, now=NOW)
    run_tasks()
    assert "vous est rendue" in last_letter().text
    assert "Geste commercial" in last_letter().text

    final_of(order)
    due = order.dues.get(position=3)
    credit_unpaid(due=due, reason="Geste", actor="Comptabilité", now=after(order))
    run_tasks()
    assert "Vous n’avez plus à payer cette somme." in last_letter().text


def test_receipt_says_where_the_invoice_is(order, deposit):
    send_receipt(deposit)
    assert "elle suit dans un message séparé" in last_letter("payment_receipt").text

    final = final_of(order)
    send_receipt(pay(order.dues.get(position=2), after(order)))
    assert f"règle la facture {final.number}" in last_letter("payment_receipt").text


@pytest.mark.parametrize(("count", "queries"), [(0, 21), (1, 22), (3, 22)])
def test_order_page_costs_the_same_whatever_it_lists(
    client, order, run_tasks, django_assert_num_queries, count, queries
):
    for due in order.dues.order_by("position")[:count]:
        invoice_payment(attempt_id=pay(due).pk, now=NOW)
    run_tasks()
    page(client, order)
    with django_assert_num_queries(queries):
        page(client, order)
