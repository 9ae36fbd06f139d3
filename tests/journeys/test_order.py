"""What an individual does: orders without an account or a script, and follows the order."""

import re

from playwright.sync_api import expect

COURSE = "Intégrer la relation client à sa stratégie marketing"
BUTTON = "Commander avec obligation de paiement"
BUYER = {
    "Prénom": "Camille",
    "Nom": "Essai",
    "Adresse e-mail": "camille@example.org",
    "Adresse": "3 rue des Lilas",
    "Code postal": "07000",
    "Ville": "Privas",
}


def open_last_session(page):
    page.goto("/formations/?q=MRK-OPE-02")
    page.get_by_role("link", name=COURSE).first.click()
    page.get_by_role("link", name=re.compile("^M’inscrire")).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos coordonnées")


def fill_buyer(page, **changes):
    for label, value in (BUYER | changes).items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name=re.compile("Continuer")).click()


def accept_and_order(page):
    """``all()`` waits for nothing: the recap must be on screen before its boxes are listed."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Récapitulatif")
    for box in page.locator(".recap-order input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name=BUTTON).click()
    expect(page).to_have_url(re.compile("/commande/suivi/"))


def order(page, email):
    open_last_session(page)
    fill_buyer(page, **{"Adresse e-mail": email})
    accept_and_order(page)


def test_individual_orders_without_any_script(visitor_without_scripts, running_site):
    page = visitor_without_scripts
    open_last_session(page)
    page.get_by_role("button", name=re.compile("Continuer")).click()
    expect(page.get_by_role("main")).to_contain_text("Indiquez votre prénom")
    fill_buyer(page, **{"Code postal": "7"})
    expect(page.get_by_role("main")).to_contain_text("cinq chiffres")
    expect(page.get_by_label("Ville", exact=True)).to_have_value("Privas")
    fill_buyer(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Récapitulatif")
    expect(page.get_by_role("main")).to_contain_text("sans motif et sans frais")
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("main")).to_contain_text("Cochez cette case")
    accept_and_order(page)

    expect(page.get_by_role("main")).to_contain_text("Commande passée")
    mail = running_site.wait_for_mail("camille@example.org")
    assert "Nous confirmons votre commande" in mail
    assert "renoncer au contrat ici" in mail


def test_order_pages_are_accessible_at_every_width(page, accessible):
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        open_last_session(page)
        accessible(page)
        fill_buyer(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Récapitulatif")
        accessible(page)
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0


def test_order_page_follows_the_order(page, accessible, running_site):
    email = "suivi@example.org"
    order(page, email)
    accessible(page)
    running_site.wait_for_mail(email)

    page.reload()

    expect(page.get_by_role("main")).to_contain_text("inclus, sans motif et sans frais")
    link = page.get_by_role("link", name="Contrat de formation professionnelle")
    answer = page.request.get(link.get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    assert "no-store" in answer.headers["cache-control"]


def test_back_and_second_click_make_one_order(page):
    order(page, "retour@example.org")
    address = page.url

    page.go_back()
    page.goto(page.url)

    expect(page).to_have_url(address)
