"""The terms of sale: an editor writes, a second person approves, visitors read and compare."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_editor import give_second_factor, sign_in_with_password


@pytest.fixture
def first_number(running_site):
    return running_site.manage(
        "shell", "-v", "0", "-c",
        "from legal.models import TermsVersion;"
        "print(TermsVersion.objects.order_by('pk').first().number)",
    )  # fmt: skip


def sign_in(page, running_site, email, *, code=False):
    page.context.clear_cookies()
    sign_in_with_password(page, email)
    if code:
        give_second_factor(page, running_site)
    expect(page).to_have_url(re.compile("/gestion/"))


def open_draft(page):
    page.goto("/gestion/cgv/")
    page.get_by_role("link", name=re.compile("^CGV")).first.click()
    expect(page).to_have_url(re.compile(r"/gestion/cgv/edit/\d+/"))
    return re.search(r"/edit/(\d+)/", page.url)[1]


def test_second_version_is_written_approved_and_compared(
    page, running_site, accessible, first_number
):
    sign_in(page, running_site, "redaction@lexom.example")
    pk = open_draft(page)
    page.locator("#id_changes").fill("La proposition est valable 45 jours.")
    page.get_by_role("button", name=re.compile("^Enregistrer")).first.click()
    page.goto(f"/gestion/cgv/{pk}/suivi/")
    page.get_by_role("button", name="Soumettre à l’approbation").click()
    expect(page.get_by_role("main")).to_contain_text("Soumise à l’approbation")
    expect(page.get_by_role("button", name="Approuver et fixer la date d’effet")).to_have_count(0)

    sign_in(page, running_site, "publication@lexom.example", code=True)
    page.goto(f"/gestion/cgv/{pk}/suivi/")
    today = running_site.manage(
        "shell", "-v", "0", "-c",
        "from django.utils import timezone; print(timezone.localdate().strftime('%d/%m/%Y'))",
    )  # fmt: skip
    page.locator("#id_in_force_from").fill(today)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Approuver et fixer la date d’effet").click()
    expect(page.get_by_role("main")).to_contain_text("En vigueur")

    page.context.clear_cookies()
    page.goto("/cgv/")
    expect(page.get_by_role("main")).to_contain_text("valable 45 jours")
    accessible(page)

    page.goto(f"/cgv/{first_number}/")
    expect(page.get_by_role("main")).to_contain_text("Version remplacée le")
    expect(page.get_by_role("main")).to_contain_text("valable 30 jours")
    accessible(page)

    page.get_by_role("link", name="voir ce qui a changé").click()
    expect(page.locator("#article-2-1 ~ p del").first).to_have_text("30")
    expect(page.locator("#article-2-1 ~ p ins").first).to_have_text("45")
    accessible(page)
    page.goto("/cgv/archives/")
    expect(page.get_by_role("main").get_by_role("heading", level=2)).to_have_count(2)
    accessible(page)


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("path", ["/cgv/", "/cgv/archives/", "/cgv/comparer/"])
def test_public_pages_are_accessible_at_every_width(page, accessible, path, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path)

    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_visitor_downloads_the_terms_without_scripts(visitor_without_scripts, first_number):
    page = visitor_without_scripts
    page.goto("/cgv/")
    page.get_by_role("link", name="3.5. Annulation").click()
    expect(page.locator("#article-3-5")).to_be_in_viewport()

    answer = page.request.get(f"/cgv/{first_number}.pdf")

    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body().startswith(b"%PDF-1.7")
