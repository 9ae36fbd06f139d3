"""What a visitor reads before ordering: rights, notices and documents, on a telephone and on a desk."""

import re
import time

import pytest
from playwright.sync_api import expect

LEGAL_PAGES = [
    "/mediation/",
    "/mentions-legales/",
    "/confidentialite/",
    "/confidentialite/versions/",
    "/confidentialite/versions/1/",
    "/accessibilite/",
    "/reglement-interieur/",
    "/reglement-interieur/versions/1/",
    "/retractation/",
]
WITHDRAW = "Renoncer au contrat ici"


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("address", LEGAL_PAGES)
def test_legal_page_is_accessible_and_fits(page, accessible, address, width):
    page.set_viewport_size({"width": width, "height": 900})

    assert page.goto(address).status == 200

    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    expect(page.get_by_role("main")).not_to_contain_text("{")
    expect(page.get_by_role("main")).not_to_contain_text("pas encore publié")


@pytest.mark.parametrize("address", ["/", "/formations/", "/contact/", "/retractation/"])
def test_footer_shows_the_mediator_and_the_rights(page, running_site, address):
    page.goto(address)
    footer = page.get_by_role("contentinfo")

    mediator = footer.get_by_role("link", name="https://cnpm-mediation-consommation.eu/")
    expect(mediator).to_be_visible()
    expect(footer.get_by_role("link", name="Médiation")).to_be_visible()
    answered = page.request.get("/renoncer/").ok
    assert footer.get_by_role("link", name=WITHDRAW).count() == int(answered)


def test_visitor_goes_from_the_footer_to_the_printed_form(page, running_site):
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("link", name="Droit de rétractation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Renoncer à votre commande")
    # The text is frozen: it names the address of the site on which it was published.
    expect(page.get_by_role("main")).to_contain_text(
        re.compile(r"http://127\.0\.0\.1:\d+/renoncer/")
    )
    link = page.get_by_role("link", name="Télécharger le formulaire à imprimer (PDF)")
    address = link.get_attribute("href")

    for _ in range(120):
        answer = page.request.get(address)
        if answer.status == 200:
            break
        time.sleep(0.5)

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-1.7")


def test_legal_pages_set_no_cookie(page):
    for address in LEGAL_PAGES:
        page.goto(address)

    assert page.context.cookies() == []
