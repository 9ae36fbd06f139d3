"""What the sales staff do with an order: find it, write down a withdrawal that came by post."""

from datetime import timedelta

from django.utils import timezone

from playwright.sync_api import expect

from tests.journeys.test_editor import sign_in_with_password

ORDER = """
from datetime import timedelta
from django.utils import timezone
from courses.models import CourseSession
from legal.models import TermsVersion
from tests.factories.orders import OrderFactory, paris
today = timezone.localdate()
session = CourseSession.objects.upcoming(today).filter(capacity__gt=0, seats_taken=0).first()
CourseSession.objects.filter(pk=session.pk).update(seats_taken=1)
order = OrderFactory(
    session=session, course_title=session.course.title, starts_on=session.starts_on,
    ends_on=session.ends_on, place=session.place, with_dues=True,
    first_name="Camille", last_name="Parchemin", email="camille.parchemin@exemple.fr",
    placed_at=timezone.now() - timedelta(days=10),
    terms_version=TermsVersion.objects.filter(approved_at__isnull=False).first(),
    charges_from=paris(today + timedelta(days=8)),
)
print(order.reference)
"""


def test_withdrawal_received_by_post_is_recorded_and_seen(page, running_site, accessible):
    reference = running_site.manage("shell", "--no-imports", "-c", ORDER).splitlines()[-1]
    sign_in_with_password(page, "commercial@lexom.example")
    page.wait_for_url("**/gestion/")
    page.goto("/gestion/commandes/")
    page.locator("#id_q").fill("parchemin")
    page.locator("#id_q").press("Enter")
    page.get_by_role("link", name=reference).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(reference)
    expect(page.get_by_role("link", name="Rembourser")).to_have_count(0)
    accessible(page)

    page.get_by_role("link", name="Enregistrer une rétractation").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Enregistrer une rétractation")
    accessible(page)
    sent = timezone.localdate() - timedelta(days=1)
    page.locator("#id_sent_on").fill(f"{sent:%d/%m/%Y}")
    page.locator("#id_comment").fill("Lettre recommandée")
    # By the keyboard: the calendar that opened over the button takes a click for itself.
    page.get_by_role("button", name="Enregistrer la rétractation").press("Enter")

    state = page.locator("#state-section")
    expect(state).to_contain_text("Rétractée")
    expect(state).to_contain_text("Rien à faire")
    expect(page.locator("#timeline-section")).to_contain_text("Vous avez renoncé au contrat")
    expect(page.locator("#journal-section")).to_contain_text("Commande rétractée")
    expect(page.locator("#journal-section")).to_contain_text("Commercial (démonstration)")
    page.reload()  # without Wagtail's message, which is still fading in
    accessible(page)
    assert reference in running_site.wait_for_mail("camille.parchemin@exemple.fr", count=2)
