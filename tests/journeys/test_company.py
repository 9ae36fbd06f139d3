"""A company from its request to a definitive order: signed online and paid by card, or on paper and by transfer."""

import re
import subprocess

from django.utils import timezone

from playwright.sync_api import expect

from tests.journeys.asking import (
    accept_and_sign,
    ask,
    begin_signing,
    content_behind,
    number_on,
    send,
    somebody,
    type_code,
    wait_for,
)
from tests.journeys.paying import GOOD_CARD, pay_by_card
from tests.journeys.test_editor import give_second_factor, sign_in_with_password

# What is issued never changes: the same proposal as it would have been a month ago.
OLD = """
from datetime import timedelta
from django.utils import timezone
from shop.models import Proposal
from shop.orders.rules import new_token
old = Proposal.objects.get(number="{number}")
old.pk, old.token, old.request_key = None, new_token(), new_token()
old.number, old.year = "PC-2020-0001", 2020
old.valid_until = timezone.localdate() - timedelta(days=1)
old.save(force_insert=True)
print(old.get_absolute_url())
"""
BANK = """
from base.organisation import Organisation
organisation = Organisation.current()
organisation.iban, organisation.bic = "FR7630006000011234567890189", "AGRIFRPP"
organisation.save(update_fields=["iban", "bic"])
"""


def test_signed_online_and_paid_by_card(visitor_without_scripts, running_site, tmp_path):
    page = visitor_without_scripts
    contact, signatory = somebody("carte"), somebody("gerance")
    address = ask(page, contact)
    assert content_behind(page, re.compile("^Proposition PC")).startswith(b"%PDF-")
    begin_signing(page, address, signatory)
    type_code(page, running_site, signatory)
    accept_and_sign(page)

    page.get_by_role("link", name="Payer l’acompte").click()
    pay_by_card(page, GOOD_CARD)
    assert "définitive" in running_site.wait_for_mail(contact, saying="convention")

    page.goto(address)
    expect(page.get_by_role("main")).to_contain_text("La commande est définitive depuis")
    assert content_behind(page, re.compile("^Convention de formation CV")).startswith(b"%PDF-")
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(content_behind(page, "Proposition signée"))
    told = subprocess.run(["/usr/bin/pdfsig", signed], capture_output=True, text=True)  # noqa: S603  a tool of the machine
    assert told.stdout.count("Signature is Valid.") == 2


def test_signed_on_paper_and_paid_by_transfer(page, newcomer, running_site, tmp_path):
    contact = somebody("virement")
    address = ask(page, contact)
    number = number_on(page)
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(content_behind(page, re.compile("^Proposition PC")))
    page.get_by_role("link", name="Envoyez l’exemplaire signé").click()
    page.get_by_label("Exemplaire signé").set_input_files(scan)
    send(page, "Envoyer l’exemplaire signé")
    expect(page.get_by_role("main")).to_contain_text("reçu, à contrôler")

    sales = newcomer(scripts=True)
    sign_in_with_password(sales, "commercial@lexom.example")
    sales.wait_for_url("**/gestion/")
    sales.goto("/gestion/propositions/")
    sales.get_by_role("link", name=number).first.click()
    sales.get_by_role("link", name="Signature", exact=True).click()
    sales.get_by_role("link", name="Contrôler").click()
    check_the_paper(sales)
    expect(sales.get_by_role("main")).to_contain_text("La proposition est signée.")

    running_site.manage("shell", "--no-imports", "-c", BANK)
    page.goto(address)
    page.get_by_role("link", name="Payer l’acompte").click()
    reference = page.locator(".payment-facts strong").inner_text()
    asked = page.get_by_role("heading", name=re.compile("^Acompte")).inner_text()
    amount = re.sub(r"[^\d,]", "", asked.partition(":")[2])
    accounting = newcomer(scripts=True)
    import_statement(accounting, running_site, f"VIR SEPA {reference}", amount)
    expect(accounting.get_by_role("main")).to_contain_text(f"Certain : {number}")
    confirm_statement(accounting)

    assert "définitive" in running_site.wait_for_mail(contact, saying="convention")
    page.goto(address)
    expect(page.get_by_role("main")).to_contain_text("La commande est définitive depuis")
    wait_for(page, re.compile("^Convention de formation CV"))


def check_the_paper(page):
    today = f"{timezone.localdate():%d/%m/%Y}"
    for field, text in (("first_name", "Alix"), ("last_name", "Essai"), ("function", "Gérance")):
        page.locator(f"#id_{field}").fill(text)
    page.locator("#id_paper_date").fill(today)
    # Pressed before a file is ticked: what was typed stays.
    page.get_by_role("button", name="Tout y est").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Cochez le fichier où vous le voyez")
    expect(page.locator("#id_last_name")).to_have_value("Essai")
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="Tout y est").press("Enter")


def import_statement(page, site, label, amount):
    """Of the bank, by accounting; ends on what was read in it."""
    sign_in_with_password(page, "comptabilite@lexom.example")
    give_second_factor(page, site)
    page.goto("/gestion/releves/importer/")
    content = f"Date;Libellé;Montant\n{timezone.localdate():%d/%m/%Y};{label};{amount}\n"
    page.locator("#id_file").set_input_files(
        {"name": "banque.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.get_by_role("button", name="Lire le relevé").click()


def confirm_statement(page):
    page.get_by_role("button", name=re.compile("^Importer 1")).click()
    page.goto("/gestion/releves/certains/")
    page.get_by_role("button", name=re.compile("^Confirmer")).click()
    expect(page.get_by_role("main")).to_contain_text("rapprochée")


def test_an_expired_proposal_is_not_signed(page, running_site):
    ask(page, somebody("tard"))
    code = OLD.format(number=number_on(page))
    address = running_site.manage("shell", "--no-imports", "-c", code).splitlines()[-1]

    page.goto(address)
    expect(page.get_by_role("main")).to_contain_text("Cette proposition a expiré le")
    expect(page.get_by_role("link", name="Signer en ligne")).to_have_count(0)
    page.goto(f"{address}signer/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette proposition a expiré")
