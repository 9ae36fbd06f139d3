"""A company cancels sixteen days before, fourteen days before, and postpones: the cost comes first."""

import pytest
from playwright.sync_api import expect

CONTRACTS = """
from datetime import timedelta
from django.utils import timezone
from courses.models import CourseSession, HalfDay
from shop.models import Proposal
from shop.proposals.actions import ask_for_proposal, issue_proposal
from shop.proposals.agreement.actions import conclude
from shop.proposals.composing import quote_for
from tests.factories.contracts import pay_deposit_now, sign_now
now, today = timezone.now(), timezone.localdate()
known = CourseSession.objects.filter(course__reference="MRK-OPE-02", venue__isnull=False).first()
def session_in(days):
    halves, day = list(known.half_days.all()), today + timedelta(days=days)
    found = CourseSession.objects.create(
        course=known.course, venue=known.venue, trainer=known.trainer, state=known.state,
        capacity=12, starts_on=day, ends_on=day,
    )
    for half in halves[:2]:
        HalfDay.objects.create(
            session=found, date=day, start_time=half.start_time, end_time=half.end_time
        )
    return CourseSession.objects.get(pk=found.pk)
def contract(days):
    request = Proposal(
        course=known.course, session=session_in(days), kind="company", headcount=3,
        company_name="Atelier d’essai", siren="510869274", siret="51086927400066",
        first_name="Camille", last_name="Essai", email=f"annule{days}@example.org",
        street="3 rue des Lilas", postcode="07000", town="Privas",
        participants=["Dominique Essai", "Alix Modele"],
    )
    shown = quote_for(request, now)
    proposal = ask_for_proposal(request=request, shown=shown.fingerprint, now=now)
    if proposal.state == "asked":
        issue_proposal(proposal_id=proposal.pk, offer=shown.offer, actor="Équipe", now=now)
    sign_now(Proposal.objects.get(pk=proposal.pk))
    pay_deposit_now(proposal)
    return conclude(proposal_id=proposal.pk, now=now)
session_in(60)
print(" ".join(contract(days).token for days in (16, 14, 30)))
"""


@pytest.fixture(scope="module")
def tokens(running_site):
    printed = running_site.manage("shell", "--no-imports", "-c", CONTRACTS)
    return dict(zip((16, 14, 30), printed.splitlines()[-1].split(), strict=True))


def open_request(page, token):
    page.goto(f"/proposition/{token}/")
    expect(page.get_by_role("main")).to_contain_text("Annuler 15 jours ou plus avant le début")
    page.get_by_role("link", name="Annuler ou reporter cette commande").click()


def see_the_cost(page):
    """As a human, who needs a few seconds."""
    page.wait_for_timeout(3200)
    page.get_by_role("button", name="Voir ce que cela coûte").click()


def test_company_cancels_sixteen_days_before(page, running_site, tokens, accessible):
    open_request(page, tokens[16])
    accessible(page)
    page.get_by_label("Annuler", exact=True).check()
    page.get_by_label("Notre décision").check()
    see_the_cost(page)
    main = page.get_by_role("main")
    expect(main).to_contain_text("16 jours avant le début")
    expect(main).to_contain_text("L’acompte versé reste acquis")
    expect(main).to_contain_text("Article 3.5")
    accessible(page)
    page.get_by_role("button", name="Confirmer l’annulation").click()
    expect(main).to_contain_text("La commande est annulée.")
    accessible(page)
    running_site.wait_for_mail("annule16@example.org", saying="la preuve")
    running_site.wait_for_mail("annule16@example.org", saying="est annulée")


def test_company_cancels_fourteen_days_before(page, tokens):
    open_request(page, tokens[14])
    page.get_by_label("Annuler", exact=True).check()
    page.get_by_label("Notre décision").check()
    see_the_cost(page)
    main = page.get_by_role("main")
    expect(main).to_contain_text("Le prix entier est dû")
    page.get_by_role("button", name="Confirmer l’annulation").click()
    expect(main).to_contain_text("Reste à payer")
    page.get_by_role("link", name="Payer").click()
    expect(main).to_contain_text("Indemnité")


def test_company_postpones(page, running_site, tokens, accessible):
    open_request(page, tokens[30])
    page.get_by_label("Reporter à d’autres dates").check()
    page.get_by_label("Notre décision").check()
    page.get_by_label("Nouvelle session, pour un report").select_option(index=1)
    see_the_cost(page)
    main = page.get_by_role("main")
    expect(main).to_contain_text("Article 3.6")
    expect(main).to_contain_text("Indemnité de report")
    accessible(page)
    page.get_by_role("button", name="Confirmer le report").click()
    expect(main).to_contain_text("Le report est enregistré.")
    running_site.wait_for_mail("annule30@example.org", saying="la preuve")
