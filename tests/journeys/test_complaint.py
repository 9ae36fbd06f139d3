"""A complaint from its filing on the page of an order to the notice of mediation, read as a PDF."""

import re
import subprocess

import pytest
from playwright.sync_api import expect

from tests.journeys.test_backoffice import ORDER
from tests.journeys.test_editor import sign_in_with_password

BUYER = "aline.reclame@exemple.fr"
PLACED = ORDER.replace("camille.parchemin@exemple.fr", BUYER).replace("Parchemin", "Réclame")
WIDTHS = (360, 768, 1440)
TEXT = "Le formateur est parti à 15 h.\nJe demande un remboursement partiel."


@pytest.fixture
def looked_at(page, accessible):
    """Asserts that the open page is accessible and fits, on a telephone and on screens."""

    def looked_at():
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width

    return looked_at


def words_of(content, tmp_path):
    path = tmp_path / "avis.pdf"
    path.write_bytes(content)
    run = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)  # noqa: S603, S607  poppler of the machine
    return " ".join(run.stdout.decode().split())


def test_complaint_is_rejected_and_its_author_is_told_of_the_mediator(
    page, running_site, looked_at, accessible, tmp_path
):
    script = f"{PLACED}\nprint(order.token)"
    reference, token = running_site.manage("shell", "--no-imports", "-c", script).split()[-2:]
    page.goto(f"/commande/suivi/{token}/")
    page.get_by_role("link", name="Faire une réclamation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Faire une réclamation")
    expect(page.get_by_label("Votre adresse e-mail")).to_have_value(BUYER)
    expect(page.get_by_label("à titre personnel")).to_be_checked()
    looked_at()

    page.get_by_role("button", name="Envoyer la réclamation").click()
    expect(page.get_by_role("alert")).to_contain_text("pas encore envoyée")
    looked_at()
    page.get_by_label("Votre réclamation porte sur").select_option("course")
    page.get_by_label("Votre réclamation", exact=True).fill(TEXT)
    page.wait_for_timeout(3200)
    page.get_by_role("button", name="Envoyer la réclamation").click()
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"R-\d{4}-\d{4}, envoyée le"))
    looked_at()
    number = re.search(r"R-\d{4}-\d{4}", page.get_by_role("status").inner_text()).group()
    received = running_site.wait_for_mail(BUYER, saying="Nous avons reçu")
    assert number in received
    follow_up = re.search(r"http\S+/reclamation/suivi/[\w-]+/", received).group()

    sign_in_with_password(page, "commercial@lexom.example")
    page.wait_for_url("**/gestion/")
    page.goto("/gestion/a-faire/")
    page.get_by_role("link", name=re.compile(f"Réclamation {number}.*à répondre")).click()
    expect(page.locator("#state-section")).to_contain_text(reference)
    accessible(page)
    page.get_by_role("link", name="Répondre").click()
    page.get_by_label("Partir d’un modèle").select_option(label="Réclamation rejetée")
    page.get_by_role("button", name="Insérer").click()
    expect(page.locator("#id_text")).to_have_value(re.compile(number))
    page.get_by_label("Rejetée").check()
    accessible(page)
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    expect(page.locator("#preview-section")).to_contain_text("L’avis de médiation part aussi")
    accessible(page)
    page.get_by_role("button", name="Envoyer la réponse").click()
    expect(page.locator("#state-section")).to_contain_text("Rejetée")

    assert number in running_site.wait_for_mail(BUYER, saying="donner une suite favorable")
    told = running_site.wait_for_mail(BUYER, saying="Médiateur")
    assert "cnpm-mediation-consommation.eu" in told
    page.goto(follow_up)
    looked_at()
    link = page.get_by_role("link", name="Avis de médiation (PDF, 1 page)")
    printed = words_of(page.request.get(link.get_attribute("href")).body(), tmp_path)
    last_day = re.search(
        r"jusqu’au (\d+(?:er)? \w+ \d{4}) inclus", page.get_by_role("main").inner_text()
    )
    for words in (
        number, reference, "CNPM", "https://cnpm-mediation-consommation.eu/",
        "27 avenue de la Libération, 42400 Saint-Chamond", "gratuitement", last_day.group(1),
        "Joignez", "L612-4",
    ):  # fmt: skip
        assert words in printed
    page.goto(f"/commande/suivi/{token}/")
    expect(page.get_by_role("main")).to_contain_text(f"Avis de médiation, réclamation {number}")
    expect(page.get_by_role("link", name="avis de médiation (PDF)")).to_be_visible()
