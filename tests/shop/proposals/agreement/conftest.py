"""A proposal that its client signed, and a deposit that comes when a test says so."""

from django.utils import timezone

import pytest

from shop.models import Due, Proposal, ProposalSignature
from shop.payments.companies import open_dues, receive_transfer
from shop.proposals.actions import mark_signed
from shop.proposals.agreement.actions import conclude


def sign_now(proposal, at=None):
    """Signs as Camille Essai, who binds the company, and opens what it owes."""
    at = at or timezone.now()
    ProposalSignature.append(
        proposal=proposal, channel="online", first_name="Camille", last_name="Essai",
        function="Gérance", email="camille@example.org", mention="BON POUR ACCORD", authority="J’engage la société.",
        terms_version=proposal.terms_version, terms_sha256=proposal.terms_sha256,
        document_sha256="0" * 64, signed_at=at, recorded_at=at,
    )  # fmt: skip
    signed = mark_signed(
        proposal_id=proposal.pk, signatory="Camille Essai", received_at=at, data={}, now=at
    )
    open_dues(proposal=signed, now=at)
    return signed


def pay_deposit_now(proposal, at=None):
    """By a transfer that the bank shows today."""
    at = at or timezone.now()
    due = Due.objects.of(proposal).get(kind="deposit")
    receive_transfer(
        due=due, amount=due.amount, received_on=timezone.localdate(at), reference="VIR",
        actor="Équipe", now=at,
    )  # fmt: skip


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
