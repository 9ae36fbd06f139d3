"""A proposal that its client signed, and a deposit that comes when a test says so."""

from types import SimpleNamespace

from django.utils import timezone

import pytest

from base.events import record
from shop.models import Proposal
from shop.proposals.agreement.actions import conclude


@pytest.fixture
def sign(monkeypatch):
    def sign(proposal, at=None):
        Proposal.objects.filter(pk=proposal.pk).update(state="signed")
        facts = SimpleNamespace(full_name="Camille Essai", function="Gérance", signed_at=at or timezone.now())
        monkeypatch.setattr(Proposal, "signature", facts, raising=False)
        return Proposal.objects.get(pk=proposal.pk)

    return sign


@pytest.fixture
def pay_deposit():
    def pay_deposit(proposal, at=None):
        record("shim", subject=proposal, actor="x", at=at)

    return pay_deposit


@pytest.fixture
def signed(ask, sign):
    return sign(ask())


@pytest.fixture
def definitive(signed, pay_deposit):
    pay_deposit(signed)
    return conclude(proposal_id=signed.pk, now=timezone.now())
