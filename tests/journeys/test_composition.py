"""What the sales staff do with a company's request: compose it and watch the amounts follow."""

import re
from datetime import timedelta

from django.utils import timezone

from playwright.sync_api import expect

from tests.journeys.paying import title_is
from tests.journeys.test_editor import sign_in_with_password

REQUEST = """
from django.utils import timezone
from courses.models import CourseSession
from shop.models import Proposal
session = CourseSession.objects.upcoming(timezone.localdate()).select_related("course").first()
asked = Proposal.objects.create(
    course=session.course, company_name="Atelier d’essai", siren="510869274",
    headcount={headcount}, first_name="Camille", last_name="Essai", email="{email}",
    street="3 rue des Lilas", postcode="07000", town="Privas", asked_at=timezone.now(),
)
print(asked.pk)
"""


def open_request(page, site, **facts):
    """Signed in as sales staff, on the page of a request of that many people."""
    key = site.manage("shell", "--no-imports", "-c", REQUEST.format(**facts)).splitlines()[-1]
    sign_in_with_password(page, "commercial@lexom.example")
    page.wait_for_url("**/gestion/")
    page.goto(f"/gestion/propositions/{key}/")


def compose(page, price):
    page.locator("#id_lines-0-unit_price").fill(price)
    starts_on = timezone.localdate() + timedelta(days=60)
    page.locator("#id_starts_on").fill(f"{starts_on:%d/%m/%Y}")
    # By the keyboard: the calendar that opened over the button takes a click for itself.
    page.get_by_role("button", name="Horaires habituels depuis le premier jour").press("Enter")
    expect(page.locator("#id_timetable")).to_have_value(re.compile("9h-12h30"))


def issue(page):
    page.get_by_role("button", name="Relire avant d’émettre").press("Enter")
    page.get_by_role("button", name="Émettre et envoyer").click()
    expect(page.get_by_role("main")).to_contain_text("Lien du client")


def test_request_is_composed(page, running_site, accessible):
    open_request(page, running_site, headcount=2, email="composition@example.org")
    accessible(page)
    page.get_by_role("link", name="Composer").click()
    title_is(page, "Composer la proposition")
    accessible(page)

    page.locator("#id_lines-0-quantity").fill("2")
    compose(page, "1 200,50")
    expect(page.locator("#totals")).to_contain_text(re.compile(r"2\s881,20\s€"))
    page.get_by_role("button", name="Relire avant d’émettre").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Relisez")
    accessible(page)
    page.get_by_role("button", name="Corriger").click()
    expect(page.locator("#id_lines-0-unit_price")).to_have_value("1 200,50")
    expect(page.locator("#id_timetable")).to_have_value(re.compile("13h30-17h"))

    issue(page)
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"PC-\d{4}-\d{4}"))
    running_site.wait_for_mail("composition@example.org", saying="Voici la proposition")

    for address, heading in (("suivi", "Suivi"), ("conversion", "Conversion")):
        page.goto(f"/gestion/propositions/{address}/")
        expect(page).to_have_title(re.compile(heading))
        for width in (360, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            accessible(page)


def test_a_group_too_large_is_split_and_a_version_replaces_another(page, newcomer, running_site):
    open_request(page, running_site, headcount=30, email="groupe@example.org")
    page.get_by_role("link", name="Composer").click()
    compose(page, "1 000,00")
    page.get_by_role("button", name="Proposer une seconde session").press("Enter")
    expect(page.get_by_role("link", name="Voir la seconde demande")).to_be_visible()
    expect(page.locator("#seconde-session")).to_have_count(0)
    fits = int(page.locator("#id_headcount").input_value())
    assert fits < 30
    issue(page)
    expect(page.get_by_role("main")).to_contain_text(f"{30 - fits} participants")

    client = newcomer()
    first = page.locator(".shop-link a").get_attribute("href")
    client.goto(first)
    expect(client.get_by_role("main")).to_contain_text("Valable jusqu’au")
    page.get_by_role("link", name="Remplacer ou prolonger").click()
    title_is(page, "Remplacer ou prolonger")
    page.locator("#id_lines-0-unit_price").fill("900,00")
    issue(page)
    second = page.locator(".shop-link a").get_attribute("href")
    assert client.goto(first).status == 410
    expect(client.get_by_role("heading", level=1)).to_have_text("Cette proposition a été remplacée")
    client.goto(second)
    expect(client.get_by_role("main")).to_contain_text("version 2")
