"""An individual's money: a card saved, nothing for fourteen days, then the deposit and its receipt.

The clock of a site moves on for good: each of these journeys has a site of its own.
"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from shop.withdrawal.rules import withdrawal_period
from tests.journeys.conftest import RunningSite
from tests.journeys.test_order import order

PARIS = ZoneInfo("Europe/Paris")
GOOD_CARD, REFUSED_LATER = "4242424242424242", "4000000000000341"
DEPOSIT = "356,40"


@pytest.fixture
def paying_site(tmp_path_factory):
    site = RunningSite(tmp_path_factory.mktemp("paying"))
    try:
        site.start()
        yield site
    finally:
        site.stop()


@pytest.fixture
def buyer(browser, paying_site):
    """Without scripts, so that nothing but our pages and Stripe's hosted one is at work."""
    context = browser.new_context(
        base_url=paying_site.url, locale="fr-FR", java_script_enabled=False
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


def save_card(page, number):
    page.get_by_role("link", name="Enregistrer une carte (facultatif)").click()
    page.locator("input[type=checkbox]").check()
    page.get_by_role("button", name="Saisir ma carte chez Stripe").click()
    page.get_by_label("Numéro de la carte").fill(number)
    page.get_by_label("Date d’expiration").fill("12/40")
    page.get_by_label("Cryptogramme").fill("123")
    page.get_by_label("Nom du titulaire").fill("Camille Essai")
    page.get_by_role("button", name="Enregistrer la carte").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Votre carte est enregistrée")


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


def test_deposit_is_debited_at_noon_of_its_day_and_not_before(buyer, paying_site):
    email = "acompte@example.org"
    order(buyer, email)
    address = buyer.url
    save_card(buyer, GOOD_CARD)
    charge_at = first_charge_at(paying_site, email)

    paying_site.move_clock((charge_at - timedelta(days=2)).isoformat())
    assert f"{DEPOSIT}\u00a0€" in paying_site.wait_for_mail(email, count=2)  # announced
    paying_site.move_clock((charge_at - timedelta(minutes=1)).isoformat())
    buyer.goto(address)
    expect(buyer.get_by_role("main")).not_to_contain_text("payé, merci")

    paying_site.move_clock(charge_at.isoformat())

    receipt = paying_site.wait_for_mail(email, count=3)
    assert DEPOSIT in receipt
    buyer.goto(address)
    expect(buyer.get_by_role("main")).to_contain_text("payé, merci")


def test_withdrawal_in_time_leaves_nothing_to_debit(buyer, paying_site):
    email = "renonce@example.org"
    order(buyer, email)
    address = buyer.url
    charge_at = first_charge_at(paying_site, email)

    buyer.goto(address)
    buyer.get_by_role("link", name="Renoncer au contrat ici").first.click()
    buyer.get_by_role("button", name=re.compile("Continuer")).click()
    buyer.get_by_role("button", name="Confirmer la rétractation").click()

    expect(buyer.get_by_role("main")).to_contain_text("heure de Paris")
    buyer.goto(address)
    expect(buyer.get_by_role("main")).to_contain_text("Vous avez renoncé au contrat")
    paying_site.move_clock((charge_at + timedelta(days=1)).isoformat())
    buyer.goto(address)
    expect(buyer.get_by_role("main")).not_to_contain_text("payé, merci")
    assert date.today() < charge_at.date()  # noqa: DTZ011  a plain reading of the two days
