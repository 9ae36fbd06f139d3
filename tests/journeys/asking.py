"""What the journeys of a company share: it asks for a proposal, somebody signs it."""

import re
from itertools import count

from playwright.sync_api import expect

from tests.journeys.test_order import COURSE

COMPANY = {
    "Dénomination": "Atelier d’essai",
    "Numéro SIRET ou SIREN": "510 869 274",
    "Prénom": "Camille",
    "Nom": "Essai",
    "Adresse": "3 rue des Lilas",
    "Code postal": "07000",
    "Ville": "Privas",
    "Nombre de participants": "1",
}
SIGNATORY = {"Prénom": "Alix", "Nom": "Essai", "Fonction dans l’entreprise": "Gérance"}
HUMAN_MILLISECONDS = 3200
people = count()


def somebody(name):
    """An address of their own: the tests share one outbox."""
    return f"{name}{next(people)}@example.org"


def fill(page, values):
    for label, text in values.items():
        page.get_by_label(label, exact=True).first.fill(text)


def send(page, button):
    """As a human, who needs a few seconds."""
    page.wait_for_timeout(HUMAN_MILLISECONDS)
    page.get_by_role("button", name=button).click()


def ask(page, email, **changes):
    """For the last public session of a course; ends on the page of the proposal."""
    page.goto("/formations/?q=MRK-OPE-02")
    page.get_by_role("link", name=COURSE).first.click()
    link = re.compile("^Demander un devis pour mon entreprise, la session")
    page.get_by_role("link", name=link).last.click()
    fill(page, COMPANY | {"Adresse e-mail": email} | changes)
    send(page, "Continuer vers le récapitulatif")
    page.get_by_role("button", name="Recevoir la proposition").click()
    expect(page).to_have_url(re.compile("/proposition/"))
    return page.url


def number_on(page):
    number = re.compile(r"PC-\d{4}-\d{4}")
    expect(page.get_by_role("main")).to_contain_text(number)
    return number.search(page.get_by_role("main").inner_text()).group()


def wait_for(page, link):
    """Reloads the page until the worker has done its part; the link."""
    found = page.get_by_role("link", name=link)
    for _ in range(60):
        if found.count():
            return found.first
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(page.get_by_role("main").inner_text())


def content_behind(page, link):
    """The bytes of a file, taken as the link offers it."""
    return page.request.get(wait_for(page, link).get_attribute("href")).body()


def begin_signing(page, address, email):
    page.goto(address)
    page.get_by_role("link", name="Signer en ligne").click()
    fill(page, SIGNATORY | {"Adresse e-mail": email})
    page.get_by_label("Je déclare être habilité").check()
    send(page, "Recevoir le code")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre code")


def code_for(site, email):
    return re.search(r"^\d{6}$", site.wait_for_mail(email, saying="code"), re.MULTILINE).group()


def type_code(page, site, email):
    page.get_by_label("Code à six chiffres").fill(code_for(site, email))
    page.get_by_role("button", name="Valider le code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lire et signer")


def accept_and_sign(page):
    page.get_by_label(re.compile("conditions générales de vente, version")).check()
    page.get_by_label("Écrivez : BON POUR ACCORD").fill("bon pour accord")
    page.get_by_role("button", name="Signer et commander").click()
    expect(page.get_by_role("main")).to_contain_text("par Alix Essai")
