"""The rules of a version of the terms are copied on what is sold with it."""

from dataclasses import replace

from django.urls import reverse
from django.utils import timezone

import pytest

from legal.models import TermsVersion
from shop.changes.models import TermsPolicy
from shop.changes.policies import PolicyRefused, policy_of, set_policy
from shop.changes.policy import CGV_POLICY, Kept, to_json
from shop.models import Order, Proposal
from tests.factories.orders import TermsVersionFactory
from users.roles import Role

OTHER = replace(CGV_POLICY, postponement_months=3)


def test_version_without_a_row_has_the_figures_of_the_cgv(db):
    assert policy_of(TermsVersionFactory()) == policy_of(None) == CGV_POLICY


def test_draft_has_its_own_figures_and_an_approved_version_keeps_its_own(shop):
    draft, now = TermsVersionFactory(number="2026-90"), timezone.now()
    set_policy(version=draft, policy=OTHER, actor="Équipe", now=now)
    assert policy_of(draft) == OTHER
    approved = TermsVersion.objects.get(approved_at__isnull=False)
    with pytest.raises(PolicyRefused, match="approuvée"):
        set_policy(version=approved, policy=OTHER, actor="Équipe", now=now)


def test_order_and_proposal_keep_the_rules_they_were_sold_with(order_now, ask):
    terms = TermsVersion.objects.get(approved_at__isnull=False)
    row = TermsPolicy.objects.create(version=terms, content=to_json(OTHER))
    order, proposal = order_now(), ask()
    row.delete()
    assert Order.objects.get(pk=order.pk).policy == OTHER
    assert Proposal.objects.get(pk=proposal.pk).facts.policy == OTHER


FIGURES = {
    "days": "30", "cancellation_clause": "3.5", "months": "3", "postponement_clause": "3.6",
    "postponements": "2", "absence_clause": "3.7", "conclusion_clause": "2.2",
    "amendment_clause": "2.1",
}  # fmt: skip


@pytest.fixture
def draft(shop, monkeypatch):
    """A draft that has every article of the CGV."""
    numbers = {"2.1", "2.2", "3.5", "3.6", "3.7"}
    monkeypatch.setattr(
        "shop.backoffice.policy_views.article_numbers", lambda version: frozenset(numbers)
    )
    return TermsVersionFactory(number="2026-90")


def test_editor_sets_the_figures_of_a_draft(staff, draft):
    client, url = staff(Role.EDITING), reverse("change_policy:set", args=[draft.pk])
    assert client.get(url).context["form"].initial["days"] == 15
    for wrong in ({"days": "0"}, {"months": "x"}, {"absence_clause": "9.9"}, {"days": ""}):
        assert client.post(url, FIGURES | wrong).status_code == 422
    assert policy_of(draft) == CGV_POLICY
    assert client.post(url, FIGURES).status_code == 302
    found = policy_of(draft)
    assert (found.tier(30).keeps, found.tier(29).keeps) == (Kept.DEPOSIT, Kept.WHOLE)
    assert (found.postponement_months, found.postponements) == (3, 2)
    page = client.get(reverse("change_policy:index")).content.decode()
    assert "Annuler 30" in page


def test_figures_of_an_approved_version_are_read_only(staff, draft):
    approved = TermsVersion.objects.get(approved_at__isnull=False)
    url = reverse("change_policy:set", args=[approved.pk])
    response = staff(Role.PUBLISHING).post(url, FIGURES)
    assert response.status_code == 422
    assert not TermsPolicy.objects.exists()
    client = staff(Role.SALES)
    assert client.get(reverse("change_policy:index")).status_code == 200
    assert client.post(url, FIGURES).status_code in (302, 403)
