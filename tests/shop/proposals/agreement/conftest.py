"""A proposal that its client signed, and a deposit that comes when a test says so."""

from django.utils import timezone

import pytest

from shop.models import Proposal
from shop.proposals.agreement.actions import conclude
from tests.factories.contracts import pay_deposit_now, sign_now


@pytest.fixture
def sign():
    return sign_now


@pytest.fixture
def pay_deposit():
    return pay_deposit_now


@pytest.fixture
def signed(ask):
    return sign_now(ask())


@pytest.fixture
def definitive(signed):
    pay_deposit_now(signed)
    conclude(proposal_id=signed.pk, now=timezone.now())
    return Proposal.objects.get(pk=signed.pk)
