"""A company asks for a proposal, and somebody else signs it; a code that is guessed opens nothing."""

import re
from itertools import count

import pytest
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
WIDTHS = (360, 768, 1440)
people = count()


@pytest.fixture
def proposal(page):
    """The page of a proposal that has just been issued and laid out."""
    page.goto("/formations/?q=MRK-OPE-02")
    page.get_by_role("link", name=COURSE).first.click()
    link = re.compile("^Demander un devis pour mon entreprise, la session")
    page.get_by_role("link", name=link).last.click()
    fill(page, COMPANY | {"Adresse e-mail": f"demande{next(people)}@example.org"})
    send(page, "Continuer vers le récapitulatif")
    page.get_by_role("button", name="Recevoir la proposition").click()
    expect(page).to_have_url(re.compile("/proposition/"))
    return wait_for(page, "Signer en ligne")


def fill(page, values):
    for label, text in values.items():
        page.get_by_label(label, exact=True).first.fill(text)


def send(page, button):
    """As a human, who needs a few seconds."""
    page.wait_for_timeout(3200)
    page.get_by_role("button", name=button).click()


def wait_for(page, link):
    """Reloads the page until the worker has done its part."""
    address = page.url
    for _ in range(60):
        if page.get_by_role("link", name=link).count():
            return address
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(page.get_by_role("main").inner_text())


def begin(page, address, email):
    page.goto(address)
    page.get_by_role("link", name="Signer en ligne").click()
    fill(page, SIGNATORY | {"Adresse e-mail": email})
    page.get_by_label("Je déclare être habilité").check()
    send(page, "Recevoir le code")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre code")


def code_for(site, email):
    return re.search(r"^\d{6}$", site.wait_for_mail(email, saying="code"), re.MULTILINE).group()


def wide(page, accessible):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        accessible(page)
        over = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(over), (page.url, width)


def test_somebody_else_signs_with_the_forwarded_link(
    page, proposal, running_site, visitor_without_scripts, accessible
):
    wide(page, accessible)
    page.get_by_role("link", name="Faire signer par quelqu’un d’autre").click()
    wide(page, accessible)
    signatory = f"direction{next(people)}@example.org"
    fill(page, {"Votre nom": "Camille Essai", "Adresse e-mail de votre collègue": signatory})
    send(page, "Envoyer le lien")
    expect(page.get_by_role("main")).to_contain_text("Le lien est envoyé")
    letter = running_site.wait_for_mail(signatory, saying="vous transmet")
    address = re.search(r"<(http\S+/proposition/\S+)>", letter).group(1)

    other = visitor_without_scripts
    begin(other, address, signatory)
    other.get_by_label("Code à six chiffres").fill(code_for(running_site, signatory))
    other.get_by_role("button", name="Continuer").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Lire et signer")
    other.get_by_role("button", name="Signer et commander").click()
    expect(other.get_by_role("main")).to_contain_text("Écrivez exactement : BON POUR ACCORD")
    other.get_by_label(re.compile("conditions générales de vente, version")).check()
    other.get_by_label("Écrivez : BON POUR ACCORD").fill("bon pour accord")
    signing = other.url
    other.get_by_role("button", name="Signer et commander").click()

    expect(other.get_by_role("main")).to_contain_text("par Alix Essai")
    wait_for(other, "Dossier de preuve")
    for name in ("proposition-signee.pdf", "preuve.pdf"):
        assert other.request.get(address + name).body().startswith(b"%PDF-")
    assert "Documents joints" in running_site.wait_for_mail(signatory, saying="est signée")
    assert other.goto(signing).status == 410
    page.goto(proposal)
    expect(page.get_by_role("main")).to_contain_text("reçu l’acompte de")
    wide(page, accessible)


def test_pages_of_the_signature_are_accessible_at_every_width(
    page, proposal, running_site, accessible
):
    email = f"lecture{next(people)}@example.org"
    page.goto(f"{proposal}retour/")
    wide(page, accessible)
    page.goto(f"{proposal}signer/")
    wide(page, accessible)
    begin(page, proposal, email)
    wide(page, accessible)
    page.get_by_label("Code à six chiffres").fill(code_for(running_site, email))
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lire et signer")
    wide(page, accessible)


def test_five_wrong_codes_block_the_signature(page, proposal, running_site, accessible):
    email = f"essais{next(people)}@example.org"
    begin(page, proposal, email)
    wrong = f"{(int(code_for(running_site, email)) + 1) % 10**6:06}"
    for _ in range(5):
        page.get_by_label("Code à six chiffres").fill(wrong)
        page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("main")).to_contain_text("est bloquée jusqu’à")
    expect(page.get_by_label("Code à six chiffres")).to_have_count(0)
    wide(page, accessible)
    page.reload()
    page.goto(proposal)
    expect(page.get_by_role("main")).to_contain_text("Rien n’est commandé")


def test_paper_comes_back_as_files(page, proposal, running_site, tmp_path):
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(page.request.get(f"{proposal}proposition.pdf").body())
    page.goto(f"{proposal}retour/")
    email = f"papier{next(people)}@example.org"
    page.get_by_label("Exemplaire signé").set_input_files(
        {
            "name": "essai.heic",
            "mimeType": "image/heic",
            "buffer": b"\0\0\0\x18ftypheic" + b"\0" * 99,
        }
    )
    send(page, "Envoyer")
    expect(page.get_by_role("main")).to_contain_text("photo HEIC")
    page.get_by_label("Exemplaire signé").set_input_files(scan)
    page.get_by_label(re.compile("^Votre adresse e-mail")).fill(email)
    send(page, "Envoyer")
    expect(page.get_by_role("main")).to_contain_text("reçu, à contrôler")
    assert "scan.pdf" in running_site.wait_for_mail(email, saying="1 fichier")


def test_200_megabytes_are_refused_with_a_page(page, proposal, tmp_path):
    heavy = tmp_path / "lourd.pdf"
    with heavy.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    page.goto(f"{proposal}retour/")
    page.get_by_label("Exemplaire signé").set_input_files(heavy)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("main")).to_contain_text("dépasse 40 Mo")
