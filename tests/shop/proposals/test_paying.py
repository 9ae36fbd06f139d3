"""A signed proposal is paid by card or by transfer, in one go or not (CGV 2.1, 2.2, 3.2)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

import pytest

from base.integrity import faults
from base.organisation import Organisation
from mail.models import OutgoingMessage
from shop.invoices.accounting.exports import consumer_receipts
from shop.invoices.actions import invoice_payment, invoice_proposal
from shop.invoices.mentions import set_up_mentions
from shop.models import Attempt, Due, Invoice, LedgerEntry, Proposal
from shop.payments.charging import charge_what_is_due
from shop.payments.companies import deposit_is_received, open_dues, receive_transfer
from shop.payments.integrity import payment_faults
from shop.payments.reminding import remind_customers
from shop.payments.syncing import sync_payment
from shop.payments.transfers import TransferRefused
from shop.proposals.rules import ProposalState
from tests.shop.payments.conftest import standin, stripe_server  # noqa: F401  fixtures are used by their names

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
WHO = "Comptabilité"


@pytest.fixture(autouse=True)
def _day(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def signed(ask):
    """Two seats at 1 188 € tax included: 2 376 €, of which 712,80 € to pay at once."""
    set_up_mentions()
    proposal = ask(NOW)
    Proposal.objects.filter(pk=proposal.pk).update(state=ProposalState.SIGNED.value)
    proposal.refresh_from_db()
    open_dues(proposal=proposal, now=NOW)
    return proposal


@pytest.fixture
def pay(signed):
    def pay(amount, *, position=1, reference="VIR SEPA 881", now=NOW):
        return receive_transfer(
            due=signed.dues.get(position=position),
            amount=Decimal(amount),
            received_on=timezone.localdate(now),
            reference=reference,
            actor=WHO,
            now=now,
        )

    return pay


def rows(proposal):
    return list(proposal.dues.order_by("position").values_list("position", "kind", "amount"))


def test_signature_opens_a_deposit_now_and_a_balance_after_the_training(signed):
    deposit, balance = signed.dues.order_by("position")

    assert (deposit.amount, balance.amount) == (Decimal("712.80"), Decimal("1663.20"))
    assert deposit.due_on == timezone.localdate(NOW)
    assert balance.due_on == signed.ends_on + timedelta(days=1)
    assert open_dues(proposal=signed, now=NOW) == [deposit, balance]
    assert not deposit_is_received(signed)


def test_exact_transfer_pays_the_deposit_and_is_invoiced(signed, pay):
    attempt = pay("712.80")
    invoice = invoice_payment(attempt_id=attempt.pk, now=NOW)

    assert deposit_is_received(signed)
    assert (invoice.kind, invoice.audience, invoice.incl_vat) == (
        "deposit", "company", Decimal("712.80"),
    )  # fmt: skip
    assert invoice.proposal == signed
    assert invoice.facts.buyer.siren == "510869274"
    assert invoice.facts.mentions.recovery
    assert LedgerEntry.objects.get().order_reference == signed.number
    assert list(payment_faults()) == []


def test_part_of_the_deposit_leaves_the_rest_owed(signed, pay):
    pay("500")

    assert rows(signed) == [
        (1, "deposit", Decimal("500.00")),
        (2, "balance", Decimal("1663.20")),
        (3, "deposit", Decimal("212.80")),
    ]
    assert not deposit_is_received(signed)

    pay("212.80", position=3)

    assert deposit_is_received(signed)
    assert list(payment_faults()) == []


def test_deposit_that_was_given_up_is_not_received(signed):
    signed.dues.filter(position=1).update(stopped_at=NOW)

    assert not deposit_is_received(signed)


@pytest.mark.parametrize("amount", ["712.81", "0", "-1"])
def test_due_takes_no_more_than_it_is(signed, pay, amount):
    with pytest.raises(TransferRefused, match="au plus ce montant"):
        pay(amount)
    assert not Attempt.objects.exists()


def test_due_is_paid_once(pay):
    pay("712.80")
    with pytest.raises(TransferRefused, match="déjà payée"):
        pay("712.80", reference="autre")


def test_balance_may_be_paid_in_advance(signed, pay):
    pay("712.80")
    attempt = pay("1663.20", position=2, reference="VIR 2")

    assert attempt.state == "succeeded"
    assert list(payment_faults()) == []


def after(proposal):
    return NOW + timedelta(days=(proposal.ends_on - timezone.localdate(NOW)).days + 1)


@pytest.mark.parametrize("facts", [{}, {"definitive_at": NOW}])
def test_balance_is_owed_for_a_training_that_takes_place(signed, facts):
    """Neither of a contract that never became definitive, nor without its seats (CGV 2.2)."""
    Proposal.objects.filter(pk=signed.pk).update(**facts)

    charge_what_is_due(after(signed))

    assert invoice_proposal(proposal_id=signed.pk, now=after(signed)) is None
    assert signed.dues.get(kind="balance").asks_customer == ""


def test_balance_invoice_deducts_what_was_received(signed, pay):
    invoice_payment(attempt_id=pay("712.80").pk, now=NOW)
    Proposal.objects.filter(pk=signed.pk).update(definitive_at=NOW, seats_held=2)
    assert invoice_proposal(proposal_id=signed.pk, now=NOW) is None

    final = invoice_proposal(proposal_id=signed.pk, now=after(signed))

    assert (final.incl_vat, final.payable) == (Decimal("2376.00"), Decimal("1663.20"))
    assert final.due_on == timezone.localdate(after(signed))
    assert [line.quantity for line in final.facts.lines] == [Decimal(1)]
    assert invoice_proposal(proposal_id=signed.pk, now=after(signed)) == final


def test_companies_are_asked_and_reminded_and_no_card_is_ever_debited(signed):
    charge_what_is_due(NOW)
    remind_customers(NOW + timedelta(days=5))

    sent = OutgoingMessage.objects.filter(template__startswith="company_payment")
    assert list(sent.order_by("pk").values_list("template", flat=True)) == [
        "company_payment_link", "company_payment_reminder",
    ]  # fmt: skip
    assert not Attempt.objects.exists()


def test_card_pays_on_the_hosted_page(signed, client, standin):  # noqa: F811  the imported fixture itself
    standin.move(NOW)
    address = reverse("proposal_payment", args=[signed.token])
    assert "712,80" in client.get(address).content.decode().replace("\u00a0", " ")

    page = client.post(address, {"due": "1"})
    back = standin.type_card(page["Location"])
    answer = client.get(back.replace("http://testserver", ""))

    assert "Paiement reçu" in answer.content.decode()
    assert deposit_is_received(signed)
    assert standin.charged() == 71280
    again = client.post(address, {"due": "1"})
    assert again.status_code == 503


def test_transfer_closes_the_page_that_was_left_open(signed, client, pay, standin):  # noqa: F811  the imported fixture itself
    standin.move(NOW)
    address = reverse("proposal_payment", args=[signed.token])
    page = client.post(address, {"due": "1"})["Location"]

    pay("712.80")
    standin.type_card(page)
    sync_payment(Attempt.objects.get(channel="checkout"), NOW)

    assert standin.charged() == 0
    assert Attempt.objects.filter(state="succeeded").count() == 1


def test_page_says_how_to_pay_by_transfer(signed, client):
    organisation = Organisation.current()
    organisation.iban, organisation.bic = "FR7630006000011234567890189", "AGRIFRPP"
    organisation.save()

    page = client.get(reverse("proposal_payment", args=[signed.token])).content.decode()

    assert "FR76 3000 6000 0112 3456 7890 189" in page
    assert "RF76 PC20 2600 01" in page


@pytest.mark.parametrize("due", ["", "2", "99", "x", "9999999999999"])
def test_only_what_is_owed_today_can_be_paid(signed, client, due):
    answer = client.post(reverse("proposal_payment", args=[signed.token]), {"due": due})

    assert answer.status_code == 503
    assert not Attempt.objects.exists()


def test_page_leads_back_to_a_proposal_that_nobody_signed(proposal, client):
    answer = client.get(reverse("proposal_payment", args=[proposal.token]))

    assert answer["Location"] == proposal.get_absolute_url()


def test_money_of_companies_is_no_sale_to_a_consumer(signed, pay):
    pay("712.80")
    today = timezone.localdate(NOW)

    assert consumer_receipts(today, today) == []


def test_nothing_is_wrong_once_all_is_done(signed, pay):
    invoice_payment(attempt_id=pay("712.80").pk, now=NOW)

    assert [fault for fault in faults() if fault[0] not in ("factures", "signatures")] == []
    assert Invoice.objects.count() == 1
    assert Due.objects.count() == 2
