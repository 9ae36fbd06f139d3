"""What a visitor does: browse, filter, search, read, download, write to us."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

PUBLIC_PAGES = [
    "/",
    "/formations/",
    "/formations/?q=zzzz",
    "/formations/marketing/",
    "/formations/marketing/marketing-operationnel/",
    "/contact/",
    "/contact/?session=999999",
    "/financer-sa-formation/",
    "/compte/connexion/",
    "/compte/connexion/code/",
    "/compte/inscription/",
    "/nulle-part/",
]
FLAGSHIP = "Intégrer la relation client à sa stratégie marketing"


def open_flagship(page):
    """Leaves the course's page loaded: a click alone returns before the next page is there."""
    page.goto("/formations/?q=MRK-OPE-02")
    page.get_by_role("link", name=FLAGSHIP).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(FLAGSHIP)
    page.wait_for_load_state()


@pytest.mark.parametrize("address", PUBLIC_PAGES)
def test_public_page_is_accessible(page, accessible, address):
    page.goto(address)

    accessible(page)


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_no_page_scrolls_sideways(page, width):
    page.set_viewport_size({"width": width, "height": 800})

    for address in ["/", "/formations/", "/contact/", "/formations/marketing/"]:
        page.goto(address)
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, address
    open_flagship(page)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_visitor_browses_from_home_to_a_course(page, accessible):
    page.goto("/")
    page.get_by_role("link", name=re.compile("Marketing")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Marketing"))

    page.get_by_role("link", name=FLAGSHIP).first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Intégrer la relation"))
    expect(page.get_by_text("Jour 2 – après-midi")).to_be_visible()
    accessible(page)
    data = [
        json.loads(text)
        for text in page.locator('script[type="application/ld+json"]').all_text_contents()
    ]
    assert data


def test_visitor_filters_without_any_script(visitor_without_scripts):
    page = visitor_without_scripts
    page.goto("/formations/?ville=Lyon&tri=titre")
    everything = page.locator("main h2, main h3").count()

    page.goto("/formations/?ville=Lyon&duree=1&tri=titre")

    assert 0 < page.locator("main h2, main h3").count() < everything
    assert "ville=Lyon" in page.url


def test_visitor_uses_the_filter_form(page):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/formations/")

    page.get_by_label("Ville").select_option("Lyon")
    page.get_by_role(
        "button", name=re.compile("Filtrer|Appliquer|Afficher|Rechercher")
    ).last.click()

    expect(page).to_have_url(re.compile("ville=Lyon"))


def test_visitor_searches_without_accents(page):
    page.goto("/formations/?q=strategie+marketing")

    expect(page.get_by_role("link", name=FLAGSHIP).first).to_be_visible()


def test_search_without_result_helps(page):
    page.goto("/formations/?q=plongee+sous-marine")

    expect(page.get_by_role("main")).to_contain_text(re.compile("Aucune formation"))


def test_nonsense_in_the_address_is_explained(page):
    page.goto("/formations/?ville=Atlantide&du=demain&prix=gratuit")

    expect(page.get_by_role("main")).to_contain_text("il est ignoré")
    expect(page.get_by_role("main")).to_contain_text("elle est ignorée")


def test_visitor_downloads_the_course_sheet(page):
    open_flagship(page)
    address = page.url + "programme.pdf"

    for _ in range(120):
        answer = page.request.get(address)
        if answer.status == 200:
            break
        time.sleep(0.5)

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-1.7")


def test_visitor_downloads_the_dates_of_a_session(page):
    open_flagship(page)
    address = page.locator('a[href$=".ics"]').first.get_attribute("href")

    answer = page.request.get(address)

    assert answer.text().startswith("BEGIN:VCALENDAR")


def test_visitor_asks_about_a_session_and_gets_an_answer(page, running_site, accessible):
    open_flagship(page)
    quote = page.get_by_role("link", name="Demander un devis pour mon entreprise").first
    page.goto(quote.get_attribute("href").replace("/devis/", "/contact/"))
    expect(page.get_by_role("main")).to_contain_text("Intégrer la relation client")
    accessible(page)

    page.get_by_label("Votre nom").fill("Une visiteuse")
    page.get_by_label("Votre e-mail").fill("pas une adresse")
    page.get_by_label("Votre message").fill("Reste-t-il des places ?")
    page.wait_for_timeout(3200)
    page.locator("form").evaluate_all("forms => forms.forEach(form => form.noValidate = true)")
    page.get_by_role("main").get_by_role("button", name=re.compile("Envoyer")).click()
    expect(page.get_by_role("main")).to_contain_text("n’est pas complète")
    expect(page.get_by_label("Votre message")).to_have_value("Reste-t-il des places ?")
    accessible(page)

    page.get_by_label("Votre e-mail").fill("visiteuse@example.org")
    page.wait_for_timeout(3200)
    page.get_by_role("main").get_by_role("button", name=re.compile("Envoyer")).click()

    expect(page).to_have_url(re.compile("envoye=1"))
    assert "bien reçu votre message" in running_site.wait_for_mail("visiteuse@example.org")
