from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from base.identifiers import spaced_siren
from shop.account.rules import MemberRole, invitation_ends_at
from shop.orders.rules import new_token
from shop.proposals.models import Proposal


class Company(models.Model):
    """The account of a client company; its SIREN is the one that its founder's proposal bears."""

    name = models.CharField("dénomination", max_length=150)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    created_at = models.DateTimeField("créée le")

    class Meta:
        verbose_name = "entreprise"
        verbose_name_plural = "entreprises"
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("manage_company", "Peut rattacher des personnes et des propositions à une entreprise")
        ]
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["siren"], condition=~Q(siren=""), name="company_siren_is_used_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("space_company", args=[self.pk])

    @property
    def spaced_siren(self) -> str:
        return spaced_siren(self.siren)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def standing(self) -> MembershipQuerySet:
        """Not revoked: members, and invitations whether or not their fourteen days are over."""
        return self.filter(revoked_at__isnull=True)

    def present(self) -> MembershipQuerySet:
        return self.standing().filter(joined_at__isnull=False)

    def administrators(self) -> MembershipQuerySet:
        return self.present().filter(role=MemberRole.ADMINISTRATOR.value)


class Membership(models.Model):
    """Invited, then joined, then perhaps revoked. ``token`` is the secret of the invitation's link."""

    company = models.ForeignKey(
        Company, verbose_name="entreprise", on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="compte",
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    role = models.CharField(
        "rôle",
        max_length=15,
        choices=[(role.value, role.label) for role in MemberRole],
        default=MemberRole.MEMBER.value,
    )
    token = models.CharField("jeton", max_length=64, unique=True, default=new_token)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="invité par",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    invited_at = models.DateTimeField("invité le", null=True)
    joined_at = models.DateTimeField("entré le", null=True)
    revoked_at = models.DateTimeField("retiré le", null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "membre d’une entreprise"
        verbose_name_plural = "membres d’une entreprise"
        default_permissions = ()
        ordering: ClassVar = ["joined_at", "invited_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "user"],
                condition=Q(revoked_at__isnull=True),
                name="membership_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(invited_at__isnull=False) | Q(joined_at__isnull=False),
                name="membership_has_a_beginning",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in MemberRole]),
                name="membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user.email} – {self.company}"

    @property
    def is_invitation(self) -> bool:
        return self.joined_at is None and self.revoked_at is None

    def is_open_at(self, now: datetime) -> bool:
        """An invitation that can still be accepted."""
        if not self.is_invitation or self.invited_at is None:
            return False
        return now < invitation_ends_at(self.invited_at)

    @property
    def ends_at(self) -> datetime | None:
        return invitation_ends_at(self.invited_at) if self.invited_at else None

    @property
    def is_administrator(self) -> bool:
        return self.role == MemberRole.ADMINISTRATOR


class CompanyProposal(models.Model):
    """To whom a proposal belongs; the row of the proposal itself is frozen when this is decided."""

    company = models.ForeignKey(
        Company, verbose_name="entreprise", on_delete=models.PROTECT, related_name="links"
    )
    proposal = models.OneToOneField(
        Proposal,
        verbose_name="proposition",
        on_delete=models.PROTECT,
        related_name="company_link",
    )
    linked_at = models.DateTimeField("rattachée le")

    class Meta:
        verbose_name = "proposition d’une entreprise"
        verbose_name_plural = "propositions d’une entreprise"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.proposal} – {self.company}"
