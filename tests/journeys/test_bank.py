"""From the file of the bank to the instalment that it pays, in a browser."""

import re

from django.utils import timezone

from playwright.sync_api import expect

from tests.journeys.test_editor import give_second_factor, sign_in_with_password

ORDER = """
from datetime import timedelta
from django.utils import timezone
from courses.models import CourseSession
from legal.models import TermsVersion
from tests.factories.orders import OrderFactory, paris
today = timezone.localdate()
session = CourseSession.objects.upcoming(today).first()
order = OrderFactory(
    session=session, course_title=session.course.title, starts_on=session.starts_on,
    ends_on=session.ends_on, place=session.place, with_dues=True, email="virement@example.org",
    placed_at=timezone.now() - timedelta(days=30),
    terms_version=TermsVersion.objects.filter(approved_at__isnull=False).first(),
    charges_from=paris(today - timedelta(days=2)),
)
print(order.reference)
"""


def test_statement_is_imported_and_its_transfer_confirmed(page, running_site, accessible):
    reference = running_site.manage("shell", "--no-imports", "-c", ORDER).splitlines()[-1]
    today = f"{timezone.localdate():%d/%m/%Y}"
    content = (
        "Date;Libellé;Montant\n"
        f"{today};VIR SEPA {reference};356,40\n{today};LOYER;-800,00\n{today};POSTE;12,00\n"
    )
    sign_in_with_password(page, "comptabilite@lexom.example")
    give_second_factor(page, running_site)
    page.goto("/gestion/releves/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Virements reçus")
    accessible(page)

    page.get_by_role("main").get_by_role("link", name="Importer un relevé").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Importer un relevé")
    accessible(page)
    page.locator("#id_file").set_input_files(
        {"name": "releve.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.get_by_role("button", name="Lire le relevé").click()
    expect(page.get_by_role("main")).to_contain_text(f"Certain : {reference}")
    expect(page.get_by_role("main")).to_contain_text("1 débit")
    accessible(page)
    page.get_by_role("button", name=re.compile("^Importer 2")).click()

    page.goto("/gestion/releves/certains/")
    expect(page.get_by_role("main")).to_contain_text("ne se défait pas")
    accessible(page)
    page.get_by_role("button", name=re.compile("^Confirmer ces")).click()
    expect(page.get_by_role("main")).to_contain_text("rapprochée")

    page.goto(f"/gestion/releves/?q={reference}")
    page.get_by_role("link", name="non indiqué").click()
    expect(page.locator("#given-section")).to_contain_text(reference)
    page.reload()  # without Wagtail's message, which is still fading in
    accessible(page)

    page.goto("/gestion/releves/?q=POSTE")
    page.get_by_role("link", name="non indiqué").click()
    accessible(page)
    page.get_by_role("link", name="Écarter").click()
    accessible(page)
    page.get_by_role("button", name="Écarter").click()
    expect(page.get_by_role("main")).to_contain_text("Sans rapport avec une vente")
