"""What the journeys of a payment share: a card typed on the hosted page, a date, a link in a mail."""

import re
from datetime import datetime, time
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from shop.withdrawal.rules import withdrawal_period
from tests.journeys.conftest import RunningSite

PARIS = ZoneInfo("Europe/Paris")
GOOD_CARD = "4242424242424242"
REFUSED_AT_ONCE = "4000000000000002"
REFUSED_LATER = "4000000000000341"
CONFIRMED_ONCE = "4000002500003155"
CONFIRMED_EACH_TIME = "4000002760003184"
DEPOSIT = "356,40"


def title_is(page, text):
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def open_card_page(page):
    page.get_by_role("link", name="Enregistrer une carte (facultatif)").click()
    page.locator("input[type=checkbox]").check()
    page.get_by_role("button", name="Saisir ma carte chez Stripe").click()
    title_is(page, "Enregistrer une carte")


def type_card(page, number):
    """The button of the hosted page differs: it saves, or it pays."""
    page.get_by_label("Numéro de la carte").fill(number)
    page.get_by_label("Date d’expiration").fill("12/40")
    page.get_by_label("Cryptogramme").fill("123")
    page.get_by_label("Nom du titulaire").fill("Camille Essai")
    page.get_by_role("button", name=re.compile("^(Enregistrer la carte|Payer)")).click()


def answer_the_bank(page, answer):
    title_is(page, "Authentification de la banque")
    page.get_by_role("button", name=answer).click()


def save_card(page, number):
    open_card_page(page)
    type_card(page, number)
    if number in (CONFIRMED_ONCE, CONFIRMED_EACH_TIME):
        answer_the_bank(page, "Accepter")
    title_is(page, "Votre carte est enregistrée")


def pay_by_card(page, number):
    page.get_by_role("button", name=re.compile(r"^Payer .* par carte$")).click()
    title_is(page, "Payer par carte")
    type_card(page, number)


def link_in(mail: str) -> str:
    """The one address of a payment that the customer is sent."""
    (address,) = set(re.findall(r"http\S+/commande/paiement/[^\s>)]+", mail))
    return address


def first_charge_at(site: RunningSite, email: str) -> datetime:
    """As the site computed it when the confirmation was handed over; checked by the rule here."""
    site.wait_for_mail(email)
    text = site.manage(
        "shell", "-v", "0", "-c",
        "from shop.models import Order;"
        f"order = Order.objects.get(email='{email}');"
        "start = max(order.placed_at, order.confirmation_accepted_at);"
        "print(start.isoformat(), order.first_charge_at.isoformat())",
    )  # fmt: skip
    started_at, charge_at = map(datetime.fromisoformat, text.split())
    period = withdrawal_period(started_at, information_given_at=started_at, postcode="07000")
    assert charge_at == period.first_charge_at
    assert charge_at.astimezone(PARIS).time() == time(12)
    return charge_at
