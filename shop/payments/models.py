from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, TypeAlias

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from courses.sessions.rules import SessionState
from shop.orders.models import Order
from shop.orders.rules import OrderState
from shop.payments.rules import (
    LIVE_STATES,
    NOTICE_DAYS,
    OPEN_DISPUTES,
    REMINDER_DAYS,
    AttemptState,
    Channel,
    CustomerTask,
    announced_day,
    card_expiry,
)
from shop.pricing.rules import DueKind
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState

# What obliges somebody to pay.
Contract: TypeAlias = Order | Proposal
# A completed course may still be owed for.
OWING_STATES = (OrderState.ACTIVE.value, OrderState.COMPLETED.value)


def of_one_contract(name: str) -> models.CheckConstraint:
    """Of an order or of a signed proposal, never of both."""
    return models.CheckConstraint(
        condition=Q(order__isnull=False, proposal__isnull=True)
        | Q(order__isnull=True, proposal__isnull=False),
        name=name,
    )


class StripeCustomer(models.Model):
    """One per contract: never looked up by e-mail, which two people may share."""

    order = models.OneToOneField(
        "shop.Order", null=True, on_delete=models.PROTECT, related_name="stripe_customer"
    )
    proposal = models.OneToOneField(
        "shop.Proposal", null=True, on_delete=models.PROTECT, related_name="stripe_customer"
    )
    stripe_id = models.CharField("identifiant Stripe", max_length=80, unique=True)

    class Meta:
        verbose_name = "client Stripe"
        verbose_name_plural = "clients Stripe"
        constraints: ClassVar = [of_one_contract("stripe_customer_has_one_contract")]

    def __str__(self) -> str:
        return self.stripe_id


def of_contract(contract: Contract, prefix: str = "") -> dict[str, Contract]:
    """The filter that keeps what belongs to it, through the relations of ``prefix`` (« due__ »)."""
    return {f"{prefix}{contract._meta.model_name}": contract}


class MandateState(models.TextChoices):
    PENDING = "pending", "page de carte ouverte"
    ACTIVE = "active", "carte enregistrée"
    FAILED = "failed", "refusée"
    EXPIRED = "expired", "page expirée"
    REVOKED = "revoked", "retirée"


class PaymentMandate(models.Model):
    """A card that the customer let us debit; the exact wording and the proof of the agreement."""

    order = models.ForeignKey("shop.Order", on_delete=models.PROTECT, related_name="mandates")
    number = models.PositiveSmallIntegerField("rang")
    state = models.CharField(
        "état", max_length=10, choices=MandateState, default=MandateState.PENDING
    )
    text = models.TextField("texte accepté")
    text_sha256 = models.CharField("empreinte du texte", max_length=64)
    accepted_at = models.DateTimeField("accepté le")
    ip = models.GenericIPAddressField("adresse IP", null=True)
    user_agent = models.CharField("navigateur", max_length=300, blank=True)
    session_id = models.CharField("page Stripe", max_length=120, unique=True, null=True)  # noqa: DJ001  unique when known
    session_url = models.TextField("adresse de la page", blank=True)
    setup_intent_id = models.CharField("SetupIntent", max_length=120, unique=True, null=True)  # noqa: DJ001  same
    payment_method_id = models.CharField("moyen de paiement", max_length=120, blank=True)
    brand = models.CharField("réseau", max_length=20, blank=True)
    last4 = models.CharField("quatre derniers chiffres", max_length=4, blank=True)
    exp_month = models.PositiveSmallIntegerField("mois d’expiration", null=True, blank=True)
    exp_year = models.PositiveSmallIntegerField("année d’expiration", null=True, blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    detach_due = models.BooleanField("à détacher chez Stripe", default=False)
    renewal_asked_at = models.DateTimeField("nouvelle carte demandée le", null=True, blank=True)

    class Meta:
        verbose_name = "autorisation de prélèvement"
        verbose_name_plural = "autorisations de prélèvement"
        ordering: ClassVar = ["order", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "number"], name="mandate_number_is_unique"),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state=MandateState.ACTIVE.value),
                name="one_active_mandate_per_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand.title()} •••• {self.last4}" if self.last4 else self.get_state_display()

    @property
    def expires_on(self) -> date | None:
        """Last day of the card; None when Stripe did not tell."""
        if self.exp_month is None or self.exp_year is None:
            return None
        return card_expiry(self.exp_month, self.exp_year)


class DueQuerySet(models.QuerySet["Due"]):
    def of(self, contract: Contract) -> DueQuerySet:
        return self.filter(**of_contract(contract))

    def of_price(self) -> DueQuerySet:
        """Without the penalties, which have an invoice of their own."""
        return self.exclude(kind=DueKind.PENALTY.value)

    def unpaid(self) -> DueQuerySet:
        """Neither paid nor given up: money may still be asked for one day."""
        paid = Attempt.objects.filter(due=OuterRef("pk"), state=AttemptState.SUCCEEDED)
        return self.filter(~Exists(paid), stopped_at__isnull=True)

    def owed(self) -> DueQuerySet:
        """Nothing keeps us from asking for it when its day comes: no pause, no withdrawal to decide."""
        # Of this due alone: a list of all that is frozen reads every order, once for each charge.
        frozen = Due.objects.filter(
            pk=OuterRef("pk"), order__freezes__isnull=False, order__freezes__lifted_at__isnull=True
        )
        owing = Q(order__state__in=OWING_STATES, order__charging_stopped_at__isnull=True)
        # A session that does not take place: the client chooses first what becomes of the contract.
        cancelled = SessionState.CANCELLED.value
        takes_place = ~Q(order__session__state=cancelled) & ~Q(proposal__session__state=cancelled)
        # A balance is owed for a training that takes place: a signature alone binds to the deposit.
        held = Exists(Proposal.objects.held().filter(pk=OuterRef("proposal")))
        deposit = Q(
            proposal__state=ProposalState.SIGNED.value,
            proposal__ended_at__isnull=True,
            kind=DueKind.DEPOSIT.value,
        )
        whatever_happens = Q(kind__in=(DueKind.INDEMNITY.value, DueKind.PENALTY.value))
        owing = (owing | deposit | Q(held)) & takes_place | whatever_happens
        return self.unpaid().filter(~Exists(frozen), owing)

    def payable(self, now: datetime) -> DueQuerySet:
        """The customer may pay it now, by whatever means."""
        return self.owed().filter(not_before__lte=now)

    def collectable(self, now: datetime) -> DueQuerySet:
        """It is for us to ask, and nobody has to do anything first."""
        ready = Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)
        return self.payable(now).filter(ready, asks_staff="", asks_customer="")

    def unanswered(self, now: datetime) -> DueQuerySet:
        """The customer was asked and does nothing, nobody of ours has it in hand."""
        waiting = Q(channel=Channel.OFF_SESSION, state=AttemptState.NEEDS_CUSTOMER)
        under_way = Attempt.objects.filter(due=OuterRef("pk"), state__in=LIVE_STATES)
        return (
            self.payable(now)
            .filter(~Exists(under_way.exclude(waiting)))
            .filter(reminding_stopped_at__isnull=True, asks_staff="")
            .exclude(asks_customer="")
        )


class Due(models.Model):
    """An amount to be paid. Whether it is paid is computed from its attempts and their refunds."""

    order = models.ForeignKey(
        "shop.Order", null=True, on_delete=models.PROTECT, related_name="dues"
    )
    proposal = models.ForeignKey(
        "shop.Proposal", null=True, on_delete=models.PROTECT, related_name="dues"
    )
    kind = models.CharField(
        "nature", max_length=10, choices=[(kind.value, kind.label) for kind in DueKind]
    )
    # The invoice for late payment that asks for it; every other due is of the contract's own price.
    invoice = models.ForeignKey(
        "shop.Invoice", null=True, on_delete=models.PROTECT, related_name="dues"
    )
    position = models.PositiveSmallIntegerField("rang")
    amount = models.DecimalField("montant TTC", max_digits=10, decimal_places=2)
    due_on = models.DateField("exigible le")
    # Null until a consumer's withdrawal clock runs: nothing can be asked for (invariant I1).
    not_before = models.DateTimeField("pas avant", null=True, blank=True)
    next_try_at = models.DateTimeField("prochain essai", null=True, blank=True)
    # As the mandate promises: a later change of the setting does not shorten the notice.
    notice_days = models.PositiveSmallIntegerField("annonce, jours avant", default=NOTICE_DAYS)
    announced_at = models.DateTimeField("annoncée le", null=True, blank=True)
    stopped_at = models.DateTimeField("abandonnée le", null=True, blank=True)
    asks_customer = models.CharField(
        "attend du client",
        max_length=20,
        blank=True,
        choices=[(task.value, task.label) for task in CustomerTask],
    )
    # Of the request that waits: when it was made, and the reminders that followed it.
    asked_at = models.DateTimeField("demandé au client le", null=True, blank=True)
    reminders = models.PositiveSmallIntegerField("rappels envoyés", default=0)
    reminded_at = models.DateTimeField("dernier rappel le", null=True, blank=True)
    reminding_stopped_at = models.DateTimeField("rappels arrêtés le", null=True, blank=True)
    asks_staff = models.CharField("à traiter", max_length=300, blank=True)
    # Of a transfer that paid it: what a decision gives back, until staff note that it was sent.
    give_back = models.DecimalField(
        "à rendre par virement", max_digits=10, decimal_places=2, null=True
    )

    objects = DueQuerySet.as_manager()

    class Meta:
        verbose_name = "échéance"
        verbose_name_plural = "échéances"
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("settle_due", "Peut noter un virement et classer un point à traiter"),
            ("pause_due", "Peut suspendre et reprendre les prélèvements"),
        ]
        ordering: ClassVar = ["order", "position"]
        constraints: ClassVar = [
            of_one_contract("due_has_one_contract"),
            models.UniqueConstraint(fields=["order", "position"], name="due_position_is_unique"),
            models.UniqueConstraint(
                fields=["proposal", "position"], name="due_position_is_unique_to_a_proposal"
            ),
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="due_is_positive"),
            models.CheckConstraint(
                condition=Q(asks_customer="") | Q(asked_at__isnull=False),
                name="request_has_its_instant",
            ),
            models.CheckConstraint(
                condition=Q(kind=DueKind.PENALTY.value, invoice__isnull=False)
                | (~Q(kind=DueKind.PENALTY.value) & Q(invoice__isnull=True)),
                name="penalty_has_its_invoice",
            ),
            models.CheckConstraint(
                condition=Q(reminders__lte=len(REMINDER_DAYS)), name="two_reminders_at_most"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["not_before", "next_try_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.position} – {self.contract.payment_reference}"

    @property
    def contract(self) -> Contract:
        found = self.order or self.proposal
        assert found is not None  # noqa: S101  the constraint of the table
        return found

    @property
    def label(self) -> str:
        kind = DueKind(self.kind)
        if kind == DueKind.INDEMNITY and self.order_id:
            return "Somme due après annulation"
        if kind != DueKind.BALANCE:
            return f"{kind.label[0].upper()}{kind.label[1:]}"
        if self.proposal_id:
            return "Solde"
        return f"Solde, versement {self.position - 1}"

    @property
    def charge_day(self) -> date | None:
        """First Paris day of a charge, its announcement included; None while nothing may be asked."""
        if self.not_before is None:
            return None
        first = timezone.localdate(self.not_before)
        if self.announced_at is None:
            return first
        return max(first, announced_day(timezone.localdate(self.announced_at), self.notice_days))

    @property
    def is_paid(self) -> bool:
        return self.attempts.filter(state=AttemptState.SUCCEEDED).exists()


class Attempt(models.Model):
    """One try at being paid; committed with its idempotency key before Stripe is called."""

    due = models.ForeignKey(Due, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField("rang")
    channel = models.CharField(
        "moyen", max_length=12, choices=[(item.value, item.label) for item in Channel]
    )
    state = models.CharField(
        "état",
        max_length=16,
        choices=[(item.value, item.label) for item in AttemptState],
        default=AttemptState.SENDING.value,
    )
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    # The authorisation used, or the one that the payment page asks for.
    mandate = models.ForeignKey(
        PaymentMandate, null=True, blank=True, on_delete=models.PROTECT, related_name="attempts"
    )
    idempotency_key = models.CharField("clé", max_length=120, unique=True)
    payment_method_id = models.CharField("moyen de paiement", max_length=120, blank=True)
    payment_intent_id = models.CharField("PaymentIntent", max_length=120, unique=True, null=True)  # noqa: DJ001  unique when known
    session_id = models.CharField("page Stripe", max_length=120, unique=True, null=True)  # noqa: DJ001  same
    session_url = models.TextField("adresse de la page", blank=True)
    charge_id = models.CharField("Charge", max_length=120, blank=True)
    code = models.CharField("code", max_length=80, blank=True)
    decline_code = models.CharField("motif de refus", max_length=80, blank=True)
    advice_code = models.CharField("conseil de la banque", max_length=80, blank=True)
    reference = models.CharField("référence bancaire", max_length=140, blank=True)
    dispute_id = models.CharField("litige", max_length=120, blank=True)
    dispute_state = models.CharField("état du litige", max_length=40, blank=True)
    disputed_at = models.DateTimeField("contesté le", null=True, blank=True)
    dispute_due_by = models.DateTimeField("répondre avant le", null=True, blank=True)
    created_at = models.DateTimeField("commencé le", default=timezone.now)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "tentative de paiement"
        verbose_name_plural = "tentatives de paiement"
        ordering: ClassVar = ["due", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["due", "number"], name="attempt_number_is_unique"),
            models.UniqueConstraint(
                fields=["due"],
                condition=Q(state__in=[state.value for state in LIVE_STATES]),
                name="one_live_attempt_per_due",
            ),
            models.UniqueConstraint(
                fields=["due"],
                condition=Q(state=AttemptState.SUCCEEDED.value),
                name="one_success_per_due",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in AttemptState]),
                name="attempt_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due}, tentative {self.number}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_STATES

    @property
    def is_disputed(self) -> bool:
        return self.dispute_state in OPEN_DISPUTES


class RefundState(models.TextChoices):
    SENDING = "sending", "en cours d’envoi"
    PENDING = "pending", "en cours chez la banque"
    SUCCEEDED = "succeeded", "remboursé"
    FAILED = "failed", "échoué"


class Refund(models.Model):
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="refunds")
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    state = models.CharField(
        "état", max_length=10, choices=RefundState, default=RefundState.SENDING
    )
    reason = models.CharField("motif", max_length=300)
    actor = models.CharField("décidé par", max_length=200)
    due_by = models.DateField("à faire avant le", null=True, blank=True)
    idempotency_key = models.CharField("clé", max_length=120, unique=True)
    stripe_id = models.CharField("identifiant Stripe", max_length=120, unique=True, null=True)  # noqa: DJ001  unique when known
    error = models.CharField("erreur", max_length=300, blank=True)
    created_at = models.DateTimeField("décidé le", default=timezone.now)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "remboursement"
        verbose_name_plural = "remboursements"
        default_permissions = ("view",)
        permissions: ClassVar = [("give_refund", "Peut rembourser un client")]
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="refund_is_positive"),
        ]

    def __str__(self) -> str:
        return f"Remboursement de {self.amount} € – {self.attempt.due.contract.payment_reference}"
