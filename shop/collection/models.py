from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from base.append_only import AppendOnly
from documents.issued import IssuedDocument
from shop.collection.rules import LEVELS, Hold
from shop.invoices.content import Audience
from shop.invoices.models import Invoice
from shop.payments.models import Contract
from shop.proposals.models import Proposal
from shop.proposals.rules import BuyerKind

LETTER_DOCUMENT = "collection_letter"


class CollectionCase(models.Model):
    """An invoice that was not paid in time, and where its collection stands.

    ``settled_at``: nothing of its price is unpaid any more. ``waived_at``: LEXOM asks for no
    (more) penalties. While ``hold`` is set, nothing is sent.
    """

    invoice = models.OneToOneField(
        Invoice, verbose_name="facture", on_delete=models.PROTECT, related_name="collection_case"
    )
    opened_at = models.DateTimeField("ouvert le")
    hold = models.CharField(
        "en attente",
        max_length=10,
        blank=True,
        choices=[(hold.value, hold.label) for hold in Hold],
    )
    hold_reason = models.CharField("motif de l’attente", max_length=300, blank=True)
    settled_at = models.DateTimeField("réglé le", null=True)
    waived_at = models.DateTimeField("pénalités abandonnées le", null=True)
    waiver = models.CharField("motif de l’abandon", max_length=300, blank=True)

    class Meta:
        verbose_name = "impayé"
        verbose_name_plural = "impayés"
        default_permissions = ("view",)
        permissions: ClassVar = [
            (
                "pursue_collectioncase",
                "Peut poursuivre un impayé : mise en demeure, suspension, résolution, pénalités",
            )
        ]
        ordering: ClassVar = ["opened_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(hold="") | ~Q(hold_reason=""), name="collection_hold_has_its_reason"
            ),
            models.CheckConstraint(
                condition=Q(waived_at__isnull=True) | ~Q(waiver=""),
                name="collection_waiver_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} – {self.invoice.buyer_name}"

    @property
    def contract(self) -> Contract:
        found = self.invoice.contract
        assert found is not None  # noqa: S101  a final invoice has one
        return found

    @property
    def is_professional(self) -> bool:
        return self.invoice.audience == Audience.COMPANY

    @property
    def is_public(self) -> bool:
        """Late interest of public bodies has a rate and a delay of its own, in another code."""
        proposal = self.invoice.proposal
        return proposal is not None and proposal.kind == BuyerKind.PUBLIC

    def letter(self, kind: LetterKind) -> RegisteredLetter | None:
        return next((row for row in self.letters.all() if row.kind == kind), None)

    @property
    def notice(self) -> RegisteredLetter | None:
        return self.letter(LetterKind.NOTICE)

    @property
    def resolution(self) -> RegisteredLetter | None:
        return self.letter(LetterKind.RESOLUTION)


class CollectionReminder(AppendOnly):
    """A reminder that left, each level once."""

    case = models.ForeignKey(CollectionCase, on_delete=models.PROTECT, related_name="reminders")
    level = models.PositiveSmallIntegerField("niveau")
    amount = models.DecimalField("montant réclamé", max_digits=10, decimal_places=2)
    sent_on = models.DateField("envoyé le")

    class Meta:
        verbose_name = "relance"
        verbose_name_plural = "relances"
        default_permissions = ()
        ordering: ClassVar = ["case", "level"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "level"], name="collection_level_leaves_once"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=len(LEVELS)), name="collection_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{LEVELS[self.level - 1].label} – {self.case}"


class LetterKind(models.TextChoices):
    NOTICE = "notice", "mise en demeure"
    RESOLUTION = "resolution", "résolution du contrat"


class RegisteredLetter(models.Model):
    """A letter that staff post; ``content`` is what it says, frozen when it is prepared.

    ``posted_on``, ``delivered_on`` and ``answered_on`` are days that staff write down. Of a
    consumer, legal interest runs from the day after the delivery (law.md L-07).
    """

    case = models.ForeignKey(CollectionCase, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField("nature", max_length=10, choices=LetterKind)
    number = models.CharField("numéro", max_length=40, unique=True)
    content = models.JSONField("contenu", encoder=DjangoJSONEncoder)
    prepared_at = models.DateTimeField("préparée le")
    prepared_by = models.CharField("préparée par", max_length=200)
    posted_on = models.DateField("postée le", null=True)
    tracking = models.CharField("numéro de recommandé", max_length=40, blank=True)
    delivered_on = models.DateField("remise le", null=True)
    answered_on = models.DateField("réponse reçue le", null=True)
    answer = models.CharField("réponse", max_length=300, blank=True)

    class Meta:
        verbose_name = "lettre recommandée"
        verbose_name_plural = "lettres recommandées"
        default_permissions = ()
        ordering: ClassVar = ["prepared_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "kind"], name="collection_letter_is_sent_once"),
            models.CheckConstraint(
                condition=Q(posted_on__isnull=True) | ~Q(tracking=""),
                name="collection_letter_posted_has_its_number",
            ),
            models.CheckConstraint(
                condition=Q(delivered_on__isnull=True) | Q(delivered_on__gte=F("posted_on")),
                name="collection_letter_arrives_after_it_left",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def document(self) -> IssuedDocument | None:
        """The file; None for the few seconds that it takes to be laid out."""
        found: IssuedDocument | None = IssuedDocument.objects.filter(
            kind=LETTER_DOCUMENT, number=self.number
        ).first()
        return found


class SuspensionCause(models.TextChoices):
    DEPOSIT = "deposit", "acompte non versé (CGV 2.2)"
    UNPAID = "unpaid", "facture impayée (CGV 3.4)"


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def standing(self) -> SuspensionQuerySet:
        return self.filter(lifted_at__isnull=True)


class Suspension(models.Model):
    """A training, under way or to come, that LEXOM holds back until it is paid."""

    proposal = models.ForeignKey(
        Proposal, verbose_name="proposition", on_delete=models.PROTECT, related_name="suspensions"
    )
    case = models.ForeignKey(
        CollectionCase, null=True, on_delete=models.PROTECT, related_name="suspensions"
    )
    cause = models.CharField("cause", max_length=10, choices=SuspensionCause)
    reason = models.CharField("motif", max_length=300)
    decided_at = models.DateTimeField("suspendue le")
    decided_by = models.CharField("suspendue par", max_length=200)
    lifted_at = models.DateTimeField("levée le", null=True)
    lifted_by = models.CharField("levée par", max_length=200, blank=True)
    lift_reason = models.CharField("motif de la levée", max_length=300, blank=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = "suspension de formation"
        verbose_name_plural = "suspensions de formation"
        default_permissions = ()
        ordering: ClassVar = ["-decided_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal"],
                condition=Q(lifted_at__isnull=True),
                name="training_is_suspended_once",
            ),
            models.CheckConstraint(
                condition=Q(cause=SuspensionCause.UNPAID.value, case__isnull=False)
                | Q(cause=SuspensionCause.DEPOSIT.value, case__isnull=True),
                name="suspension_names_its_cause",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal} : {self.get_cause_display()}"


class PenaltyInvoice(AppendOnly):
    """What an invoice for late payment asks for: interest of its days, and the 40 € of the first one.

    The days of one case never overlap: each begins the day after the one before. One that a credit
    note undid entirely counts no more (``undone_at``): its days may be billed again.
    """

    changing_fields: ClassVar[tuple[str, ...]] = ("undone_at",)

    case = models.ForeignKey(CollectionCase, on_delete=models.PROTECT, related_name="penalties")
    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="penalty")
    first_day = models.DateField("premier jour")
    last_day = models.DateField("dernier jour")
    interest = models.DecimalField("intérêts", max_digits=10, decimal_places=2)
    recovery = models.DecimalField("indemnité forfaitaire", max_digits=5, decimal_places=2)
    late_rate = models.CharField("règle du taux", max_length=10)
    undone_at = models.DateTimeField("annulée par avoir, constaté le", null=True)

    class Meta:
        verbose_name = "facture de pénalités"
        verbose_name_plural = "factures de pénalités"
        default_permissions = ()
        ordering: ClassVar = ["case", "first_day"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "first_day"],
                condition=Q(undone_at__isnull=True),
                name="penalty_days_are_billed_once",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(recovery__gt=Decimal(0), undone_at__isnull=True),
                name="recovery_fee_is_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="penalty_ends_after_its_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} : {self.days}"

    @property
    def credited(self) -> Decimal:
        return sum((note.incl_vat for note in self.invoice.credit_notes.all()), Decimal(0))

    @property
    def is_undone(self) -> bool:
        """Nothing of it is left after its credit notes, noted here or not yet."""
        return self.undone_at is not None or self.credited >= self.invoice.incl_vat

    @property
    def days(self) -> tuple[date, date]:
        return self.first_day, self.last_day
