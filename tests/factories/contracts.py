"""A proposal as its client signs it, and its deposit as the bank shows it."""

from django.utils import timezone

from shop.models import Due, ProposalSignature
from shop.payments.companies import open_dues, receive_transfer
from shop.proposals.actions import mark_signed


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
