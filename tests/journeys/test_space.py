"""A company finds its proposal again with a code, takes its files away and lets a colleague in."""

import re
from zipfile import ZipFile

from playwright.sync_api import expect

from tests.journeys.asking import ask, number_on
from tests.journeys.paying import title_is

CONTACT, COLLEAGUE, STRANGER = "contact@example.org", "collegue@example.org", "autre@example.net"
CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)


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
    reference = number_on(page)
    page.get_by_role("link", name="Retrouver vos propositions dans votre espace").click()
    title_is(page, "Votre espace")
    accessible(page)
    enter(page, running_site, CONTACT)
    expect(page.get_by_role("main")).to_contain_text("À signer")
    accessible(page)

    running_site.wait_for_mail(CONTACT, saying="Voici la proposition")
    page.get_by_role("main").get_by_role("link", name=re.compile("relation client")).click()
    expect(page.get_by_role("link", name="Tout télécharger")).to_be_visible()
    accessible(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tout télécharger").click()
    with ZipFile(taken.value.path()) as archive:
        assert archive.namelist() == [
            f"{reference}/LEXOM-proposition-{reference}.pdf", "liste.csv",
        ]  # fmt: skip

    page.get_by_role("link", name="Collègues").click()
    page.get_by_label("Adresse e-mail").fill(COLLEAGUE)
    page.get_by_role("button", name="Envoyer l’invitation").click()
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
