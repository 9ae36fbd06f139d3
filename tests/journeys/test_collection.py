"""From an invoice that a company has not paid in time to the invoice for late payment (law.md L-05)."""

import re

from playwright.sync_api import expect

from tests.journeys.test_editor import give_second_factor, sign_in_with_password

# Terms whose clause 3.4 is fixed are not in force yet in the demo content: these were revoked, so
# that no visitor reads them. The invoice is of another year's series, 3 000 € to pay on 15 June 2026.
LATE = """
from dataclasses import replace
from datetime import date
from decimal import Decimal
from unittest.mock import patch
from django.utils import timezone
from courses.models import CourseSession
from legal.models import TermsVersion
from legal.rates.rules import RateRule
from shop.invoices.content import to_json
from shop.invoices.planning import content_of_final
from shop.models import Invoice, Proposal
from shop.proposals.actions import issue_proposal
from shop.proposals.agreement.actions import conclude_without_deposit
from shop.proposals.composing import quote_for
from tests.factories.contracts import sign_now
from tests.factories.terms import submitted, with_pdf
from users.models import User
now, due_on = timezone.now(), date(2026, 6, 15)
terms = submitted(late_rate=RateRule.STATUTORY)
who = User.objects.exclude(pk=terms.drafted_by_id).first()
for name, value in {
    "approved_by": who, "approved_at": now, "in_force_from": date(2026, 5, 1),
    "revoked_by": who, "revoked_at": now, "revocation_reason": "essai",
}.items():
    setattr(terms, name, value)
terms.save()
with_pdf(terms)
session = CourseSession.objects.upcoming(timezone.localdate()).last()
request = Proposal(
    kind="company", company_name="Imprimerie du Retard", siren="732829320", first_name="Camille",
    last_name="Essai", email="retard@example.org", street="3 rue des Lilas", postcode="07000",
    town="Privas", country="FR", headcount=2, course=session.course, session=session, asked_at=now,
)
offer = quote_for(request, now).offer
(line,) = offer.lines
offer = replace(offer, lines=(replace(line, unit_price=Decimal(1500) / (1 + line.rate)),))
request.session = None
request.save()
with patch("shop.proposals.actions.terms_in_force", return_value=terms):
    proposal = issue_proposal(proposal_id=request.pk, offer=offer, actor="essai", now=now)
proposal = conclude_without_deposit(
    proposal_id=sign_now(proposal).pk, reason="essai", actor="essai", now=now
)
content = replace(
    content_of_final(proposal, due_on), number="H-2026-00001", issued_on=due_on, due_on=due_on
)
Invoice.append(
    kind="final", audience="company", series="H", year=2026, sequence=1, number=content.number,
    issued_on=due_on, issued_at=now, due_on=due_on, proposal=proposal,
    buyer_name=content.buyer.name, excl_vat=content.excl_vat, vat=content.vat,
    incl_vat=content.incl_vat, payable=content.payable, content=to_json(content), actor="essai",
)
print(proposal.number, content.payable)
"""
PAID = """
from datetime import date
from django.utils import timezone
from shop.models import Due, Proposal
from shop.payments.companies import receive_transfer
proposal = Proposal.objects.get(number="{number}")
for due in Due.objects.of(proposal):
    receive_transfer(
        due=due, amount=due.amount, received_on=date(2026, 8, 20), reference="VIR", actor="essai",
        now=timezone.now(),
    )
"""


FOLLOW = """
from datetime import datetime, time
from django.utils import timezone
from shop.collection.jobs import follow_unpaid
follow_unpaid(timezone.make_aware(datetime.combine(timezone.localdate(), time(10))))
"""


def shell(site, script):
    return site.manage("shell", "--no-imports", "-c", script)


def test_company_that_paid_late_is_invoiced_the_penalties_of_l_05(page, running_site, accessible):
    number, payable = shell(running_site, LATE).splitlines()[-1].split()
    assert payable == "3000.00"
    sign_in_with_password(page, "comptabilite@lexom.example")
    give_second_factor(page, running_site)
    shell(running_site, FOLLOW)
    running_site.wait_for_mail("retard@example.org", saying="n’est pas encore payée")

    page.goto("/gestion/impayes/")
    expect(page.get_by_role("main")).to_contain_text("Imprimerie du Retard")
    accessible(page)
    page.get_by_role("link", name="H-2026-00001").click()
    expect(page.locator("#amounts-section")).to_contain_text("3 000,00 €")
    accessible(page)

    shell(running_site, PAID.format(number=number))
    shell(running_site, FOLLOW)
    page.reload()
    expect(page.locator("#state-section")).to_contain_text("Facturer les pénalités, ou y renoncer")
    page.get_by_role("link", name="Facturer les pénalités").click()
    preview = page.get_by_role("main")
    for shown in ("14,98 €", "51,98 €", "66,96 €", "40,00 €", "106,96 €"):
        expect(preview).to_contain_text(shown)
    accessible(page)
    page.get_by_role("button", name="Émettre la facture").click()
    expect(page.locator("#amounts-section")).to_contain_text("106,96 €")

    letter = running_site.wait_for_mail("retard@example.org", saying="facture de pénalités")
    assert re.search(r"106,96\s€", letter)
    page.locator("#amounts-section").get_by_role("link", name=re.compile("^F-")).click()
    expect(page.locator("#printed-section")).to_contain_text("15 jours à 12,15 %")
    accessible(page)
