"""What came back on paper, file by file, and what was decided about it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from base.append_only import AppendOnly
from shop.proposals.models import Proposal
from shop.proposals.paper.rules import ReturnState
from shop.proposals.rules import ProposalState


class PaperReturnQuerySet(models.QuerySet["PaperReturn"]):
    def waiting(self) -> PaperReturnQuerySet:
        """Nobody has looked at them, and the proposal may still be signed."""
        over = (ProposalState.SIGNED, ProposalState.SUPERSEDED, ProposalState.WITHDRAWN)
        return self.filter(state=ReturnState.RECEIVED.value).exclude(
            proposal__state__in=[state.value for state in over]
        )


class PaperReturn(models.Model):
    """``recorded_by`` is empty when the client sent the files; ``received_at`` decides (CGV 2.1)."""

    proposal = models.ForeignKey(
        Proposal, verbose_name="proposition", on_delete=models.PROTECT, related_name="returns"
    )
    state = models.CharField(
        "état",
        max_length=10,
        choices=[(state.value, state.label) for state in ReturnState],
        default=ReturnState.RECEIVED.value,
    )
    received_at = models.DateTimeField("reçu le")
    email = models.EmailField("adresse e-mail", blank=True)
    ip = models.GenericIPAddressField("adresse IP", null=True)
    user_agent = models.CharField("navigateur", max_length=500, blank=True)
    recorded_by = models.CharField("enregistré par", max_length=200, blank=True)
    # A page that is sent twice keeps one return.
    form_key = models.CharField("clé du formulaire", max_length=64, unique=True)
    reason = models.CharField("motif", max_length=500, blank=True)
    decided_at = models.DateTimeField("décidé le", null=True)
    decided_by = models.CharField("décidé par", max_length=200, blank=True)

    objects = PaperReturnQuerySet.as_manager()

    class Meta:
        verbose_name = "retour papier"
        verbose_name_plural = "retours papier"
        default_permissions = ()
        permissions: ClassVar = [
            ("decide_paperreturn", "Enregistrer et contrôler les propositions signées sur papier")
        ]
        ordering: ClassVar = ["received_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=ReturnState.RECEIVED.value, decided_at__isnull=True)
                | Q(state=ReturnState.ACCEPTED.value, decided_at__isnull=False)
                | (Q(state=ReturnState.REFUSED.value, decided_at__isnull=False) & ~Q(reason="")),
                name="paper_return_decision_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"Retour papier – {self.proposal}"


class PaperFile(AppendOnly):
    """``sha256`` names the bytes (``base.private_files``); ``name`` is the one it had at the client's."""

    paper_return = models.ForeignKey(
        PaperReturn, verbose_name="retour", on_delete=models.PROTECT, related_name="files"
    )
    position = models.PositiveSmallIntegerField("rang")
    name = models.CharField("nom", max_length=120)
    sha256 = models.CharField("empreinte", max_length=64)
    content_type = models.CharField("type", max_length=40)
    size = models.PositiveIntegerField("octets")
    pages = models.PositiveSmallIntegerField("pages", default=1)

    class Meta:
        verbose_name = "fichier d’un retour papier"
        verbose_name_plural = "fichiers des retours papier"
        default_permissions = ()
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["paper_return", "position"], name="paper_file_position_is_used_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
