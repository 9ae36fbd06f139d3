"""A full session: a visitor waits, is offered the seat that comes back, and orders it."""

import re

import pytest
from playwright.sync_api import expect

VISITOR = "attente@example.org"
FULL_SESSION = """
from courses.models import CourseSession
from courses.sessions.waiting.closing import closes_at
from shop.orders.offers import offer_for
from django.utils import timezone
now = timezone.now()
for session in CourseSession.objects.upcoming(timezone.localdate()).order_by("starts_on"):
    if offer_for(session, now=now, seat_held=True).sellable and closes_at(session, places=1) > now:
        CourseSession.objects.filter(pk=session.pk).update(capacity=4, seats_taken=4)
        print(session.pk, session.course.url)
        break
"""
FREE_A_SEAT = """
from courses.sessions.seats import release_seats
release_seats(session_id={pk})
"""


@pytest.fixture(scope="module")
def full_session(running_site):
    printed = running_site.manage("shell", "-v", "0", "-c", FULL_SESSION)
    pk, url = printed.split()
    return int(pk), url


def link_in(mail):
    return re.search(r"http://\S+/liste-d-attente/[\w-]+/", mail)[0]


def test_visitor_waits_then_orders_the_seat_that_comes_back(
    page, running_site, accessible, full_session
):
    pk, url = full_session
    page.goto(url)
    page.locator(f"#session-{pk}").get_by_role("link", name=re.compile("liste d’attente")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Liste d’attente")
    accessible(page)
    page.get_by_label("Votre nom").fill("Camille Essai")
    page.get_by_label("Votre e-mail").fill(VISITOR)
    page.wait_for_timeout(3100)  # no human fills a form in less
    page.get_by_role("button", name="M’inscrire sur la liste d’attente").click()
    expect(page.get_by_text("Votre demande est enregistrée")).to_be_visible()
    accessible(page)

    page.goto(link_in(running_site.wait_for_mail(VISITOR)))
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous êtes sur la liste d’attente")
    accessible(page)

    running_site.manage("shell", "-v", "0", "-c", FREE_A_SEAT.format(pk=pk))
    page.goto(link_in(running_site.wait_for_mail(VISITOR, count=2)))
    expect(page.get_by_role("heading", level=1)).to_have_text("Une place vous est proposée")
    accessible(page)
    for width in (360, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, width
    page.get_by_role("link", name="Prendre cette place").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos coordonnées")
    expect(page.get_by_role("button", name="Continuer vers le récapitulatif")).to_be_visible()

    page.goto(f"/commande/{pk}/")
    expect(page.get_by_text("Cette session est complète.")).to_be_visible()
    page.get_by_role("link", name="M’inscrire sur la liste d’attente").click()
    expect(page.get_by_role("button", name="M’inscrire sur la liste d’attente")).to_be_visible()
