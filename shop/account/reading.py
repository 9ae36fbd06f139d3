"""What a person may read in their space: the queries of ``shop.account.rules.may_read``."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT

from allauth.account.models import EmailAddress

from documents.issued import IssuedDocument, documents_of
from shop.account.models import Company, Membership
from shop.account.rules import Reader, Standing, standing_of
from shop.proposals.models import Proposal, ProposalQuerySet
from users.models import User


def has_proven_address(user: User) -> bool:
    """A code sent to the address of the account came back, or staff answer for it."""
    return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()


def reader_of(user: User) -> Reader | None:
    """None without a proven address: nothing is theirs."""
    if not has_proven_address(user):
        return None
    companies = Membership.objects.present().filter(user=user).values_list("company", flat=True)
    return Reader(user.email, frozenset(companies))


def proposals_of(user: User) -> ProposalQuerySet:
    """Those that the user may read, the latest first."""
    reader = reader_of(user)
    if reader is None:
        return Proposal.objects.none()
    own = Proposal.objects.asked_from(reader.email).filter(company_link__isnull=True)
    shared = Q(company_link__company__in=reader.companies)
    return Proposal.objects.filter(Q(pk__in=own.values("pk")) | shared)


def listed(proposals: ProposalQuerySet) -> ProposalQuerySet:
    """With what a line of a list shows and without the whole content of each proposal."""
    return (
        proposals.annotate(title=KT("content__offer__sheet__title"))
        .select_related("course", "company_link__company")
        .defer("content")
    )


def companies_of(user: User) -> QuerySet[Company]:
    reader = reader_of(user)
    return Company.objects.filter(pk__in=reader.companies if reader else ())


def papers_of(proposal: Proposal) -> QuerySet[IssuedDocument]:
    """Every file that was issued for the proposal, whatever its kind, oldest first."""
    return documents_of(proposal).order_by("issued_at", "pk")


def standing(proposal: Proposal, now: datetime) -> Standing:
    return standing_of(
        proposal.state_at(now),
        is_definitive=proposal.definitive_at is not None,
        is_cancelled=proposal.is_cancelled,
    )
