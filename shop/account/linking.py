"""To whom proposals belong: decided when their contact proves an address, or by staff."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower

from allauth.account.models import EmailAddress

from base.events import record
from shop.account.models import Company, CompanyProposal, Membership
from shop.account.reading import has_proven_address
from shop.account.rules import KnownCompany, MemberRole, destination_of
from shop.proposals.models import Proposal, ProposalQuerySet
from users.models import User

SYSTEM = "LEXOM"


def link_proposals_of(user: User, now: datetime) -> None:
    """Gives the proposals of this contact to their company, see ``shop.account.rules``.

    Nothing happens before the address is proven: what somebody typed founds no company.
    """
    if not has_proven_address(user):
        return
    for proposal in unlinked().asked_from(user.email).order_by("pk"):
        _take_name(user, proposal)
        _link(proposal, user, now)


def link_waiting_proposals(now: datetime) -> None:
    """Those that were issued since their contact last signed in, and the versions that follow."""
    proven = EmailAddress.objects.filter(verified=True, email=Lower(OuterRef("email")))
    waiting = unlinked().filter(Exists(proven))
    for address in waiting.order_by().values_list(Lower("email"), flat=True).distinct():
        user = User.objects.filter(email=address, is_active=True).first()
        if user is not None:
            link_proposals_of(user, now)


def unlinked() -> ProposalQuerySet:
    return Proposal.objects.numbered().filter(company_link__isnull=True)


def _take_name(user: User, proposal: Proposal) -> None:
    if not user.get_full_name():
        user.first_name, user.last_name = proposal.first_name, proposal.last_name
        user.save(update_fields=["first_name", "last_name"])


@transaction.atomic
def _link(proposal: Proposal, contact: User, now: datetime) -> None:
    """One after the other for each contact, who may come in through two browsers at once."""
    User.objects.select_for_update().get(pk=contact.pk)
    Proposal.objects.select_for_update().get(pk=proposal.pk)
    if CompanyProposal.objects.filter(proposal=proposal).exists():
        return
    memberships = Membership.objects.present().filter(user=contact).select_related("company")
    followed = CompanyProposal.objects.filter(proposal__successor=proposal).first()
    found = destination_of(
        siren=proposal.siren,
        name=proposal.company_name,
        followed=followed.company_id if followed else None,
        memberships=[known(membership.company) for membership in memberships],
        taken=set(Company.objects.filter(siren=proposal.siren).values_list("siren", flat=True)),
    )
    if found.company is not None:
        _write(Company.objects.get(pk=found.company), proposal, SYSTEM, now)
    elif found.founds and (company := _found(proposal, contact, now)):
        _write(company, proposal, SYSTEM, now)


def known(company: Company) -> KnownCompany:
    return KnownCompany(company.pk, company.name, company.siren)


def _found(proposal: Proposal, founder: User, now: datetime) -> Company | None:
    """None when somebody else founded it at the same instant."""
    facts = {"name": proposal.company_name, "created_at": now}
    if proposal.siren:
        company, is_new = Company.objects.get_or_create(siren=proposal.siren, defaults=facts)
    else:
        company, is_new = Company.objects.create(**facts), True
    if not is_new:
        return None
    Membership.objects.create(
        company=company, user=founder, role=MemberRole.ADMINISTRATOR.value, joined_at=now
    )
    data = {"email": founder.email, "proposal": proposal.reference}
    record("Espace ouvert", subject=company, actor=founder.email, data=data, at=now)
    return company


@transaction.atomic
def attach_proposal(*, company_id: int, proposal_id: int, actor: str, now: datetime) -> None:
    """Staff decide: it leaves the company or the contact that it belonged to."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    company = Company.objects.select_for_update().get(pk=company_id)
    _write(company, proposal, actor, now)


def _write(company: Company, proposal: Proposal, actor: str, now: datetime) -> None:
    CompanyProposal.objects.update_or_create(
        proposal=proposal, defaults={"company": company, "linked_at": now}
    )
    data = {"proposal": proposal.reference, "company": str(company)}
    record("Proposition rattachée", subject=company, actor=actor, data=data, at=now)
