"""From a payment to its invoice, from a refund to its credit note, in a browser.

The clock of the site moves on for good: it is a site of its own.
"""

import io
import re
from datetime import timedelta

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import started_site, visitor
from tests.journeys.test_editor import give_second_factor, sign_in_with_password
from tests.journeys.test_order import order
from tests.journeys.test_payment import GOOD_CARD, first_charge_at, save_card

EMAIL = "facture@example.org"
INVOICE = re.compile(r"^Facture d’acompte F-\d{4}-\d{5} du .*356,40")
CREDIT = re.compile(r"^Avoir AV-\d{4}-\d{5} du .*100,00")


@pytest.fixture
def running_site(prepared_folder, tmp_path_factory):
    with started_site(prepared_folder, tmp_path_factory) as site:
        yield site


def download(page, name):
    """The file behind a link of the customer's page, once the worker has laid it out."""
    link = page.get_by_role("link", name=name)
    for _ in range(60):
        if link.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    answer = page.request.get(link.get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def xml_inside(content):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return pdf.attachments["factur-x.xml"].get_file().read_bytes().decode()


def test_invoice_and_credit_note_reach_the_customer(browser, page, running_site, accessible):
    customer = visitor(browser, running_site).new_page()
    customer.set_default_timeout(15_000)
    order(customer, EMAIL)
    address = customer.url
    expect(customer.get_by_role("main")).to_contain_text("vous sera envoyée après chaque paiement")
    save_card(customer, GOOD_CARD)
    charge_at = first_charge_at(running_site, EMAIL)
    running_site.move_clock((charge_at - timedelta(days=2)).isoformat())  # announced
    running_site.move_clock(charge_at.isoformat())

    customer.goto(address)
    invoice = download(customer, INVOICE)
    assert ">386<" in xml_inside(invoice)
    accessible(customer)

    sign_in_with_password(page, "comptabilite@lexom.example")
    give_second_factor(page, running_site)
    expect(page).to_have_url(re.compile("/gestion/"))
    page.goto("/gestion/factures/")
    accessible(page)
    page.get_by_role("link", name=re.compile(r"^F-\d{4}-\d{5}$")).click()
    expect(page.locator("#printed-section")).to_contain_text("356,40")
    accessible(page)
    page.get_by_role("link", name=re.compile("^LX-")).first.click()
    page.get_by_role("link", name="Rembourser").click()
    page.locator("#id_amount").fill("100,00")
    page.locator("#id_reason").fill("Geste commercial")
    page.get_by_role("button", name="Rembourser").click()
    expect(page.get_by_role("alert")).to_contain_text("relisez l’avoir")
    expect(page.get_by_role("table")).to_contain_text("83,33")
    accessible(page)
    page.get_by_role("button", name="Rembourser").click()
    expect(page.locator("#state-section")).to_be_visible()

    customer.goto(address)
    assert ">503<" in xml_inside(download(customer, CREDIT))
    accessible(customer)
    page.goto("/gestion/comptabilite/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Comptabilité")
    accessible(page)
    customer.context.close()
