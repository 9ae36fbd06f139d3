"""A consumer withdraws without an account nor a link, from the foot of any page (law.md F-02)."""

import re

import pytest
from playwright.sync_api import expect

MOMENT = re.compile(r"envoyée le \d{2}/\d{2}/\d{4} à \d{2}:\d{2}:\d{2}, heure de Paris")
WIDTHS = [360, 1440]


def fill(page, *, email, contract):
    page.get_by_label("Vos nom et prénom").fill("Camille Rousselot")
    page.get_by_label("Le contrat auquel vous renoncez").fill(contract)
    page.get_by_label("Votre adresse e-mail").fill(email)


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("width", WIDTHS)
def test_misspelt_reference_is_declared_and_acknowledged(page, running_site, accessible, width):
    page.set_viewport_size({"width": width, "height": 800})
    email = f"camille.{width}@exemple.fr"
    page.goto("/formations/")
    page.get_by_role("link", name="Renoncer au contrat ici").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Renoncer au contrat ici")
    accessible(page)
    assert fits(page)

    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("Corrigez ce qui suit")
    accessible(page)

    fill(page, email=email, contract="LX-7K3M-Q2R\nle tableur de janvier")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirmer la rétractation")
    accessible(page)
    assert fits(page)
    assert running_site.mails_to(email) == []

    page.get_by_role("button", name="Confirmer la rétractation").click()
    expect(page.get_by_role("status")).to_contain_text(MOMENT)
    expect(page.get_by_text("le tableur de janvier")).to_be_visible()
    accessible(page)
    assert fits(page)

    acknowledgement = running_site.wait_for_mail(email)
    assert "LX-7K3M-Q2R\nle tableur de janvier" in acknowledgement
    assert re.search(r"\d{2}:\d{2}:\d{2}, heure de Paris", acknowledgement)

    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirmer la rétractation")
    page.get_by_role("button", name="Confirmer la rétractation").click()
    expect(page.get_by_role("status")).to_contain_text(MOMENT)
    assert len(running_site.mails_to(email)) == 1


def test_declaration_needs_no_script_and_no_mouse(visitor_without_scripts, running_site):
    page = visitor_without_scripts
    page.goto("/renoncer/")
    fill(page, email="sans.script@exemple.fr", contract="Le tableur du 11 janvier")
    page.get_by_label("Votre adresse e-mail").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirmer la rétractation")

    page.get_by_role("button", name="Corriger").press("Enter")
    expect(page.get_by_label("Vos nom et prénom")).to_have_value("Camille Rousselot")
    page.get_by_label("Commentaire (facultatif)").fill("Merci")
    page.get_by_role("button", name="Continuer").press("Enter")
    page.get_by_role("button", name="Confirmer la rétractation").press("Enter")

    expect(page.get_by_role("status")).to_contain_text(MOMENT)
    expect(page.get_by_text("Merci", exact=True)).to_be_visible()
    assert "Merci" in running_site.wait_for_mail("sans.script@exemple.fr")
