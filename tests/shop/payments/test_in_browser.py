"""Chromium without JavaScript under the real policy: a policy or a header that is wrong blocks silently."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connections

import pytest
from playwright.sync_api import expect, sync_playwright

from shop.payments import links
from shop.payments.charging import charge_due
from tests.factories.orders import FIRST_CHARGE_AT
from tests.shop.payments.conftest import ASKS_EACH_TIME, announced, mails, states

# Not a journey: these share their process with the database, and no other browser may run in it.
pytestmark = pytest.mark.django_db(transaction=True)

OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def in_browser(visit, *, until):
    """Does not return before the page titled ``until`` is there: reading a title waits for nothing.

    Playwright's loop would make Django refuse its own thread: it gets another one.
    """

    def run():
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=list(OPTIONS)
            )
            page = browser.new_context(java_script_enabled=False).new_page()
            page.set_default_timeout(15_000)
            try:
                visit(page)
                expect(page).to_have_title(until, timeout=15_000)
            finally:
                browser.close()
                connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


@pytest.fixture
def address(live_server, settings, standin, order, deposit, save_card, time_machine):
    settings.SITE_URL = live_server.url
    save_card(order, ASKS_EACH_TIME)
    announced(order)
    time_machine.move_to(FIRST_CHARGE_AT)
    standin.move(FIRST_CHARGE_AT)
    charge_due(due_id=deposit.pk, now=FIRST_CHARGE_AT)
    return live_server.url + links.due_address(deposit, FIRST_CHARGE_AT)


def test_same_card_is_confirmed_at_the_bank(address, standin, deposit):
    def visit(page):
        page.goto(address)
        page.get_by_role("button", name="auprès de ma banque").click()
        page.get_by_role("link", name="Continuer vers ma banque").click()
        page.locator("button[value=accepter]").click()

    in_browser(visit, until="Paiement reçu – LEXOM")

    assert (states(deposit), standin.charged()) == (["succeeded"], 35640)
    assert mails("payment_receipt").count() == 1


def test_other_card_is_typed_at_stripe(address, standin, deposit):
    def visit(page):
        page.goto(address)
        page.get_by_role("button", name="par carte").click()
        page.locator("[name=number]").fill("4242 4242 4242 4242")
        page.locator("[name=expiry]").fill("12/34")
        page.locator("[name=code]").fill("123")
        page.locator("[name=name]").fill("Camille Exemple")
        page.locator("main form button[type=submit]").first.click()

    in_browser(visit, until="Paiement reçu – LEXOM")

    assert (states(deposit), standin.charged()) == (["cancelled", "succeeded"], 35640)
