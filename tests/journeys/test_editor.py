"""What staff do: sign in, create, preview and publish a course, open a session."""

import re
import time

from playwright.sync_api import expect

PASSWORD = "atelier-de-demonstration"


def sign_in_with_password(page, email):
    page.goto("/gestion/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("form:has(#id_password) button[type=submit]").first.click()


def give_second_factor(page, running_site):
    """A code serves once: whoever signs in twice in half a minute waits for the next one."""
    code = running_site.manage("demo", "--code")
    type_code(page, code)
    for _ in range(150):
        if "second-facteur" not in page.url:
            return
        if page.get_by_text("Code incorrect").count():
            break
        page.wait_for_timeout(100)
    while (following := running_site.manage("demo", "--code")) == code:
        time.sleep(1)
    type_code(page, following)


def type_code(page, code):
    page.locator("#id_code").fill(code)
    page.locator("form:has(#id_code) button[type=submit]").first.click()


def test_editor_signs_in_by_a_code_sent_by_mail(page, running_site):
    email = "redaction@lexom.example"
    page.goto("/compte/connexion/code/")
    page.locator("#id_email").fill(email)
    page.locator("form:has(#id_email) button[type=submit]").first.click()
    expect(page.locator("#id_code")).to_be_visible()

    mail = running_site.wait_for_mail(email)
    type_code(page, re.search(r"\b[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}\b", mail).group())

    expect(page).to_have_url(re.compile("/gestion/"))


def test_publisher_creates_previews_and_publishes_a_course(page, running_site):
    sign_in_with_password(page, "publication@lexom.example")
    give_second_factor(page, running_site)
    expect(page).to_have_url(re.compile("/gestion/"))

    page.goto("/gestion/formations/")
    expect(page.get_by_text("MRK-OPE-02").first).to_be_visible()
    page.goto(add_course_address(running_site))
    page.locator("#id_title").fill("Animer un réseau de partenaires")
    page.locator("#id_reference").fill("MRK-OPE-77")
    page.locator("#id_summary").fill("Faire vivre un réseau et mesurer ce qu’il apporte.")

    page.locator('[data-side-panel-toggle="preview"]').first.click()
    preview = page.frame_locator("iframe.w-preview__iframe").last
    expect(preview.get_by_role("heading", level=1)).to_have_text(
        "Animer un réseau de partenaires", timeout=20_000
    )

    publish(page)
    expect(page.get_by_text(re.compile("publiée|publié")).first).to_be_visible()
    page.goto("/formations/marketing/marketing-operationnel/animer-un-reseau-de-partenaires/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Animer un réseau de partenaires")
    expect(page.get_by_role("main")).to_contain_text("durée en jours")


def add_course_address(running_site):
    parent = running_site.manage(
        "shell", "-v", "0", "-c",
        "from courses.models import CategoryPage;"
        "print(CategoryPage.objects.get(slug='marketing-operationnel').pk)",
    )  # fmt: skip
    return f"/gestion/pages/add/courses/coursepage/{parent}/"


def publish(page):
    page.locator("footer [data-w-dropdown-target='toggle']").last.click()
    page.locator("[name='action-publish']").click()
