"""The contract of a signed proposal, who attends, and what the client asks to change."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from base.append_only import AppendOnly, AppendOnlyQuerySet
from documents.issued import IssuedDocument
from shop.orders.rules import new_token
from shop.proposals.agreement.content import AgreementContent, from_json
from shop.proposals.agreement.rules import ChangeKind, ChangeState, Named
from shop.proposals.models import Proposal

AGREEMENT_KIND = "agreement"
CHANGE_LENGTH = 2000


class Agreement(AppendOnly):
    """The training agreement of a definitive proposal (C. trav. L6353-1), frozen at its issue."""

    proposal = models.OneToOneField(
        Proposal, verbose_name="proposition", on_delete=models.PROTECT, related_name="agreement"
    )
    number = models.CharField("numéro", max_length=20, unique=True)
    year = models.PositiveSmallIntegerField("année")
    sequence = models.PositiveIntegerField("rang")
    issued_on = models.DateField("établie le")
    issued_at = models.DateTimeField("établie à")
    content = models.JSONField("contenu", default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "convention"
        verbose_name_plural = "conventions"
        default_permissions = ("view",)
        ordering: ClassVar = ["-issued_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["year", "sequence"], name="agreement_place_is_used_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Convention {self.number}"

    @property
    def facts(self) -> AgreementContent:
        return from_json(self.content)

    @property
    def document(self) -> IssuedDocument | None:
        found: IssuedDocument | None = IssuedDocument.objects.filter(
            kind=AGREEMENT_KIND, number=self.number
        ).first()
        return found


class ParticipantQuerySet(AppendOnlyQuerySet):
    def attending(self) -> ParticipantQuerySet:
        return self.filter(removed_at__isnull=True)


class Participant(AppendOnly):
    """Somebody named to attend. A name is never changed: another one replaces it, in its place."""

    changing_fields = (
        "email", "needs_adjustment", "informed_at", "removed_at", "removed_by", "replaced_by",
    )  # fmt: skip

    proposal = models.ForeignKey(
        Proposal, verbose_name="proposition", on_delete=models.PROTECT, related_name="people"
    )
    position = models.PositiveSmallIntegerField("place dans la liste")
    first_name = models.CharField("prénom", max_length=80, blank=True)
    last_name = models.CharField("nom", max_length=120)
    email = models.EmailField("adresse e-mail", blank=True)
    needs_adjustment = models.BooleanField("demande un aménagement", default=False)
    added_at = models.DateTimeField("ajouté le")
    added_by = models.CharField("ajouté par", max_length=200)
    informed_at = models.DateTimeField("information envoyée le", null=True)
    removed_at = models.DateTimeField("retiré le", null=True)
    removed_by = models.CharField("retiré par", max_length=200, blank=True)
    replaced_by = models.OneToOneField(
        "self",
        verbose_name="remplacé par",
        null=True,
        on_delete=models.PROTECT,
        related_name="replaces",
    )

    objects: ClassVar[Any] = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = "participant"
        verbose_name_plural = "participants"
        default_permissions = ()
        permissions: ClassVar = [
            ("name_participant", "Peut changer la liste des participants d’une proposition signée"),
        ]
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | Q(removed_at__isnull=False),
                name="replaced_participant_is_removed",
            ),
        ]

    def __str__(self) -> str:
        return self.named.full_name

    @property
    def named(self) -> Named:
        return Named(self.first_name, self.last_name, self.email, self.needs_adjustment)


class ChangeRequestQuerySet(AppendOnlyQuerySet):
    def waiting(self) -> ChangeRequestQuerySet:
        """The oldest first."""
        return self.filter(answer__isnull=True).order_by("asked_at", "pk")


class ChangeRequest(AppendOnly):
    """What the client asks to change after the signature; ``asked_by`` is the name it gave."""

    request_key = models.CharField("clé", max_length=64, unique=True, default=new_token)
    proposal = models.ForeignKey(
        Proposal,
        verbose_name="proposition",
        on_delete=models.PROTECT,
        related_name="change_requests",
    )
    kind = models.CharField(
        "porte sur", max_length=12, choices=[(kind.value, kind.label) for kind in ChangeKind]
    )
    text = models.TextField("demande", max_length=CHANGE_LENGTH)
    asked_by = models.CharField("demandée par", max_length=120)
    asked_at = models.DateTimeField("demandée le")

    objects: ClassVar[Any] = ChangeRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de modification"
        verbose_name_plural = "demandes de modification"
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("answer_changerequest", "Peut accepter ou refuser une demande de modification"),
        ]
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in ChangeKind]), name="change_kind_known"
            ),
        ]

    def __str__(self) -> str:
        day = timezone.localdate(self.asked_at)
        return f"Demande du {day:%d/%m/%Y} – {self.proposal.company_name}"

    @property
    def state(self) -> ChangeState:
        """``answer`` must be loaded by whoever lists many."""
        answer = getattr(self, "answer", None)
        if answer is None:
            return ChangeState.ASKED
        return ChangeState.ACCEPTED if answer.accepted else ChangeState.REFUSED


class ChangeAnswer(AppendOnly):
    """LEXOM's express and written answer (CGV 2.1); a new price goes by ``extra`` (CGV 2.2)."""

    request = models.OneToOneField(
        ChangeRequest, verbose_name="demande", on_delete=models.PROTECT, related_name="answer"
    )
    accepted = models.BooleanField("acceptée")
    text = models.TextField("réponse", max_length=CHANGE_LENGTH)
    answered_by = models.CharField("répondue par", max_length=200)
    answered_at = models.DateTimeField("répondue le")
    extra = models.ForeignKey(
        Proposal,
        verbose_name="proposition complémentaire",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = "réponse à une demande de modification"
        verbose_name_plural = "réponses à des demandes de modification"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Réponse du {timezone.localdate(self.answered_at):%d/%m/%Y}"
