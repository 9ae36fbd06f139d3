from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Round

from base.append_only import AppendOnly, AppendOnlyQuerySet
from documents.issued import IssuedDocument
from shop.invoices.content import Audience, InvoiceContent, InvoiceKind, Nature, from_json

if TYPE_CHECKING:
    from shop.payments.models import Contract

DOCUMENT_KIND = "invoice"


class InvoiceQuerySet(AppendOnlyQuerySet):
    def credit_notes(self) -> InvoiceQuerySet:
        return self.filter(kind=InvoiceKind.CREDIT.value)

    def total(self) -> Decimal:
        """Sum tax included, whatever the kind."""
        found: Decimal | None = self.aggregate(total=Sum("incl_vat"))["total"]
        return found or Decimal("0.00")


class Invoice(AppendOnly):
    """An invoice or a credit note as issued: numbered, dated, never changed (law.md I-04).

    ``content`` says everything that is printed; the columns repeat what lists and journals look for.
    ``payment`` is the money received that a deposit invoices, or given back that a credit note undoes.
    """

    kind = models.CharField(
        "nature", max_length=8, choices=[(kind.value, kind.label) for kind in InvoiceKind]
    )
    audience = models.CharField(
        "client", max_length=8, choices=[(item.value, item.label) for item in Audience]
    )
    series = models.CharField("série", max_length=4)
    year = models.PositiveSmallIntegerField("année")
    sequence = models.PositiveIntegerField("rang")
    number = models.CharField("numéro", max_length=35, unique=True)
    issued_on = models.DateField("date")
    issued_at = models.DateTimeField("émise le")
    due_on = models.DateField("à payer avant le")
    order = models.ForeignKey(
        "shop.Order",
        verbose_name="commande",
        null=True,
        on_delete=models.PROTECT,
        related_name="invoices",
    )
    proposal = models.ForeignKey(
        "shop.Proposal",
        verbose_name="proposition",
        null=True,
        on_delete=models.PROTECT,
        related_name="invoices",
    )
    payment = models.ForeignKey(
        "shop.Attempt",
        verbose_name="paiement",
        null=True,
        on_delete=models.PROTECT,
        related_name="invoices",
    )
    corrects = models.ForeignKey(
        "self",
        verbose_name="corrige",
        null=True,
        on_delete=models.PROTECT,
        related_name="credit_notes",
    )
    buyer_name = models.CharField("client", max_length=200)
    excl_vat = models.DecimalField("total HT", max_digits=10, decimal_places=2)
    vat = models.DecimalField("TVA", max_digits=10, decimal_places=2)
    incl_vat = models.DecimalField("total TTC", max_digits=10, decimal_places=2)
    payable = models.DecimalField("reste à payer à l’émission", max_digits=10, decimal_places=2)
    content = models.JSONField("contenu", encoder=DjangoJSONEncoder)
    actor = models.CharField("émise par", max_length=200)

    objects: ClassVar[InvoiceQuerySet] = InvoiceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "facture"
        verbose_name_plural = "factures"
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("issue_creditnote", "Peut émettre un avoir"),
            ("export_accounting", "Peut exporter la comptabilité"),
        ]
        ordering: ClassVar = ["-issued_on", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "year", "sequence"], name="invoice_place_is_used_once"
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(kind=InvoiceKind.DEPOSIT.value),
                name="one_deposit_invoice_per_payment",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(kind=InvoiceKind.FINAL.value),
                name="one_final_invoice_per_order",
            ),
            models.UniqueConstraint(
                fields=["proposal"],
                condition=Q(kind=InvoiceKind.FINAL.value),
                name="one_final_invoice_per_proposal",
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=True) | Q(proposal__isnull=True),
                name="invoice_has_one_contract",
            ),
            # Rounded: a database without exact decimals adds in binary, and one sum in four is not it.
            models.CheckConstraint(
                condition=Q(incl_vat=Round(F("excl_vat") + F("vat"), precision=2)),
                name="invoice_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(kind=InvoiceKind.CREDIT.value, corrects__isnull=False)
                | (~Q(kind=InvoiceKind.CREDIT.value) & Q(corrects__isnull=True)),
                name="credit_note_corrects_an_invoice",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["issued_on"])]

    def __str__(self) -> str:
        return self.number

    @property
    def is_credit(self) -> bool:
        return self.kind == InvoiceKind.CREDIT

    @property
    def sign(self) -> int:
        """What the row adds to sales: a credit note takes away."""
        return -1 if self.is_credit else 1

    @property
    def contract(self) -> Contract | None:
        """The order or the proposal that it invoices."""
        return self.order or self.proposal

    @cached_property
    def facts(self) -> InvoiceContent:
        return from_json(self.content)

    @property
    def document(self) -> IssuedDocument | None:
        """The file as issued; None for the few seconds that it takes to be laid out."""
        found: IssuedDocument | None = IssuedDocument.objects.filter(
            kind=DOCUMENT_KIND, number=self.number
        ).first()
        return found


class InvoiceAmount(AppendOnly):
    """What an invoice books under one nature and rate; a credit note's amounts are positive too."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="amounts")
    nature = models.CharField(
        "nature", max_length=10, choices=[(item.value, item.label) for item in Nature]
    )
    rate = models.DecimalField("taux de TVA", max_digits=4, decimal_places=3)
    excl_vat = models.DecimalField("HT", max_digits=10, decimal_places=2)
    vat = models.DecimalField("TVA", max_digits=10, decimal_places=2)

    class Meta:
        verbose_name = "montant facturé"
        verbose_name_plural = "montants facturés"
        default_permissions = ()
        ordering: ClassVar = ["invoice", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["invoice", "nature", "rate"], name="invoice_amount_is_written_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} : {self.excl_vat} € HT à {self.rate}"


class InvoiceDeduction(AppendOnly):
    """A deposit invoice that a final one deducts; once, or its VAT would be deducted twice (I-05)."""

    final = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="deductions")
    deposit = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="deducted_by")

    class Meta:
        verbose_name = "acompte déduit"
        verbose_name_plural = "acomptes déduits"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.deposit} déduit de {self.final}"


class MentionKind(models.TextChoices):
    EXEMPTION = "exemption", "exonération de TVA de la formation"
    UNTAXED_INDEMNITY = "indemnity", "indemnité hors du champ de la TVA"
    VAT_ON_DEBITS = "debits", "option pour les débits"
    DISCOUNT = "discount", "escompte (professionnels)"
    PENALTY = "penalty", "pénalités de retard (professionnels)"
    RECOVERY = "recovery", "indemnité de recouvrement (professionnels)"


class InvoiceMentionQuerySet(models.QuerySet["InvoiceMention"]):
    def in_force(self, on: date) -> dict[str, InvoiceMention]:
        """The latest wording of each kind on a Paris date, by kind."""
        rows = self.filter(valid_from__lte=on).order_by("valid_from")
        return {row.kind: row for row in rows}


class InvoiceMention(models.Model):
    """Legal wording as dated data: the law that an invoice cites changes its name (law.md P-04)."""

    kind = models.CharField("mention", max_length=10, choices=MentionKind)
    text = models.CharField(
        "texte",
        max_length=400,
        blank=True,
        help_text="Vide : la mention n’est plus imprimée à partir de cette date.",
    )
    code = models.CharField(
        "code VATEX", max_length=40, blank=True, help_text="Avec l’exonération seulement."
    )
    valid_from = models.DateField("en vigueur depuis le")

    objects = InvoiceMentionQuerySet.as_manager()

    class Meta:
        verbose_name = "mention des factures"
        verbose_name_plural = "mentions des factures"
        ordering: ClassVar = ["kind", "-valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "valid_from"], name="one_mention_a_kind_and_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} depuis le {self.valid_from:%d/%m/%Y}"
