"""The customer comes back to pay: two choices, one charge (payments.md 3.6)."""

from datetime import timedelta

import pytest

from base.clock import JobRun
from shop.models import Attempt, PaymentMandate
from shop.payments import links
from shop.payments.announcing import announce_debits
from shop.payments.charging import charge_due, charge_what_is_due
from shop.payments.mandates import detach_cards, start_card_setup, text_for
from shop.payments.reconciliation import reconcile
from shop.payments.stopping import stop_charging
from tests.factories.orders import FIRST_CHARGE_AT, PLACED_AT
from tests.shop.payments.conftest import (
    ASKS_EACH_TIME,
    FACTS,
    announced,
    mails,
    states,
)

pytestmark = pytest.mark.django_db

NOW = FIRST_CHARGE_AT
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _day(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def waiting(standin, order, deposit, save_card):
    """The bank refused to let the card be debited without its owner."""
    save_card(order, ASKS_EACH_TIME)
    announced(order)
    standin.move(NOW)
    return charge_due(due_id=deposit.pk, now=NOW)


@pytest.fixture
def address(deposit):
    return links.due_address(deposit, NOW)


def text_of(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def test_page_tells_the_amount_the_date_and_the_card(client, waiting, address):
    page = text_of(client.get(address))

    assert "Payer votre acompte" in page
    assert "356,40 € TTC" in page
    assert "1er décembre 2026" in page
    assert "Visa •••• 3184" in page
    assert "Confirmer 356,40 € auprès de ma banque" in page
    assert "Payer avec une autre carte" in page


def test_form_may_end_on_the_page_of_stripe_and_nowhere_else(client, waiting, address, settings):
    policy = client.get(address)["Content-Security-Policy"]

    assert f"form-action 'self' {settings.STRIPE_CHECKOUT_ORIGIN};" in policy + ";"
    assert "script-src 'self';" in policy + ";"


def test_other_pages_keep_their_policy(client, home):
    assert "form-action 'self';" in client.get("/")["Content-Security-Policy"] + ";"


def test_same_card_confirmed_at_the_bank_pays_the_same_intent(
    client, standin, waiting, address, deposit
):
    to_bank = client.post(address, {"with": "same"})
    page = client.get(to_bank["Location"])
    end = standin.accept(page.context["address"])
    result = client.get(end.removeprefix("http://testserver"))

    assert "Paiement reçu, merci" in text_of(result)
    assert states(deposit) == ["succeeded"]
    assert standin.charged() == 35640
    assert Attempt.objects.get().payment_intent_id == waiting.payment_intent_id
    assert mails("payment_receipt").count() == 1


def test_bank_refused_then_other_card(client, standin, waiting, address, deposit):
    to_bank = client.post(address, {"with": "same"})
    end = standin.refuse(client.get(to_bank["Location"]).context["address"])
    assert "Le paiement n’est pas terminé" in text_of(
        client.get(end.removeprefix("http://testserver"))
    )

    checkout = client.post(address, {"with": "other"})
    assert checkout.status_code == 303
    end = standin.type_card(checkout["Location"])
    result = client.get(end.removeprefix("http://testserver"))

    assert "Paiement reçu, merci" in text_of(result)
    assert states(deposit) == ["cancelled", "succeeded"]
    assert standin.charged() == 35640


def test_second_click_leads_to_the_same_payment_page(client, standin, waiting, address):
    first, second = (client.post(address, {"with": "other"})["Location"] for _ in range(2))

    assert first == second
    assert len(standin.requests("checkout/sessions")) == 2  # the card's, then this one


def test_payment_page_opens_from_a_clock_that_was_moved_on(
    client, standin, order, deposit, address, time_machine
):
    standin.move(PLACED_AT)
    time_machine.move_to(PLACED_AT)
    JobRun.objects.create(name="essai", latest_run_at=NOW)

    answer = client.post(address, {"with": "other"})

    assert (answer.status_code, answer.url.startswith(standin.server.url)) == (303, True)


def test_kept_card_pays_the_next_dues(client, standin, waiting, address, order):
    checkout = client.post(address, {"with": "other", "keep": "on"})
    end = standin.type_card(checkout["Location"])
    client.get(end.removeprefix("http://testserver"))

    kept = PaymentMandate.objects.get(state="active")
    assert (kept.last4, kept.number) == ("4242", 2)
    assert "solde de 831,60" in kept.text.replace("\u00a0", " ")
    assert "acompte" not in kept.text
    later = NOW + 30 * DAY
    charge_what_is_due(later)
    assert standin.charged() == 118800


def test_card_that_is_not_kept_pays_once(client, standin, waiting, address, order):
    end = standin.type_card(client.post(address, {"with": "other"})["Location"])
    client.get(end.removeprefix("http://testserver"))

    assert PaymentMandate.objects.get(state="active").last4 == "3184"


def test_abandoned_page_leaves_the_due_open(
    client, standin, waiting, address, deposit, time_machine
):
    client.post(address, {"with": "other", "keep": "on"})
    later = NOW + timedelta(hours=2)
    time_machine.move_to(later)
    standin.move(later)

    reconcile(later)

    assert states(deposit) == ["cancelled", "cancelled"]
    assert PaymentMandate.objects.get(number=2).state == "expired"
    assert client.get(address).status_code == 200
    assert client.post(address, {"with": "other"}).status_code == 303


def test_debit_waits_while_a_payment_page_is_open(
    client, standin, order, deposit, address, save_card
):
    """The customer pays with another card after a first refusal; the retry comes due meanwhile."""
    save_card(order)
    announced(order)
    standin.move(NOW)
    standin.outcome("insufficient_funds")
    charge_due(due_id=deposit.pk, now=NOW)
    client.post(address, {"with": "other"})

    charge_what_is_due(NOW + 3 * DAY)

    assert states(deposit) == ["failed", "needs_customer"]
    assert standin.charged() == 0


def test_paid_due_says_so_and_takes_no_second_payment(
    client, standin, order, deposit, save_card, address
):
    save_card(order)
    announced(order)
    standin.move(NOW)
    charge_due(due_id=deposit.pk, now=NOW)

    for response in (client.get(address), client.post(address, {"with": "other"})):
        assert "Cette échéance est déjà payée" in text_of(response)
    assert standin.charged() == 35640


def test_ended_order_asks_for_nothing(client, waiting, address, order):
    stop_charging(order=order, actor="client", reason="rétractation", now=NOW)

    assert "Il n’y a rien à payer" in text_of(client.get(address))


def test_nothing_is_shown_or_taken_before_the_end_of_the_period(
    client, standin, order, deposit, address, time_machine
):
    time_machine.move_to(NOW - timedelta(seconds=1))

    for response in (client.get(address), client.post(address, {"with": "other"})):
        assert "ne se paie pas maintenant" in text_of(response)
    assert standin.requests("checkout/sessions") == []


def test_silent_stripe_is_told_in_french(client, standin, order, deposit, address, monkeypatch):
    standin.move(NOW)
    standin.fault("rate_limit", "checkout", times=9)

    response = client.post(address, {"with": "other"})

    assert response.status_code == 503
    assert "Notre prestataire de paiement ne répond pas." in text_of(response)


def test_link_dies_after_thirty_days(client, order, deposit, address, time_machine):
    time_machine.move_to(NOW + 30 * DAY + timedelta(seconds=1))

    response = client.get(address)

    assert response.status_code == 410
    assert "Ce lien a expiré" in text_of(response)


def test_address_that_nobody_signed_is_not_found(client, order, address):
    for changed in (address[:-3] + "xx/", "/commande/paiement/zz/"):
        assert client.get(changed).status_code == 404


def test_address_of_one_kind_opens_no_other(client, order, deposit):
    token = links.change_address(order, NOW).rstrip("/").rpartition("/")[2]

    for name in ("", "retour/", "banque/", "carte/"):
        assert client.get(f"/commande/paiement/{name}{token}/").status_code == 404


def test_pages_are_kept_by_nobody(client, waiting, address):
    response = client.get(address)

    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "same-origin"


# The card


def test_return_from_the_card_page_says_that_nothing_was_paid(client, standin, order, time_machine):
    time_machine.move_to(PLACED_AT)
    text = text_for(order, creditor="LEXOM", address="a@b.fr", now=PLACED_AT)
    url = start_card_setup(order=order, text=text, facts=FACTS, now=PLACED_AT)
    mandate = PaymentMandate.objects.get()
    back = links.card_return_address(mandate)
    assert "pas encore enregistrée" in text_of(client.get(back))

    end = standin.type_card(url)

    assert end == f"http://testserver{back}"
    page = text_of(client.get(back))
    assert "Votre carte est enregistrée. Rien n’a été débité." in page
    assert "Visa •••• 4242" in page
    assert standin.charged() == 0


def test_card_is_changed_and_the_old_one_leaves_stripe(client, standin, order, save_card):
    save_card(order)
    standin.move(NOW)
    change = links.change_address(order, NOW)
    assert "J’autorise LEXOM à débiter" in text_of(client.get(change))
    assert client.post(change, {"do": "save"}).status_code == 422

    checkout = client.post(change, {"do": "save", "agree": "on"})
    end = standin.type_card(checkout["Location"], "5555 5555 5555 4444")
    client.get(end.removeprefix("http://testserver"))
    detach_cards(NOW)

    old, new = PaymentMandate.objects.order_by("number")
    assert (old.state, new.state, new.last4) == ("revoked", "active", "4444")
    assert standin.api.payment_methods.retrieve(old.payment_method_id).customer is None
    assert standin.api.payment_methods.retrieve(new.payment_method_id).customer is not None


def test_new_card_pays_what_waited_for_it_after_its_notice(
    client, standin, order, deposit, waiting
):
    change = links.change_address(order, NOW)
    checkout = client.post(change, {"do": "save", "agree": "on"})
    end = standin.type_card(checkout["Location"])
    client.get(end.removeprefix("http://testserver"))

    announce_debits(NOW)
    charge_what_is_due(NOW + DAY)
    assert (states(deposit), standin.charged()) == (["cancelled"], 0)
    charge_what_is_due(NOW + 2 * DAY)

    assert (states(deposit), standin.charged()) == (["cancelled", "succeeded"], 35640)
    assert "3 décembre 2026" in mails("debit_announcement").get().text
