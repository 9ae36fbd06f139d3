from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Round
from django.urls import reverse
from django.utils import timezone

from base.append_only import AppendOnly, AppendOnlyQuerySet
from base.money import round_cents
from base.typography import euros
from shop.payments.bank.rules import LineState, Received, line_state
from shop.payments.bank.statements import (
    EURO,
    LONGEST_NAME,
    LONGEST_REFERENCE,
    LONGEST_TEXT,
    Ignored,
    StatementFormat,
)

NOTHING = Decimal("0.00")


class BankStatement(AppendOnly):
    """A file as the bank gave it; its bytes are kept, named by their SHA-256."""

    sha256 = models.CharField("empreinte", max_length=64, unique=True)
    name = models.CharField("fichier", max_length=200)
    format = models.CharField(
        "format", max_length=4, choices=[(item.value, item.label) for item in StatementFormat]
    )
    account = models.CharField("compte", max_length=34, blank=True)
    imported_by = models.CharField("importé par", max_length=200)
    imported_at = models.DateTimeField("importé le")
    line_count = models.PositiveIntegerField("virements importés")
    known_count = models.PositiveIntegerField("virements déjà connus")
    # What ``Ignored`` counts, by name.
    ignored = models.JSONField("laissé de côté", default=dict)

    class Meta:
        verbose_name = "relevé bancaire"
        verbose_name_plural = "relevés bancaires"
        default_permissions = ()
        ordering: ClassVar = ["-imported_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name}, importé le {timezone.localtime(self.imported_at):%d/%m/%Y}"

    @property
    def left_out(self) -> list[str]:
        return Ignored(**self.ignored).sentences


class BankLineQuerySet(AppendOnlyQuerySet):
    def with_sums(self) -> BankLineQuerySet:
        """``allocated``, ``returned`` and ``settled``, their total, rounded: some databases add in binary."""
        return self.annotate(
            allocated=_sum_of(BankAllocation), returned=_sum_of(BankReturn)
        ).annotate(settled=Round(F("allocated") + F("returned"), precision=2))

    def in_states(self, states: list[LineState]) -> BankLineQuerySet:
        """Of lines ``with_sums``: the same cases as ``line_state``."""
        wanted = Q()
        for state in states:
            wanted |= _CASES[state]
        return self.filter(wanted)

    def unsettled(self) -> BankLineQuerySet:
        """What waits for a person."""
        return self.with_sums().in_states([LineState.TO_MATCH, LineState.WAITING])


_STANDING = Q(set_aside_at__isnull=True)
_CASES = {
    LineState.TO_MATCH: _STANDING & Q(settled=0),
    LineState.WAITING: _STANDING & Q(settled__gt=0, settled__lt=F("amount")),
    LineState.MATCHED: _STANDING & Q(settled__gte=F("amount"), returned=0),
    LineState.RETURNED: _STANDING & Q(settled__gte=F("amount"), returned__gt=0),
    LineState.SET_ASIDE: ~_STANDING,
}


def _sum_of(model: type[BankAllocation | BankReturn]) -> Coalesce:
    rows = model.objects.filter(line=OuterRef("pk")).order_by().values("line")
    total = Subquery(rows.annotate(total=Round(Sum("amount"), precision=2)).values("total"))
    return Coalesce(total, NOTHING, output_field=models.DecimalField())


class BankLine(AppendOnly):
    """Money that arrived on our account, as the bank tells it.

    What it pays is in its allocations, what was sent back in its returns: never in the line.
    """

    changing_fields: ClassVar[tuple[str, ...]] = ("set_aside_at", "set_aside_reason")

    statement = models.ForeignKey(
        BankStatement, verbose_name="relevé", on_delete=models.PROTECT, related_name="lines"
    )
    place = models.PositiveIntegerField("ligne du fichier")
    booked_on = models.DateField("comptabilisé le")
    value_on = models.DateField("date de valeur", null=True, blank=True)
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    currency = models.CharField("devise", max_length=3, default=EURO)
    payer = models.CharField("donneur d’ordre", max_length=LONGEST_NAME, blank=True)
    payer_iban = models.CharField("compte débité", max_length=34, blank=True)
    text = models.CharField("libellé", max_length=LONGEST_TEXT, blank=True)
    end_to_end = models.CharField(
        "référence du donneur d’ordre", max_length=LONGEST_REFERENCE, blank=True
    )
    bank_reference = models.CharField(
        "référence de la banque", max_length=LONGEST_REFERENCE, blank=True
    )
    is_reversal = models.BooleanField("annule un de nos virements", default=False)
    # Of its facts and of its rank among those that are alike: one transfer is imported once.
    fingerprint = models.CharField("empreinte", max_length=64, unique=True)
    set_aside_at = models.DateTimeField("écartée le", null=True, blank=True)
    set_aside_reason = models.CharField("motif", max_length=300, blank=True)

    objects: ClassVar[Any] = BankLineQuerySet.as_manager()

    class Meta:
        verbose_name = "virement reçu"
        verbose_name_plural = "virements reçus"
        default_permissions = ()
        ordering: ClassVar = ["-booked_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["booked_on"])]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=NOTHING), name="bank_line_is_positive"),
            models.CheckConstraint(
                condition=Q(set_aside_at__isnull=True) | ~Q(set_aside_reason=""),
                name="bank_line_aside_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        who = self.payer or self.text[:60] or "virement"
        return f"{self.shown_amount} du {self.booked_on:%d/%m/%Y}, {who}"

    def get_absolute_url(self) -> str:
        return reverse("bank_line:inspect", args=[self.pk])

    @property
    def shown_amount(self) -> str:
        return euros(self.amount) if self.is_in_euros else f"{self.amount} {self.currency}"

    @property
    def is_in_euros(self) -> bool:
        return bool(self.currency == EURO)

    @property
    def searched(self) -> str:
        return " ".join(filter(None, (self.text, self.end_to_end, self.bank_reference)))

    @property
    def quoted(self) -> str:
        """The reference under which an attempt remembers it, never empty."""
        found = self.bank_reference or self.end_to_end or self.text or f"relevé, ligne {self.place}"
        return found[:LONGEST_REFERENCE]

    @property
    def remainder(self) -> Decimal:
        """Neither allocated nor sent back yet. The line comes from ``with_sums``."""
        left: Decimal = round_cents(self.amount - self.settled)  # type: ignore[attr-defined]  # see with_sums
        return left

    @property
    def state(self) -> LineState:
        """The line comes from ``with_sums``."""
        return line_state(
            amount=self.amount,
            allocated=round_cents(self.allocated),  # type: ignore[attr-defined]  # see with_sums
            returned=round_cents(self.returned),  # type: ignore[attr-defined]  # see with_sums
            is_set_aside=self.set_aside_at is not None,
        )

    @property
    def left_to_match(self) -> Received:
        """The line comes from ``with_sums``."""
        return Received(
            amount=self.remainder,
            received_on=self.booked_on,
            searched=self.searched,
            payer=self.payer,
            payer_iban=self.payer_iban,
            currency=self.currency,
            is_reversal=self.is_reversal,
        )


class BankAllocation(AppendOnly):
    """So much of a line is this payment."""

    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="allocations")
    attempt = models.OneToOneField(
        "shop.Attempt", on_delete=models.PROTECT, related_name="bank_allocation"
    )
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    actor = models.CharField("affecté par", max_length=200)
    at = models.DateTimeField("affecté le")

    class Meta:
        verbose_name = "affectation"
        verbose_name_plural = "affectations"
        default_permissions = ()
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=NOTHING), name="bank_allocation_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{euros(self.amount)} de la ligne {self.line_id}"


class BankReturn(AppendOnly):
    """So much of a line was sent back to whoever paid it, by the bank's own pages."""

    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="returns")
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    sent_on = models.DateField("parti le")
    reference = models.CharField("référence du virement", max_length=LONGEST_REFERENCE)
    reason = models.CharField("motif", max_length=300)
    actor = models.CharField("noté par", max_length=200)
    at = models.DateTimeField("noté le")

    class Meta:
        verbose_name = "virement rendu"
        verbose_name_plural = "virements rendus"
        default_permissions = ()
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=NOTHING), name="bank_return_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{euros(self.amount)} rendus, {self.reference}"
