from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from base.append_only import AppendOnly
from shop.invoices.ledger.rules import (
    GENESIS,
    ClosingFacts,
    ClosingLink,
    EntryFacts,
    EntryKind,
    Link,
    Movement,
    Period,
    PeriodKind,
)
from shop.payments.rules import Channel

ONLY = 1
GAINS = [kind.value for kind in EntryKind if kind.sign > 0]
OF_DISPUTES = [EntryKind.DISPUTE_LOST.value, EntryKind.DISPUTE_WON.value]


class LedgerHead(models.Model):
    """Where the ledger stands: one row, whose lock gives the entries their order (law.md I-11).

    ``open_from`` is the earliest instant that the next entry may bear: that of the last entry, or
    the end of the last closed day. ``opened_on`` is the first Paris day to close.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    number = models.PositiveBigIntegerField("dernier numéro", default=0)
    sha256 = models.CharField("dernière empreinte", max_length=64, default=GENESIS)
    open_from = models.DateTimeField("ouvert depuis")
    opened_on = models.DateField("tenu depuis le")

    class Meta:
        verbose_name = "tête du registre des paiements"
        verbose_name_plural = "tête du registre des paiements"
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=ONLY), name="ledger_has_one_head")
        ]

    def __str__(self) -> str:
        return f"Registre, écriture {self.number}"


class LedgerEntry(AppendOnly):
    """Money that moved, written once in the transaction of the row that tells it (law.md I-11).

    ``amount`` is signed from LEXOM's side, tax included. ``at`` is the instant of the entry,
    ``moved_on`` the Paris day on which the bank moved the money, which may be earlier.
    """

    number = models.PositiveBigIntegerField("numéro", unique=True)
    kind = models.CharField(
        "nature", max_length=16, choices=[(kind.value, kind.label) for kind in EntryKind]
    )
    amount = models.DecimalField("montant TTC", max_digits=10, decimal_places=2)
    vat_rate = models.DecimalField("taux de TVA", max_digits=4, decimal_places=3)
    order_reference = models.CharField("commande", max_length=20)
    due_position = models.PositiveSmallIntegerField("rang de l’échéance")
    channel = models.CharField(
        "moyen", max_length=12, choices=[(item.value, item.label) for item in Channel]
    )
    reference = models.CharField("référence", max_length=140, blank=True)
    attempt = models.ForeignKey(
        "shop.Attempt", on_delete=models.PROTECT, related_name="ledger_entries"
    )
    refund = models.ForeignKey(
        "shop.Refund", null=True, on_delete=models.PROTECT, related_name="ledger_entries"
    )
    dispute_id = models.CharField("litige", max_length=120, blank=True)
    moved_on = models.DateField("jour du mouvement", db_index=True)
    at = models.DateTimeField("instant", db_index=True)
    previous = models.CharField("empreinte précédente", max_length=64)
    sha256 = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "écriture du registre"
        verbose_name_plural = "écritures du registre"
        default_permissions = ("view",)
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(kind=EntryKind.PAYMENT.value),
                name="payment_is_entered_once",
            ),
            models.UniqueConstraint(fields=["kind", "refund"], name="refund_is_entered_once"),
            models.UniqueConstraint(
                fields=["kind", "dispute_id"],
                condition=~Q(dispute_id=""),
                name="dispute_is_entered_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=GAINS, amount__gte=Decimal(0))
                | (~Q(kind__in=GAINS) & Q(amount__lte=Decimal(0))),
                name="ledger_amount_has_the_sign_of_its_kind",
            ),
            models.CheckConstraint(
                condition=(Q(kind__in=OF_DISPUTES) & ~Q(dispute_id=""))
                | (~Q(kind__in=OF_DISPUTES) & Q(dispute_id="")),
                name="ledger_dispute_names_its_dispute",
            ),
        ]

    def __str__(self) -> str:
        return f"Écriture {self.number} : {self.amount} € ({self.get_kind_display()})"

    @property
    def facts(self) -> EntryFacts:
        return EntryFacts(**{field.name: getattr(self, field.name) for field in fields(EntryFacts)})

    @property
    def link(self) -> Link:
        return Link(self.facts, self.previous, self.sha256)


class LedgerClosing(AppendOnly):
    """A period that is over, its totals and those since the first entry ever (law.md I-11)."""

    number = models.PositiveBigIntegerField("numéro", unique=True)
    period = models.CharField(
        "période", max_length=5, choices=[(kind.value, kind.label) for kind in PeriodKind]
    )
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    first_entry = models.PositiveBigIntegerField("première écriture")
    last_entry = models.PositiveBigIntegerField("dernière écriture")
    entry_sha256 = models.CharField("empreinte de la dernière écriture", max_length=64)
    payments = models.DecimalField("paiements", max_digits=14, decimal_places=2)
    refunds = models.DecimalField("remboursements", max_digits=14, decimal_places=2)
    by_rate = models.JSONField("par taux de TVA")
    cumulative_payments = models.DecimalField(
        "paiements depuis l’origine", max_digits=14, decimal_places=2
    )
    cumulative_refunds = models.DecimalField(
        "remboursements depuis l’origine", max_digits=14, decimal_places=2
    )
    closed_at = models.DateTimeField("clôturée le")
    previous = models.CharField("empreinte précédente", max_length=64)
    sha256 = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "clôture du registre"
        verbose_name_plural = "clôtures du registre"
        default_permissions = ("view",)
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "starts_on"], name="ledger_period_is_closed_once"
            )
        ]

    def __str__(self) -> str:
        return f"Clôture {self.number} : {self.get_period_display()} du {self.starts_on:%d/%m/%Y}"

    @property
    def movement(self) -> Movement:
        return Movement(self.payments, self.refunds)

    @property
    def cumulative(self) -> Movement:
        return Movement(self.cumulative_payments, self.cumulative_refunds)

    @property
    def closed_period(self) -> Period:
        return Period(PeriodKind(self.period), self.starts_on, self.ends_on)

    @property
    def facts(self) -> ClosingFacts:
        return ClosingFacts(
            **{field.name: getattr(self, field.name) for field in fields(ClosingFacts)}
        )

    @property
    def link(self) -> ClosingLink:
        return ClosingLink(self.facts, self.previous, self.sha256)
