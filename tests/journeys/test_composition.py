"""What the sales staff do with a company's request: compose it and watch the amounts follow."""

import re
from datetime import timedelta

from django.utils import timezone

from playwright.sync_api import expect

from tests.journeys.test_editor import sign_in_with_password

REQUEST = """
from django.utils import timezone
from courses.models import CourseSession
from shop.models import Proposal
session = CourseSession.objects.upcoming(timezone.localdate()).select_related("course").first()
asked = Proposal.objects.create(
    course=session.course, company_name="Atelier d’essai", siren="510869274", headcount=2,
    first_name="Camille", last_name="Essai", email="composition@example.org",
    street="3 rue des Lilas", postcode="07000", town="Privas", asked_at=timezone.now(),
)
print(asked.pk)
"""


def test_request_is_composed(page, running_site, accessible):
    key = running_site.manage("shell", "--no-imports", "-c", REQUEST).splitlines()[-1]
    sign_in_with_password(page, "commercial@lexom.example")
    page.wait_for_url("**/gestion/")
    page.goto(f"/gestion/propositions/{key}/")
    accessible(page)
    page.get_by_role("link", name="Composer").click()
    accessible(page)

    page.locator("#id_lines-0-quantity").fill("2")
    page.locator("#id_lines-0-unit_price").fill("1 200,50")
    expect(page.locator("#totals")).to_contain_text(re.compile(r"2\s881,20\s€"))

    starts_on = timezone.localdate() + timedelta(days=60)
    page.locator("#id_starts_on").fill(f"{starts_on:%d/%m/%Y}")
    # By the keyboard: the calendar that opened over the button takes a click for itself.
    page.get_by_role("button", name="Horaires habituels depuis le premier jour").press("Enter")
    expect(page.locator("#id_timetable")).to_have_value(re.compile("9h-12h30"))
    page.get_by_role("button", name="Relire avant d’émettre").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Relisez")
    accessible(page)
    page.get_by_role("button", name="Corriger").click()
    expect(page.locator("#id_lines-0-unit_price")).to_have_value("1 200,50")
    expect(page.locator("#id_timetable")).to_have_value(re.compile("13h30-17h"))

    page.get_by_role("button", name="Relire avant d’émettre").press("Enter")
    page.get_by_role("button", name="Émettre et envoyer").click()
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"PC-\d{4}-\d{4}"))
    running_site.wait_for_mail("composition@example.org", saying="Voici la proposition")

    for address, heading in (("suivi", "Suivi"), ("conversion", "Conversion")):
        page.goto(f"/gestion/propositions/{address}/")
        expect(page).to_have_title(re.compile(heading))
        for width in (360, 768, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            accessible(page)
