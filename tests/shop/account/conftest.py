"""Two companies that know nothing of each other, and people at their doors."""

from django.utils import timezone

import pytest

from base.private_files import keep
from documents.issued import IssuedDocument
from shop.account.actions import accept_invitation, invite
from shop.account.linking import link_proposals_of
from shop.account.rules import MemberRole
from shop.models import Membership
from tests.factories.users import UserFactory
from tests.shop.proposals.conftest import (  # noqa: F401  fixtures are used by their names
    ask,
    proposal,
    request_of,
    seal_in_force,
    seal_keys,
)
from users.models import User

KINDS = {
    "proposal": "Proposition commerciale",
    "signed_proposal": "Proposition signée",
    "signature_evidence": "Dossier de preuve",
    "agreement": "Convention de formation",
}
OTHER_SIREN = "732829320"


@pytest.fixture
def contact(proposal):  # noqa: F811  the imported fixture itself
    """Whoever asked for the proposal, address proven: they founded the company's account."""
    return known("camille@example.org")


@pytest.fixture
def company(contact):
    return contact.memberships.get().company


@pytest.fixture
def stranger(ask):  # noqa: F811  the imported fixture itself
    """The administrator of another company."""
    ask(email="alix@example.net", company_name="Autre essai", siren=OTHER_SIREN, siret="")
    return known("alix@example.net")


@pytest.fixture
def colleague(company, contact):
    """A member without any power over the others."""
    user = UserFactory(email="dominique@example.org")
    join(company, contact, user)
    return user


@pytest.fixture
def papers(proposal):  # noqa: F811  the imported fixture itself
    """A file of every kind; none is laid out, which takes a second each."""
    return [
        IssuedDocument.append(
            kind=kind, title=title, file_name=f"LEXOM-{kind}.pdf", owner_type="shop.proposal",
            owner_id=str(proposal.pk), sha256=keep(f"%PDF {title}".encode()), pages=1,
            template_version="1", issued_at=timezone.now(),
        )
        for kind, title in KINDS.items()
    ]  # fmt: skip


def known(email):
    """Signs in once: the code proves the address."""
    user = User.objects.filter(email=email).first() or UserFactory(email=email)
    link_proposals_of(user, timezone.now())
    return user


def join(company, inviter, user, role=MemberRole.MEMBER):
    now = timezone.now()
    sent = invite(company_id=company.pk, email=user.email, role=role, inviter=inviter, now=now)
    return accept_invitation(membership_id=sent.pk, user=user, now=now)


def standing_of(company, user):
    return Membership.objects.standing().filter(company=company, user=user).first()
