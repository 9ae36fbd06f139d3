"""What happens to a company's account. Only these functions change its members."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from allauth.account.models import EmailAddress

from base.events import record
from shop.account.letters import send_invitation
from shop.account.models import Company, Membership
from shop.account.rules import MOST_INVITATIONS_A_DAY, MemberRole, may_leave
from shop.proposals.models import Proposal
from users.models import User


class AccountRefused(Exception):
    """The message is one French sentence for whoever asked; nothing was written."""


class NotAllowed(AccountRefused):
    """Only a present administrator of the company may do this."""


@transaction.atomic
def invite(
    *, company_id: int, email: str, role: MemberRole, inviter: User, now: datetime
) -> Membership:
    """Writes to an address, whoever holds it: nothing tells the inviter whether it has an account.

    The invitation gives nothing before it is accepted by somebody who proved that address.
    Raises AccountRefused and NotAllowed.
    """
    company = _locked(company_id)
    _require_administrator(company, inviter)
    user = account_for(email)
    _clear_the_way(company, user, now)
    recent = company.memberships.filter(invited_at__gt=now - timedelta(days=1)).count()
    if recent >= MOST_INVITATIONS_A_DAY:
        raise AccountRefused(
            f"{MOST_INVITATIONS_A_DAY} invitations sont parties en un jour : continuez demain."
        )
    membership = Membership.objects.create(
        company=company, user=user, role=role.value, invited_by=inviter, invited_at=now
    )
    data = {"email": user.email, "role": role.label}
    record("Collègue invité", subject=company, actor=str(inviter), data=data, at=now)
    send_invitation(membership)
    return membership


@transaction.atomic
def accept_invitation(*, membership_id: int, user: User, now: datetime) -> Membership:
    """A second click finds the member. Raises AccountRefused for one that is over or taken back."""
    company_id = Membership.objects.values_list("company", flat=True).get(pk=membership_id)
    company = _locked(company_id)
    membership = Membership.objects.get(pk=membership_id, user=user)
    if membership.joined_at is not None and membership.revoked_at is None:
        return membership
    if not membership.is_open_at(now):
        raise AccountRefused("Cette invitation n’est plus valable : demandez-en une autre.")
    membership.joined_at = now
    membership.save(update_fields=["joined_at"])
    record("Invitation acceptée", subject=company, actor=user.email, at=now)
    return membership


@transaction.atomic
def revoke_membership(
    *, company_id: int, membership_id: int, actor: str, now: datetime, by: User | None = None
) -> Membership:
    """Ends a membership or takes an invitation back, at once; ``by`` is None for staff.

    A second click changes nothing. Raises AccountRefused for the last administrator, NotAllowed,
    and Membership.DoesNotExist for a row of another company.
    """
    company = _locked(company_id)
    if by is not None:
        _require_administrator(company, by)
    membership = company.memberships.select_related("user").get(pk=membership_id)
    if membership.revoked_at is not None:
        return membership
    if membership.joined_at is not None:
        _require_another(company, membership)
    membership.revoked_at = now
    membership.save(update_fields=["revoked_at"])
    data = {"email": membership.user.email}
    record("Accès retiré", subject=company, actor=actor, data=data, at=now)
    return membership


@transaction.atomic
def attach_person(
    *, company_id: int, email: str, role: MemberRole, actor: str, now: datetime
) -> Membership:
    """Staff answer for the person, or change the role of a member; the address is still proven by a
    code. Raises AccountRefused for the last administrator."""
    company = _locked(company_id)
    user = account_for(email)
    membership = company.memberships.standing().filter(user=user).first()
    if membership is None:
        membership = Membership(company=company, user=user)
    elif role != MemberRole.ADMINISTRATOR and membership.joined_at is not None:
        _require_another(company, membership)
    membership.role, membership.joined_at = role.value, membership.joined_at or now
    membership.save()
    data = {"email": user.email, "role": role.label}
    record("Personne rattachée", subject=company, actor=actor, data=data, at=now)
    return membership


def account_for(email: str) -> User:
    """The account of an address, opened if need be: only a code sent to it lets somebody in."""
    address = User.objects.normalize_email(email)
    unusable = {"password": make_password(None)}
    user, is_new = User.objects.get_or_create(email=address, defaults=unusable)
    if is_new:
        EmailAddress.objects.create(user=user, email=address, primary=True, verified=False)
    return user


def account_of_contact(email: str) -> User | None:
    """The open account of an address, or a new one if a proposal was asked from it; else None."""
    address = User.objects.normalize_email(email)
    user = User.objects.filter(email=address).first()
    if user is not None:
        return user if user.is_active else None
    return account_for(address) if Proposal.objects.asked_from(address).exists() else None


def _locked(company_id: int) -> Company:
    """Members of one company change one after the other."""
    return Company.objects.select_for_update().get(pk=company_id)


def _require_administrator(company: Company, user: User) -> None:
    if not company.memberships.administrators().filter(user=user).exists():
        raise NotAllowed("Seul un administrateur de l’entreprise peut le faire.")


def _require_another(company: Company, membership: Membership) -> None:
    administrators = company.memberships.administrators().count()
    if not may_leave(MemberRole(membership.role), administrators):
        raise AccountRefused(
            "C’est le dernier administrateur de l’entreprise : nommez-en d’abord un autre."
        )


def _clear_the_way(company: Company, user: User, now: datetime) -> None:
    """An invitation that is over makes room for the next one."""
    standing = company.memberships.standing().filter(user=user).first()
    if standing is None:
        return
    if standing.joined_at is not None:
        raise AccountRefused("Cette personne fait déjà partie de l’entreprise.")
    if standing.is_open_at(now):
        raise AccountRefused("Une invitation est déjà partie à cette adresse.")
    standing.revoked_at = now
    standing.save(update_fields=["revoked_at"])
