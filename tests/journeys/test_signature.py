"""A company asks for a proposal, and somebody else signs it; a code that is guessed opens nothing."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.asking import (
    accept_and_sign,
    ask,
    begin_signing,
    code_for,
    fill,
    send,
    somebody,
    type_code,
    wait_for,
)

WIDTHS = (360, 768, 1440)


@pytest.fixture
def proposal(page):
    """The page of a proposal that has just been issued and laid out."""
    address = ask(page, somebody("demande"))
    wait_for(page, "Signer en ligne")
    return address


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
    expect(page.get_by_role("heading", name="L’envoyer par e-mail")).to_be_visible()
    wide(page, accessible)
    signatory = somebody("direction")
    fill(page, {"Votre nom": "Camille Essai", "Adresse e-mail de votre collègue": signatory})
    send(page, "Envoyer le lien")
    expect(page.get_by_role("main")).to_contain_text("Le lien est envoyé")
    letter = running_site.wait_for_mail(signatory, saying="vous transmet")
    address = re.search(r"<(http\S+/proposition/\S+)>", letter).group(1)

    other = visitor_without_scripts
    begin_signing(other, address, signatory)
    type_code(other, running_site, signatory)
    other.get_by_role("button", name="Signer et commander").click()
    expect(other.get_by_role("main")).to_contain_text("Écrivez exactement : BON POUR ACCORD")
    signing = other.url
    accept_and_sign(other)
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
    email = somebody("lecture")
    page.goto(f"{proposal}retour/")
    wide(page, accessible)
    page.goto(f"{proposal}signer/")
    wide(page, accessible)
    begin_signing(page, proposal, email)
    wide(page, accessible)
    type_code(page, running_site, email)
    wide(page, accessible)


def test_five_wrong_codes_block_the_signature(page, proposal, running_site, accessible):
    email = somebody("essais")
    begin_signing(page, proposal, email)
    wrong = f"{(int(code_for(running_site, email)) + 1) % 10**6:06}"
    for _ in range(5):
        page.get_by_label("Code à six chiffres").fill(wrong)
        page.get_by_role("button", name="Valider le code").click()
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
    email = somebody("papier")
    page.get_by_label("Exemplaire signé").set_input_files(
        {
            "name": "essai.heic",
            "mimeType": "image/heic",
            "buffer": b"\0\0\0\x18ftypheic" + b"\0" * 99,
        }
    )
    send(page, "Envoyer l’exemplaire signé")
    expect(page.get_by_role("main")).to_contain_text("photo HEIC")
    page.get_by_label("Exemplaire signé").set_input_files(scan)
    page.get_by_label(re.compile("^Votre adresse e-mail")).fill(email)
    send(page, "Envoyer l’exemplaire signé")
    expect(page.get_by_role("main")).to_contain_text("reçu, à contrôler")
    assert "scan.pdf" in running_site.wait_for_mail(email, saying="1 fichier")


def test_200_megabytes_are_refused_with_a_page(page, proposal, tmp_path):
    heavy = tmp_path / "lourd.pdf"
    with heavy.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    page.goto(f"{proposal}retour/")
    page.get_by_label("Exemplaire signé").set_input_files(heavy)
    page.get_by_role("button", name="Envoyer l’exemplaire signé").click()
    expect(page.get_by_role("main")).to_contain_text("dépasse 40 Mo")
