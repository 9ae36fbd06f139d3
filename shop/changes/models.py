"""What terms say of changes, what clients asked in writing, and what came of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone

from base.append_only import AppendOnly, AppendOnlyQuerySet
from base.money import round_cents
from shop.changes.rules import Cause, Wish
from shop.orders.rules import new_token
from shop.payments.models import Contract, of_contract, of_one_contract
from shop.withdrawal.models import DeclarationChannel

REQUEST_LENGTH = 2000


class TermsPolicy(models.Model):
    """The figures of one version of the terms; a version without a row has those of the CGV."""

    version = models.OneToOneField(
        "legal.TermsVersion",
        verbose_name="version",
        on_delete=models.CASCADE,
        related_name="change_policy",
    )
    content = models.JSONField("règles d’annulation et de report", encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "règles d’annulation d’une version des CGV"
        verbose_name_plural = "règles d’annulation des versions des CGV"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Annulation et report – {self.version}"


class WrittenRequestQuerySet(AppendOnlyQuerySet):
    def waiting(self) -> WrittenRequestQuerySet:
        """The oldest first: nobody has decided yet, and the rule did not."""
        return self.filter(outcome__isnull=True).order_by("received_at", "pk")

    def of(self, contract: Contract) -> WrittenRequestQuerySet:
        return self.filter(**of_contract(contract))


class WrittenRequest(AppendOnly):
    """A client cancels or postpones, in writing (CGV 3.5, 3.6): stored before anything else.

    ``received_at`` decides, ``sent_at`` when it is better for a consumer. ``shown`` is the cost that
    was on the page, with its article; a letter was shown nothing. ``people`` are the names of those
    concerned, ``heads`` their number.
    """

    request_key = models.CharField("clé", max_length=64, unique=True, default=new_token)
    order = models.ForeignKey(
        "shop.Order",
        verbose_name="commande",
        null=True,
        on_delete=models.PROTECT,
        related_name="written_requests",
    )
    proposal = models.ForeignKey(
        "shop.Proposal",
        verbose_name="proposition",
        null=True,
        on_delete=models.PROTECT,
        related_name="written_requests",
    )
    wish = models.CharField(
        "demande", max_length=10, choices=[(wish.value, wish.label) for wish in Wish]
    )
    cause = models.CharField(
        "motif invoqué", max_length=15, choices=[(cause.value, cause.label) for cause in Cause]
    )
    heads = models.PositiveSmallIntegerField("personnes concernées", default=1)
    people = models.JSONField("noms", default=list)
    session = models.ForeignKey(
        "courses.CourseSession",
        verbose_name="session souhaitée",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    text = models.TextField("texte", max_length=REQUEST_LENGTH, blank=True)
    asked_by = models.CharField("demandée par", max_length=120)
    channel = models.CharField("canal", max_length=10, choices=DeclarationChannel)
    sent_at = models.DateTimeField("envoyée le")
    received_at = models.DateTimeField("reçue le")
    recorded_by = models.CharField("enregistrée par", max_length=200, blank=True)
    shown = models.JSONField("coût affiché", default=dict, encoder=DjangoJSONEncoder)

    objects: ClassVar[Any] = WrittenRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’annulation ou de report"
        verbose_name_plural = "demandes d’annulation ou de report"
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("record_writtenrequest", "Peut enregistrer une demande d’annulation ou de report"),
            ("decide_writtenrequest", "Peut décider d’une demande d’annulation ou de report"),
        ]
        ordering: ClassVar = ["-received_at", "-pk"]
        constraints: ClassVar = [
            of_one_contract("written_request_has_one_contract"),
            models.CheckConstraint(
                condition=Q(received_at__gte=F("sent_at")),
                name="written_request_received_after_sent",
            ),
            models.CheckConstraint(condition=Q(heads__gte=1), name="written_request_of_somebody"),
        ]

    def __str__(self) -> str:
        day = timezone.localdate(self.received_at)
        return (
            f"{self.get_wish_display().capitalize()} du {day:%d/%m/%Y} – {self.contract.payer_name}"
        )

    @property
    def contract(self) -> Contract:
        found = self.order or self.proposal
        assert found is not None  # noqa: S101  the constraint of the table
        return found

    @property
    def is_settled(self) -> bool:
        """``outcome`` must be loaded by whoever lists many."""
        return getattr(self, "outcome", None) is not None


class RequestOutcomeQuerySet(AppendOnlyQuerySet):
    def applied(self) -> RequestOutcomeQuerySet:
        return self.filter(applied=True)

    def of(self, contract: Contract) -> RequestOutcomeQuerySet:
        return self.filter(**of_contract(contract, "request__"))

    def with_open_window(self) -> RequestOutcomeQuerySet:
        """Postponed to a date that nobody has chosen yet."""
        return self.filter(applied=True, window_until__isnull=False, window_closed_at__isnull=True)

    def total(self, name: str) -> Decimal:
        """Of ``due``, ``training`` or ``kept``, in euros."""
        return round_cents(self.aggregate(total=Sum(name))["total"] or Decimal(0))


class RequestOutcome(AppendOnly):
    """What came of a request: by the terms for a company, by a decision for everybody else.

    ``due`` is what the people concerned owe in all, ``training`` of it for hours that were taught and
    the rest an indemnity; ``kept`` of what was paid, ``refund`` of it given back, ``owed`` beyond it.
    ``ends`` says that nobody is left. ``window_until`` is the last first day of a training whose new
    date is still to be chosen.
    """

    changing_fields = ("moved_to", "window_closed_at")

    request = models.OneToOneField(
        WrittenRequest, verbose_name="demande", on_delete=models.PROTECT, related_name="outcome"
    )
    applied = models.BooleanField("appliquée")
    ends = models.BooleanField("met fin au contrat", default=False)
    cause = models.CharField(
        "motif retenu", max_length=15, choices=[(cause.value, cause.label) for cause in Cause]
    )
    clause = models.CharField("article", max_length=10, blank=True)
    explanation = models.TextField("explication")
    due = models.DecimalField("dû", max_digits=10, decimal_places=2, default=Decimal(0))
    training = models.DecimalField(
        "dont formation donnée", max_digits=10, decimal_places=2, default=Decimal(0)
    )
    kept = models.DecimalField("conservé", max_digits=10, decimal_places=2, default=Decimal(0))
    refund = models.DecimalField("remboursé", max_digits=10, decimal_places=2, default=Decimal(0))
    owed = models.DecimalField("restant dû", max_digits=10, decimal_places=2, default=Decimal(0))
    text = models.TextField("réponse", max_length=REQUEST_LENGTH, blank=True)
    decided_by = models.CharField("décidée par", max_length=200)
    decided_at = models.DateTimeField("décidée le")
    window_until = models.DateField("à reporter avant le", null=True)
    window_closed_at = models.DateTimeField("délai de report clos le", null=True)
    moved_to = models.ForeignKey(
        "courses.CourseSession",
        verbose_name="nouvelle session",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects: ClassVar[Any] = RequestOutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = "suite d’une demande d’annulation ou de report"
        verbose_name_plural = "suites de demandes d’annulation ou de report"
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(due__gte=0, training__gte=0, kept__gte=0, refund__gte=0, owed__gte=0),
                name="request_outcome_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"Suite de « {self.request} »"

    @property
    def indemnity(self) -> Decimal:
        return self.due - self.training
