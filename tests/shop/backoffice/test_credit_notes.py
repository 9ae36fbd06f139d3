"""Credit notes that staff decide: what the page shows is what is then issued."""

from datetime import timedelta
from decimal import Decimal as D

from django.urls import reverse
from django.utils import timezone

import pytest

from base.typography import euros
from shop.backoffice.to_do import parts_to_do
from shop.invoices.actions import credit_payment, invoice_order, invoice_payment
from shop.invoices.models import Invoice, InvoiceMention
from shop.models import Refund
from shop.payments.refunds import refund_contract
from tests.factories.legal import fill_settings
from tests.shop.backoffice.conftest import refusal
from users.models import User
from users.roles import Role


@pytest.fixture
def accountant(home, staff):
    fill_settings()
    return staff(Role.ACCOUNTING)


@pytest.fixture
def paid(owed, pay, accountant):
    return [pay(due) for due in owed.dues.filter(position__lt=3)]


def refund_page(order):
    return reverse("order:refund", args=[order.pk])


def credited(order):
    """What the worker does with the rows of the refunds."""
    for refund in Refund.objects.order_by("pk"):
        credit_payment(attempt_id=refund.attempt_id, now=timezone.now())
    return [
        (str(note.corrects), euros(note.excl_vat), euros(note.vat), euros(note.incl_vat))
        for note in Invoice.objects.credit_notes().filter(order=order).order_by("pk")
    ]


def shown(response):
    return [
        (row.corrects, row.excl_vat, row.vat, row.incl_vat)
        for row in response.context["preview"].rows
    ]


@pytest.mark.parametrize("is_over", [False, True])
@pytest.mark.parametrize("amount", ["0.01", "83.17", "415.80", "415.81", "600.00", "772.20"])
def test_preview_is_what_is_issued(owed, paid, accountant, post, amount, is_over):
    for attempt in paid:
        invoice_payment(attempt_id=attempt.pk, now=attempt.finished_at)
    if is_over:
        invoice_order(order_id=owed.pk, now=timezone.now() + timedelta(days=60))

    first = post(
        accountant, "order:refund", owed.pk, amount=amount.replace(".", ","), reason="Geste"
    )
    if amount != "772.20":  # the page offered everything
        assert first.status_code == 422
        assert not Refund.objects.exists()
        previewed = shown(first)
        form = first.context["form"]
        sent = {field.name: field.value() for field in form}
        assert accountant.post(refund_page(owed), sent).status_code == 302
    else:
        previewed = [(row[0], *row[1:]) for row in previewed_at_first(owed, paid, is_over)]

    assert credited(owed) == previewed


def previewed_at_first(order, paid, is_over):
    """The final invoice holds everything; otherwise each deposit is corrected for itself."""
    final = order.invoices.filter(kind="final").first()
    latest_first = sorted(paid, key=lambda attempt: -attempt.due.position)
    for attempt in latest_first:
        deposit = attempt.invoices.get(kind="deposit")
        corrects = final if is_over else deposit
        yield str(corrects), euros(deposit.excl_vat), euros(deposit.vat), euros(deposit.incl_vat)


def test_first_page_shows_everything_that_is_left(owed, paid, accountant):
    response = accountant.get(refund_page(owed))
    assert [row[3] for row in shown(response)] == ["415,80\u00a0€", "356,40\u00a0€"]
    assert "facture d’acompte, émise juste avant l’avoir" in response.content.decode()


def test_refund_made_again_gives_no_second_credit_note(owed, paid, accountant):
    invoice_payment(attempt_id=paid[1].pk, now=timezone.now())
    refund = Refund.objects.create(
        attempt=paid[1], amount=D("415.80"), reason="Geste", actor="essai",
        idempotency_key="essai", created_at=timezone.now(),
    )  # fmt: skip
    credit_payment(attempt_id=paid[1].pk, now=timezone.now())
    Refund.objects.filter(pk=refund.pk).update(state="failed")

    response = accountant.get(refund_page(owed))

    assert [row[3] for row in shown(response)] == ["356,40\u00a0€"]


def test_refund_made_again_after_another_payment_gives_no_second_credit_note(
    owed, pay, paid, accountant
):
    refund = Refund.objects.create(
        attempt=paid[1], amount=D("100.00"), reason="Geste", actor="essai",
        idempotency_key="essai", created_at=timezone.now(),
    )  # fmt: skip
    for attempt in paid:
        invoice_payment(attempt_id=attempt.pk, now=timezone.now())
    credit_payment(attempt_id=paid[1].pk, now=timezone.now())
    Refund.objects.filter(pk=refund.pk).update(state="failed")
    invoice_payment(attempt_id=pay(owed.dues.get(position=3)).pk, now=timezone.now())

    refund_contract(
        contract=owed, actor="essai", reason="Geste", due_by=None, now=timezone.now(),
        amount=D("100.00"),
    )  # fmt: skip

    assert len(credited(owed)) == 1


def test_page_says_in_french_why_no_credit_note_is_possible(owed, paid, accountant):
    InvoiceMention.objects.all().delete()
    owed.vat_rate, owed.price_excl_vat = D("0"), owed.price_incl_vat
    owed.save()
    content = accountant.get(refund_page(owed)).content.decode()
    assert "Avoir impossible aujourd’hui" in content
    assert "Il manque la mention d’exonération" in content


@pytest.mark.parametrize("amount", ["", "abc", "-3", "1e9", "NaN", "0", "12,345"])
def test_amount_that_cannot_be_read_is_asked_again(owed, paid, accountant, post, amount):
    response = post(accountant, "order:refund", owed.pk, amount=amount, reason="Geste")
    assert response.status_code == 422
    assert not Refund.objects.exists()


# --- An instalment that is given up


@pytest.fixture
def invoiced(owed, paid):
    for attempt in paid:
        invoice_payment(attempt_id=attempt.pk, now=attempt.finished_at)
    invoice_order(order_id=owed.pk, now=timezone.now() + timedelta(days=60))
    return owed.dues.get(position=3)


def test_due_is_given_up_as_previewed(owed, invoiced, accountant, post, written):
    previewed = shown(accountant.get(reverse("due:give_up", args=[invoiced.pk])))
    assert post(accountant, "due:give_up", invoiced.pk, reason="Geste").status_code == 302

    note = Invoice.objects.credit_notes().get()
    assert previewed == [
        (str(note.corrects), euros(note.excl_vat), euros(note.vat), euros(note.incl_vat))
    ]
    assert note.facts.reason == "Geste"
    assert not owed.dues.unpaid().exists()
    assert ("Avoir émis", "accounting@lexom.example") in written(owed)


def test_second_click_is_refused_in_french(invoiced, accountant, post):
    post(accountant, "due:give_up", invoiced.pk, reason="Geste")
    response = accountant.post(reverse("due:give_up", args=[invoiced.pk]), {"reason": "Geste"})
    assert refusal(response) == ["Cette échéance est payée, abandonnée ou en cours de paiement."]
    assert Invoice.objects.credit_notes().count() == 1


def test_due_on_no_invoice_is_not_given_up(owed, accountant, post):
    response = post(accountant, "due:give_up", owed.dues.first().pk, reason="Geste")
    assert "pas encore émise" in str(refusal(response))
    assert "pas encore émise" in response.context["preview"].problem


def test_order_page_offers_it_only_once_invoiced(owed, paid, accountant):
    def labels():
        page = accountant.get(reverse("order:inspect", args=[owed.pk]))
        return {link.label for _, links in page.context["dues"] for link in links}

    assert "Renoncer, avec un avoir" not in labels()
    invoice_order(order_id=owed.pk, now=timezone.now() + timedelta(days=60))
    assert "Renoncer, avec un avoir" in labels()


# --- What is late


@pytest.fixture
def late():
    def late(now):
        user = User.objects.get(email="accounting@lexom.example")
        parts = {part.key: part.tasks for part in parts_to_do(user, now)}
        return [(task.text.split(", ", 1)[1], task.url) for task in parts.get("invoices", ())]

    return late


def test_what_the_site_did_not_issue_is_to_do(owed, pay, accountant, at, late):
    attempt = pay(owed.dues.first())
    order = reverse("order:inspect", args=[owed.pk])
    reason = "le traitement automatique n’a pas encore tourné."

    assert late(at + timedelta(minutes=9)) == []
    ten = at + timedelta(minutes=10)
    assert late(ten) == [(f"Acompte de 356,40\u00a0€ sans facture : {reason}", order)]

    invoice = invoice_payment(attempt_id=attempt.pk, now=at)
    page = reverse("invoice:inspect", args=[invoice.pk])
    assert late(ten) == [("son fichier n’est pas établi.", page)]


def test_reason_of_the_refusal_is_told(owed, pay, accountant, at, late):
    pay(owed.dues.first())
    fill_settings(siret="")
    ((text, _),) = late(at + timedelta(minutes=10))
    assert "Il manque le SIRET du vendeur" in text


def test_refund_without_credit_note_is_to_do(owed, paid, accountant, at, late):
    for attempt in paid:
        invoice_payment(attempt_id=attempt.pk, now=at)
    Refund.objects.create(
        attempt=paid[0], amount=D("10.00"), reason="Geste", actor="essai",
        idempotency_key="essai", created_at=at,
    )  # fmt: skip
    texts = [text for text, _ in late(at + timedelta(minutes=10))]
    assert any(text.startswith("remboursement de 10,00\u00a0€ sans avoir") for text in texts)
