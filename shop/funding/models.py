from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from shop.funding.rules import FundingState, last_day_to_pay
from shop.proposals.models import Proposal


class FundingQuerySet(models.QuerySet["Funding"]):
    def without_attestation(self) -> FundingQuerySet:
        return self.filter(attestation="").exclude(state=FundingState.REFUSED.value)


class Funding(models.Model):
    """What a fund was asked for and answered for one proposal; each change is an event of it (CGV 3.3).

    ``subrogated``: the fund pays us in the client's place. ``attestation`` is the SHA-256 of the
    letter of agreement that the client hands over before the training.
    """

    proposal = models.OneToOneField(
        Proposal, verbose_name="proposition", on_delete=models.PROTECT, related_name="funding"
    )
    fund = models.CharField("OPCO", max_length=100)
    file_number = models.CharField("numéro de dossier", max_length=60, blank=True)
    requested = models.DecimalField("montant demandé", max_digits=10, decimal_places=2, null=True)
    subrogated = models.BooleanField("subrogation de paiement", default=False)
    state = models.CharField(
        "état",
        max_length=10,
        choices=[(state.value, state.label) for state in FundingState],
        default=FundingState.REQUESTED.value,
    )
    granted = models.DecimalField("montant accordé", max_digits=10, decimal_places=2, null=True)
    reason = models.CharField("motif du refus", max_length=300, blank=True)
    requested_at = models.DateTimeField("demandée le")
    decided_at = models.DateTimeField("décidée le", null=True)
    attestation = models.CharField("attestation (empreinte)", max_length=64, blank=True)
    attestation_name = models.CharField("nom du fichier", max_length=120, blank=True)
    attestation_type = models.CharField("type du fichier", max_length=40, blank=True)
    attested_at = models.DateTimeField("attestation reçue le", null=True)

    objects = FundingQuerySet.as_manager()

    class Meta:
        verbose_name = "prise en charge"
        verbose_name_plural = "prises en charge"
        default_permissions = ("view",)
        permissions: ClassVar = [("decide_funding", "Peut noter la réponse d’un OPCO")]
        ordering: ClassVar = ["-requested_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state=FundingState.GRANTED.value) | Q(granted__gt=0),
                name="funding_granted_has_its_amount",
            ),
            models.CheckConstraint(
                condition=Q(attestation="") | Q(attested_at__isnull=False),
                name="funding_attestation_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund} – {self.proposal}"

    @property
    def last_day_to_pay(self) -> date:
        assert self.proposal.ends_on is not None  # noqa: S101  of an issued proposal
        return last_day_to_pay(self.proposal.ends_on)
