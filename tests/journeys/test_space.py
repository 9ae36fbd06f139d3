"""A company finds its proposal again with a code, takes its files away and lets a colleague in."""

import re
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import TIMEOUT_MILLISECONDS

CONTACT, COLLEAGUE, STRANGER = "contact@example.org", "collegue@example.org", "autre@example.net"
TYPED = {
    "Dénomination": "Atelier d’essai",
    "Numéro SIRET ou SIREN": "510 869 274",
    "Prénom": "Camille",
    "Nom": "Essai",
    "Adresse": "3 rue des Lilas",
    "Code postal": "07000",
    "Ville": "Privas",
    "Nombre de participants": "2",
}
CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)
HUMAN_MILLISECONDS = 3200


@pytest.fixture
def newcomer(browser, running_site):
    """Somebody else, in a browser of their own."""
    contexts = []

    def newcomer():
        context = browser.new_context(
            base_url=running_site.url, locale="fr-FR", java_script_enabled=False
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MILLISECONDS)
        return page

    yield newcomer
    for context in contexts:
        context.close()


def ask(page, email, **changes):
    """For the last public session of a course; ends on the page of the proposal."""
    page.goto("/formations/?q=MRK-OPE-02")
    page.locator("main h3 a").first.click()
    page.locator("a[href*='/devis/?session=']").last.click()
    for label, text in {**TYPED, "Adresse e-mail": email, **changes}.items():
        page.get_by_label(label, exact=True).first.fill(text)
    page.wait_for_timeout(HUMAN_MILLISECONDS)
    page.get_by_role("button", name="Continuer vers le récapitulatif").click()
    page.get_by_role("button", name=re.compile("Recevoir|Envoyer")).click()
    expect(page).to_have_url(re.compile("/proposition/"))


def enter(page, site, email, address="/espace/"):
    page.goto(address)
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_role("button", name="Recevoir un code").click()
    code = CODE.search(site.wait_for_mail(email, saying="Ce code vous connecte"))[0]
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Valider").click()
    expect(page).to_have_url(re.compile(re.escape(address) + "$"))


def test_company_finds_its_proposal_and_lets_a_colleague_in(
    page, newcomer, running_site, accessible
):
    ask(page, CONTACT)
    reference = re.search(r"PC-\d{4}-\d{4}", page.get_by_role("main").inner_text())[0]
    page.get_by_role("link", name="Retrouver vos propositions dans votre espace").click()
    accessible(page)
    enter(page, running_site, CONTACT)
    expect(page.get_by_role("main")).to_contain_text("À signer")
    accessible(page)

    running_site.wait_for_mail(CONTACT, saying="Voici la proposition")
    page.get_by_role("main").get_by_role("link", name=re.compile("relation client")).click()
    accessible(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tout télécharger").click()
    with ZipFile(taken.value.path()) as archive:
        assert archive.namelist() == [
            f"{reference}/LEXOM-proposition-{reference}.pdf", "liste.csv",
        ]  # fmt: skip

    page.get_by_role("link", name="Collègues").click()
    page.get_by_label("Adresse e-mail").fill(COLLEAGUE)
    page.get_by_role("button", name="Inviter").click()
    expect(page.get_by_role("main")).to_contain_text(f"L’invitation part à {COLLEAGUE}.")
    accessible(page)

    message = running_site.wait_for_mail(COLLEAGUE, saying="vous invite")
    address = re.search(rf"{running_site.url}(/espace/invitation/\S+/)", message)[1]
    guest = newcomer()
    enter(guest, running_site, COLLEAGUE, address)
    guest.get_by_role("button", name="Rejoindre cet espace").click()
    expect(guest.get_by_role("main")).to_contain_text(reference)

    stranger = newcomer()
    ask(stranger, STRANGER, Dénomination="Intrus d’essai")
    enter(stranger, running_site, STRANGER)
    expect(stranger.get_by_role("main")).not_to_contain_text(reference)
    expect(stranger.get_by_role("main")).to_contain_text("Intrus d’essai")
    for wanted in (page.url, address):
        answer = stranger.goto(wanted)
        assert answer.status == 404
