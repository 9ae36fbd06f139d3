"""The rules of a version of the terms are copied on what is sold with it."""

from dataclasses import replace

from django.utils import timezone

import pytest

from legal.models import TermsVersion
from shop.changes.models import TermsPolicy
from shop.changes.policies import PolicyRefused, policy_of, set_policy
from shop.changes.policy import CGV_POLICY, to_json
from shop.models import Order, Proposal
from tests.factories.orders import TermsVersionFactory

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
