"""LEXOM cancels a session of eight: one moves, one wants its money, one says nothing, a company too."""

import json
import re
from datetime import timedelta

from django.utils import timezone

from playwright.sync_api import expect

from tests.journeys.test_editor import sign_in_with_password
from tests.journeys.test_signature import WIDTHS

BUILD = "from tests.journeys.mixed_session import build; build()"
SETTLED = """
from shop.models import SessionOffer, SessionCancellation
from shop.cancelled_sessions.following import follow
from shop.cancelled_sessions.integrity import cancellation_faults
from django.utils import timezone
from datetime import timedelta
cancellation = SessionCancellation.objects.get(session=%d)
follow(cancellation.pk, timezone.now() + timedelta(days=15))
print(sorted(cancellation.offers.values_list("state", flat=True)), list(cancellation_faults()))
"""


def test_mixed_session_is_cancelled_and_everybody_gets_what_they_chose(
    page, running_site, visitor_without_scripts, accessible
):
    told = running_site.manage("shell", "--no-imports", "-c", BUILD).splitlines()[-1]
    facts = json.loads(told)
    _cancel(page, facts, accessible)
    links = {name: _link(running_site, name) for name in ("ailleurs", "paye", "trois")}

    visitor = visitor_without_scripts
    visitor.goto(links["ailleurs"])
    visitor.get_by_role("link", name=re.compile(facts["other"])).click()
    visitor.get_by_role("button", name="Confirmer ces dates").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Votre nouvelle session est notée")
    visitor.goto(links["paye"])
    visitor.get_by_role("link", name="Demander le remboursement").click()
    visitor.get_by_role("button", name="Confirmer le remboursement").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Votre commande est annulée")
    running_site.wait_for_mail("paye-annulee@example.org", saying="par virement")
    running_site.wait_for_mail("ailleurs-annulee@example.org", saying=facts["other"])

    page.goto(links["trois"])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        accessible(page)
        over = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(over), width
    page.get_by_role("link", name=re.compile(facts["other"])).click()
    accessible(page)
    page.get_by_role("button", name="Confirmer ces dates").click()
    running_site.wait_for_mail("trois-annulee@example.org", saying="vaut avenant")

    page.goto("/gestion/sessions-annulees/")
    page.get_by_role(
        "link", name=re.compile("MRK|Marketing|session", re.IGNORECASE)
    ).first.wait_for()
    found = running_site.manage("shell", "--no-imports", "-c", SETTLED % facts["session"])
    states = ["moved", "moved", "refunded", "refunded", "refunded", "refunded"]
    assert found.splitlines()[-1] == f"{states} []"
    running_site.wait_for_mail("muette-annulee@example.org", saying="il n’y a rien à rembourser")


def _cancel(page, facts, accessible):
    sign_in_with_password(page, "commercial@lexom.example")
    page.wait_for_url("**/gestion/")
    page.goto(f"/gestion/sessions-annulees/annuler/{facts['session']}/")
    expect(page.get_by_role("main")).to_contain_text("Atelier des Trois")
    expect(page.get_by_role("main")).to_contain_text("paye-annulee@example.org")
    accessible(page)
    page.get_by_label("Absence du formateur").check()
    last = timezone.localdate() + timedelta(days=14)
    page.locator("#id_last_day").fill(f"{last:%d/%m/%Y}")
    page.get_by_role("button", name="Annuler la session et prévenir").press("Enter")
    expect(page.locator("#cancellation-section")).to_contain_text("6 attendues")
    page.reload()  # without Wagtail's message, which is still fading in
    accessible(page)


def _link(site, name):
    text = site.wait_for_mail(f"{name}-annulee@example.org", saying="session-annulee")
    return re.search(r"http\S+/session-annulee/[\w-]+/", text).group()
