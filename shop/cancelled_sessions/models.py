"""A session that LEXOM cancelled, and what was offered to each contract that was on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from base.append_only import AppendOnly, AppendOnlyQuerySet
from shop.cancelled_sessions.rules import Cause, OfferState, answers_until
from shop.orders.models import Order
from shop.orders.rules import new_token
from shop.payments.models import Contract, of_one_contract

MOST_TEXT = 1000


class SessionCancellationQuerySet(AppendOnlyQuerySet):
    def with_answers(self) -> SessionCancellationQuerySet:
        """With ``total`` offers, those still ``waiting`` and the ``next_day`` among their last days."""
        open_ones = Q(offers__state=OfferState.OPEN.value)
        return self.select_related("session__course", "session__venue").annotate(
            total=Count("offers"),
            waiting=Count("offers", filter=open_ones),
            next_day=Min("offers__last_day", filter=open_ones),
        )


class SessionCancellation(AppendOnly):
    """``told`` is what the clients read besides the cause; ``last_day`` the last one to answer."""

    session = models.OneToOneField(
        "courses.CourseSession",
        verbose_name="session",
        on_delete=models.PROTECT,
        related_name="cancellation",
    )
    cause = models.CharField(
        "motif", max_length=12, choices=[(cause.value, cause.label) for cause in Cause]
    )
    told = models.TextField("précision donnée aux clients", max_length=MOST_TEXT, blank=True)
    alternatives = models.ManyToManyField(
        "courses.CourseSession", verbose_name="sessions proposées", related_name="+"
    )
    last_day = models.DateField("réponse jusqu’au")
    cancelled_at = models.DateTimeField("annulée le")
    cancelled_by = models.CharField("annulée par", max_length=200)

    objects: ClassVar[Any] = SessionCancellationQuerySet.as_manager()

    class Meta:
        verbose_name = "session annulée"
        verbose_name_plural = "sessions annulées"
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("cancel_session", "Peut annuler une session et répondre pour un client"),
        ]
        ordering: ClassVar = ["-cancelled_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(cause__in=[cause.value for cause in Cause]),
                name="session_cancellation_cause_known",
            ),
        ]

    def __str__(self) -> str:
        return f"Annulation – {self.session}"

    @property
    def cancelled_on(self) -> date:
        return timezone.localdate(self.cancelled_at)

    @property
    def why(self) -> str:
        """What the clients read, without its full stop."""
        return Cause(self.cause).sentence


class SessionOfferQuerySet(AppendOnlyQuerySet):
    def waiting(self) -> SessionOfferQuerySet:
        return self.filter(state=OfferState.OPEN.value)

    def refunded(self) -> SessionOfferQuerySet:
        return self.filter(state=OfferState.REFUNDED.value)


class SessionOffer(AppendOnly):
    """What a client of a cancelled session may choose: its money, or another session."""

    changing_fields = (
        "state", "answered_at", "answered_by", "note", "chosen", "refund_due_by", "reminded_at",
    )  # fmt: skip

    cancellation = models.ForeignKey(
        SessionCancellation,
        verbose_name="annulation",
        on_delete=models.PROTECT,
        related_name="offers",
    )
    order = models.ForeignKey(
        "shop.Order", null=True, on_delete=models.PROTECT, related_name="session_offers"
    )
    proposal = models.ForeignKey(
        "shop.Proposal", null=True, on_delete=models.PROTECT, related_name="session_offers"
    )
    token = models.CharField("jeton", max_length=64, unique=True, default=new_token)
    last_day = models.DateField("réponse jusqu’au")
    created_at = models.DateTimeField("faite le")
    reminded_at = models.DateTimeField("rappelée le", null=True)
    state = models.CharField(
        "réponse",
        max_length=10,
        choices=[(state.value, state.label) for state in OfferState],
        default=OfferState.OPEN.value,
    )
    answered_at = models.DateTimeField("répondue le", null=True)
    answered_by = models.CharField("répondue par", max_length=200, blank=True)
    note = models.CharField("note de l’équipe", max_length=300, blank=True)
    chosen = models.ForeignKey(
        "courses.CourseSession",
        verbose_name="session choisie",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    refund_due_by = models.DateField("remboursement au plus tard le", null=True)

    objects: ClassVar[Any] = SessionOfferQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition après annulation"
        verbose_name_plural = "propositions après annulation"
        default_permissions = ()
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["state", "last_day"])]
        constraints: ClassVar = [
            of_one_contract("session_offer_has_one_contract"),
            models.UniqueConstraint(
                fields=["cancellation", "order"], name="session_offer_once_per_order"
            ),
            models.UniqueConstraint(
                fields=["cancellation", "proposal"], name="session_offer_once_per_proposal"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in OfferState]),
                name="session_offer_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.OPEN.value, answered_at__isnull=True)
                | (~Q(state=OfferState.OPEN.value) & Q(answered_at__isnull=False)),
                name="session_offer_answer_has_its_instant",
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.MOVED.value, chosen__isnull=False)
                | (~Q(state=OfferState.MOVED.value) & Q(chosen__isnull=True)),
                name="session_offer_move_has_its_session",
            ),
            models.CheckConstraint(
                condition=~Q(state=OfferState.REFUNDED.value) | Q(refund_due_by__isnull=False),
                name="session_offer_refund_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} – {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("session_offer", args=[self.token])

    @property
    def url(self) -> str:
        return settings.SITE_URL.rstrip("/") + self.get_absolute_url()

    @property
    def contract(self) -> Contract:
        found = self.order or self.proposal
        assert found is not None  # noqa: S101  the constraint of the table
        return found

    @property
    def is_consumer(self) -> bool:
        return self.order_id is not None

    @property
    def seats(self) -> int:
        return self.proposal.seats_wanted if self.proposal else 1

    @property
    def is_open(self) -> bool:
        return self.state == OfferState.OPEN

    def may_be_answered(self, now: datetime) -> bool:
        return self.is_open and now < answers_until(self.last_day)

    @property
    def is_moot(self) -> bool:
        """The contract ended or changed session otherwise: reads ``contract`` and ``cancellation``."""
        contract = self.contract
        ended = not contract.is_active if isinstance(contract, Order) else contract.ended_at
        return bool(ended) or contract.session_id != self.cancellation.session_id
