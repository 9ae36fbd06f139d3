"""The day of the deposit: paid by a link, confirmed at the bank, refused and paid otherwise, given back.

Everyone ordered before the clock of one site moved on to that day; nobody moves it afterwards.
"""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import started_site, without_scripts
from tests.journeys.paying import (
    CONFIRMED_EACH_TIME,
    DEPOSIT,
    GOOD_CARD,
    REFUSED_LATER,
    answer_the_bank,
    first_charge_at,
    link_in,
    pay_by_card,
    save_card,
    title_is,
)
from tests.journeys.test_editor import give_second_factor, sign_in_with_password
from tests.journeys.test_order import order

CARDS = {
    "sans.carte": None,
    "confirme": CONFIRMED_EACH_TIME,
    "ne.confirme.pas": CONFIRMED_EACH_TIME,
    "refusee": REFUSED_LATER,
    "rembourse": GOOD_CARD,
}
RECEIPT = "Nous avons reçu votre paiement"


@dataclass(frozen=True)
class Customer:
    email: str
    order_page: str
    reference: str


@pytest.fixture(scope="module")
def running_site(prepared_folder, tmp_path_factory):
    with started_site(prepared_folder, tmp_path_factory) as site:
        yield site


@pytest.fixture(scope="module")
def customers(browser, running_site):
    """By name, at noon of the day of their deposit, which was announced two days before."""
    customers = {
        name: place_order(browser, running_site, f"{name}@example.org", card)
        for name, card in CARDS.items()
    }
    charge_at = max(first_charge_at(running_site, each.email) for each in customers.values())
    running_site.move_clock((charge_at - timedelta(days=2)).isoformat())
    running_site.move_clock(charge_at.isoformat())
    return customers


def place_order(browser, site, email, card):
    with without_scripts(browser, site) as page:
        order(page, email)
        order_page = page.url
        reference = re.search(r"LX-[\w-]+", page.get_by_role("main").inner_text())[0]
        if card:
            save_card(page, card)
    return Customer(email, order_page, reference)


def open_link_of_mail(page, site, customer, saying):
    address = link_in(site.wait_for_mail(customer.email, saying=saying))
    page.goto(address)
    title_is(page, "Payer votre acompte")
    expect(page.get_by_role("main")).to_contain_text(f"{DEPOSIT} € TTC")
    return address


def expect_paid_once(page, site, customer):
    """In the customer's eyes, in the mail, and at Stripe, where the money is."""
    title_is(page, "Paiement reçu, merci")
    page.goto(customer.order_page)
    expect(page.get_by_role("main")).to_contain_text("payé, merci")
    expect(page.get_by_role("main")).not_to_contain_text("Votre banque demande")
    site.wait_for_mail(customer.email, saying=RECEIPT)
    assert [intent["amount"] for intent in succeeded(site, customer)] == [35640]
    assert len([mail for mail in site.mails_to(customer.email) if RECEIPT in mail]) == 1


def succeeded(site, customer):
    asked = Request(  # noqa: S310  loopback
        f"{site.stripe_url}/v1/payment_intents?limit=100",
        headers={"Authorization": "Bearer sk_test_standin"},
    )
    with urlopen(asked) as answer:  # noqa: S310  same
        intents = json.load(answer)["data"]
    ours = [intent for intent in intents if intent["metadata"].get("order") == customer.reference]
    return [intent for intent in ours if intent["status"] == "succeeded"]


def test_without_a_card_the_deposit_is_paid_by_the_link_of_the_mail(
    visitor_without_scripts, running_site, customers
):
    page, customer = visitor_without_scripts, customers["sans.carte"]
    address = open_link_of_mail(page, running_site, customer, "Vous n’avez pas de carte")

    pay_by_card(page, GOOD_CARD)

    expect_paid_once(page, running_site, customer)
    page.goto(address)
    title_is(page, "Cette échéance est déjà payée")
    expect(page.get_by_role("button", name=re.compile("^Payer"))).to_have_count(0)


def test_bank_that_wants_its_customer_is_answered(visitor_without_scripts, running_site, customers):
    page, customer = visitor_without_scripts, customers["confirme"]
    open_link_of_mail(page, running_site, customer, "que vous le confirmiez vous-même")

    page.get_by_role("button", name="auprès de ma banque").click()
    page.get_by_role("link", name="Continuer vers ma banque").click()
    answer_the_bank(page, "Accepter")

    expect_paid_once(page, running_site, customer)


def test_refusal_at_the_bank_is_followed_by_another_card(
    visitor_without_scripts, running_site, customers
):
    page, customer = visitor_without_scripts, customers["ne.confirme.pas"]
    open_link_of_mail(page, running_site, customer, "que vous le confirmiez vous-même")
    page.get_by_role("button", name="auprès de ma banque").click()
    page.get_by_role("link", name="Continuer vers ma banque").click()
    answer_the_bank(page, "Refuser")

    expect(page.get_by_role("main")).to_contain_text("Rien n’a été débité")
    assert succeeded(running_site, customer) == []
    page.get_by_role("main").get_by_role("link", name=re.compile("autre carte|Reprendre")).click()
    pay_by_card(page, GOOD_CARD)

    expect_paid_once(page, running_site, customer)


def test_card_refused_on_the_day_is_replaced_from_the_mail(
    visitor_without_scripts, running_site, customers
):
    page, customer = visitor_without_scripts, customers["refusee"]
    open_link_of_mail(page, running_site, customer, "a été refusé par votre banque")

    pay_by_card(page, GOOD_CARD)

    expect_paid_once(page, running_site, customer)


def test_staff_give_the_deposit_back(page, running_site, customers, accessible):
    customer = customers["rembourse"]
    running_site.wait_for_mail(customer.email, saying=RECEIPT)
    sign_in_with_password(page, "comptabilite@lexom.example")
    give_second_factor(page, running_site)
    expect(page).to_have_url(re.compile("/gestion/"))
    page.goto("/gestion/commandes/")
    page.locator("#id_q").fill(customer.reference)
    page.locator("#id_q").press("Enter")
    page.get_by_role("link", name=customer.reference).click()
    page.get_by_role("link", name="Rembourser").click()

    title_is(page, "Rembourser")
    expect(page.get_by_role("main")).to_contain_text(f"Au plus : {DEPOSIT} €")
    expect(page.locator("#id_amount")).to_have_value(DEPOSIT)
    accessible(page)
    expect(page.get_by_role("main")).to_contain_text("Le client le lit dans son e-mail")
    page.locator("#id_reason").fill("Geste commercial")
    page.get_by_role("main").get_by_role("button", name="Rembourser").click()

    expect(page.get_by_role("main")).to_contain_text(f"Remboursement de {DEPOSIT} €")
    mail = running_site.wait_for_mail(customer.email, saying="Nous vous avons remboursé")
    assert f"{DEPOSIT}\u00a0€" in mail
    assert "Geste commercial" in mail
    page.reload()
    expect(page.locator("#payments-section")).to_contain_text("remboursé")
    expect(page.get_by_role("link", name="Rembourser")).to_have_count(0)
    page.goto(customer.order_page)
    expect(page.get_by_role("main")).to_contain_text(f"Remboursement : {DEPOSIT} €")
