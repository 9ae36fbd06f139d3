"""An individual's money: a card saved, nothing for fourteen days, then the deposit and its receipt.

The clock of a site moves on for good: each of these journeys has a site of its own.
"""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import started_site
from tests.journeys.paying import DEPOSIT, GOOD_CARD, first_charge_at, save_card
from tests.journeys.test_order import order


@pytest.fixture
def running_site(prepared_folder, tmp_path_factory):
    with started_site(prepared_folder, tmp_path_factory) as site:
        yield site


def test_deposit_is_debited_at_noon_of_its_day_and_not_before(
    visitor_without_scripts, running_site
):
    buyer = visitor_without_scripts
    email = "acompte@example.org"
    order(buyer, email)
    address = buyer.url
    save_card(buyer, GOOD_CARD)
    charge_at = first_charge_at(running_site, email)

    running_site.move_clock((charge_at - timedelta(days=2)).isoformat())
    assert f"{DEPOSIT}\u00a0€" in running_site.wait_for_mail(email, count=2)  # announced
    running_site.move_clock((charge_at - timedelta(minutes=1)).isoformat())
    buyer.goto(address)
    expect(buyer.get_by_role("main")).not_to_contain_text("payé, merci")

    running_site.move_clock(charge_at.isoformat())

    receipt = running_site.wait_for_mail(email, count=3)
    assert DEPOSIT in receipt
    buyer.goto(address)
    expect(buyer.get_by_role("main")).to_contain_text("payé, merci")


def test_withdrawal_in_time_leaves_nothing_to_debit(visitor_without_scripts, running_site):
    buyer = visitor_without_scripts
    email = "renonce@example.org"
    order(buyer, email)
    address = buyer.url
    charge_at = first_charge_at(running_site, email)

    buyer.goto(address)
    buyer.get_by_role("link", name="Renoncer au contrat ici").first.click()
    buyer.get_by_role("button", name=re.compile("Continuer")).click()
    buyer.get_by_role("button", name="Confirmer la rétractation").click()

    expect(buyer.get_by_role("main")).to_contain_text("heure de Paris")
    buyer.goto(address)
    expect(buyer.get_by_role("main")).to_contain_text("Vous avez renoncé au contrat")
    running_site.move_clock((charge_at + timedelta(days=1)).isoformat())
    buyer.goto(address)
    expect(buyer.get_by_role("main")).not_to_contain_text("payé, merci")
    assert date.today() < charge_at.date()  # noqa: DTZ011  a plain reading of the two days
