"""A company asks for a course of its own, and corrects what it typed on the way."""

import re

from playwright.sync_api import expect

from tests.journeys.asking import COMPANY, fill, send

WISHES = {
    "Adresse e-mail": "atelier@example.org",
    "Nombre de participants": "6",
    "Dates souhaitées (facultatif)": "En mars",
}


def test_company_asks_for_a_course_of_its_own(page, running_site, accessible):
    page.goto("/devis/")
    accessible(page)
    page.get_by_label("Formation", exact=True).select_option(index=1)
    fill(page, COMPANY | WISHES)
    send(page, "Continuer vers le récapitulatif")
    expect(page.get_by_role("main")).to_contain_text("SIREN 510 869 274")
    accessible(page)

    page.get_by_role("button", name="Corriger").click()
    expect(page.get_by_label("Dénomination", exact=True)).to_have_value("Atelier d’essai")
    fill(page, {"Nombre de participants": "8"})
    send(page, "Continuer vers le récapitulatif")
    page.get_by_role("button", name="Envoyer la demande").click()

    expect(page).to_have_url(re.compile("/proposition/"))
    expect(page.get_by_role("main")).to_contain_text("Nous préparons votre proposition")
    expect(page.get_by_role("main")).to_contain_text("8 participants")
    accessible(page)
    assert "demande de proposition" in running_site.wait_for_mail("atelier@example.org")
