from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from base.append_only import AppendOnly, AppendOnlyQuerySet
from shop.withdrawal.wording import paris_day, paris_moment


class DeclarationChannel(models.TextChoices):
    ONLINE = "online", "en ligne"
    POST = "post", "par courrier"
    EMAIL = "email", "par e-mail"
    PHONE = "phone", "par téléphone"


class DeclarationQuerySet(AppendOnlyQuerySet):
    def undecided(self) -> DeclarationQuerySet:
        """Nothing was decided, or an order is still held back for it."""
        mine = {"declaration": models.OuterRef("pk")}
        decided = WithdrawalMatch.objects.filter(**mine, outcome__in=DECIDED)
        held = ChargeFreeze.objects.standing().filter(**mine)
        return self.filter(~models.Exists(decided) | models.Exists(held))


class WithdrawalDeclaration(AppendOnly):
    """What a consumer declared, word for word. Nothing ever deletes or corrects it (invariant I4).

    ``sent_at`` decides (C. conso L221-21); ``received_at`` starts the fourteen days of the refund.
    """

    name = models.CharField("nom et prénom", max_length=200)
    email = models.EmailField("adresse e-mail pour l’accusé de réception", blank=True)
    contract = models.TextField("contrat désigné")
    comment = models.TextField("commentaire facultatif", blank=True)
    channel = models.CharField(
        "canal", max_length=10, choices=DeclarationChannel, default=DeclarationChannel.ONLINE
    )
    sent_at = models.DateTimeField("envoyée le")
    received_at = models.DateTimeField("reçue le")
    recorded_by = models.CharField("enregistrée par", max_length=200, blank=True)
    ip = models.GenericIPAddressField("adresse IP", null=True, blank=True)
    # Names what was sent, from which form: the same sending twice is one declaration.
    form_key = models.CharField("clé du formulaire", max_length=64, unique=True)

    objects: ClassVar[Any] = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = "déclaration de rétractation"
        verbose_name_plural = "déclarations de rétractation"
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("record_withdrawaldeclaration", "Peut enregistrer une rétractation reçue"),
            ("decide_withdrawaldeclaration", "Peut décider de la suite d’une rétractation"),
        ]
        ordering: ClassVar = ["-received_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(received_at__gte=models.F("sent_at")),
                name="declaration_received_after_sent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.contract}"

    @property
    def is_online(self) -> bool:
        return self.channel == DeclarationChannel.ONLINE

    @property
    def sent(self) -> str:
        """To the second when our server saw it leave; a postmark only tells the day."""
        return paris_moment(self.sent_at) if self.is_online else paris_day(self.sent_at)

    @property
    def received(self) -> str:
        return paris_moment(self.received_at) if self.is_online else paris_day(self.received_at)


class MatchOutcome(models.TextChoices):
    ACCEPTED = "accepted", "rétractation prise en compte"
    LATE = "late", "reçue après le délai calculé"
    REFUSED = "refused", "écartée par une décision motivée"
    ALREADY = "already", "contrat déjà rétracté"


# A late declaration waits for staff, who may accept it (F-07).
DECIDED = (MatchOutcome.ACCEPTED, MatchOutcome.REFUSED, MatchOutcome.ALREADY)


class WithdrawalMatch(models.Model):
    """The order that a declaration ends, and whether it does: by the rule, or by staff."""

    declaration = models.ForeignKey(
        WithdrawalDeclaration, on_delete=models.PROTECT, related_name="matches"
    )
    order = models.ForeignKey(
        "shop.Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="withdrawals",
        help_text="Vide quand la déclaration ne désigne aucune commande.",
    )
    outcome = models.CharField("suite", max_length=10, choices=MatchOutcome)
    decided_by = models.CharField("décidée par", max_length=200)
    reason = models.TextField("motif", blank=True)
    decided_at = models.DateTimeField("décidée le")
    refund_due_by = models.DateField("remboursement avant le", null=True, blank=True)

    class Meta:
        verbose_name = "suite d’une rétractation"
        verbose_name_plural = "suites de rétractations"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["declaration", "order"], name="one_match_per_declaration_and_order"
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=False) | Q(outcome=MatchOutcome.REFUSED.value),
                name="only_a_refusal_has_no_order",
            ),
        ]

    def __str__(self) -> str:
        reference = self.order.reference if self.order else "aucune commande"
        return f"{reference} : {self.get_outcome_display()}"


class ChargeFreezeQuerySet(models.QuerySet["ChargeFreeze"]):
    def standing(self) -> ChargeFreezeQuerySet:
        return self.filter(lifted_at__isnull=True)


class ChargeFreeze(models.Model):
    """No charge of this order until staff have read a declaration that may concern it (F-10)."""

    order = models.ForeignKey("shop.Order", on_delete=models.PROTECT, related_name="freezes")
    declaration = models.ForeignKey(
        WithdrawalDeclaration, on_delete=models.PROTECT, related_name="freezes"
    )
    created_at = models.DateTimeField("gelée le")
    lifted_at = models.DateTimeField("levée le", null=True, blank=True)
    lifted_by = models.CharField("levée par", max_length=200, blank=True)

    objects = ChargeFreezeQuerySet.as_manager()

    class Meta:
        verbose_name = "gel de prélèvement"
        verbose_name_plural = "gels de prélèvement"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "declaration"], name="one_freeze_per_pair")
        ]

    def __str__(self) -> str:
        return f"Gel de {self.order.reference}"
