"""What somebody complains of, what was said since, and the notice of mediation. Nothing deletes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse

from base.append_only import AppendOnly, AppendOnlyQuerySet
from base.civil_dates import paris_date
from documents.issued import IssuedDocument
from shop.complaints.content import NoticeContent, from_json
from shop.complaints.rules import Capacity, Cause, ComplaintState, Topic, kept_until
from shop.orders.rules import new_token
from shop.withdrawal.models import DeclarationChannel
from shop.withdrawal.wording import paris_day, paris_moment

NOTICE_KIND = "mediation_notice"
TEXT_LENGTH = 5000
REFERENCE_LENGTH = 120


class Said(AppendOnly):
    """Words that reached us: ``sent_at`` is when they left, a postmark only tells the day."""

    channel = models.CharField(
        "canal", max_length=10, choices=DeclarationChannel, default=DeclarationChannel.ONLINE
    )
    text = models.TextField("texte", max_length=TEXT_LENGTH)
    sent_at = models.DateTimeField("envoyée le")
    received_at = models.DateTimeField("reçue le")
    recorded_at = models.DateTimeField("enregistrée le")
    recorded_by = models.CharField("enregistrée par", max_length=200, blank=True)
    # Names what was sent, from which form: the same sending twice is one row.
    form_key = models.CharField("clé du formulaire", max_length=64, unique=True)

    class Meta:
        abstract = True

    @property
    def is_written(self) -> bool:
        return self.channel != DeclarationChannel.PHONE

    @property
    def sent(self) -> str:
        return self._told(self.sent_at)

    @property
    def received(self) -> str:
        return self._told(self.received_at)

    def _told(self, instant: datetime) -> str:
        """To the second when our server saw it."""
        is_online = self.channel == DeclarationChannel.ONLINE
        return paris_moment(instant) if is_online else paris_day(instant)


class ComplaintQuerySet(AppendOnlyQuerySet):
    def waiting(self) -> ComplaintQuerySet:
        """For an answer, the most pressing first."""
        return self.filter(state=ComplaintState.OPEN.value).order_by("answer_due_on", "pk")

    def overdue(self, today: date) -> ComplaintQuerySet:
        return self.waiting().filter(answer_due_on__lt=today)

    def without_notice(self, today: date) -> ComplaintQuerySet:
        """Of consumers who are to be told of the mediator, see ``rules.notice_cause``."""
        unsettled = Q(state=ComplaintState.REJECTED.value) | Q(
            state=ComplaintState.OPEN.value, unresolved_from__lte=today
        )
        consumers = self.filter(capacity=Capacity.CONSUMER.value, notice__isnull=True)
        return consumers.filter(unsettled).order_by("received_at", "pk")

    def of_order(self, order: Any) -> ComplaintQuerySet:
        """Those that its buyer may read: their own, not that of somebody else about the order."""
        own = Q(email="") | Q(email__iexact=order.email)
        return self.filter(own, order=order).select_related("notice").order_by("received_at", "pk")


class Complaint(Said):
    """As it was first made. ``answer_due_on`` was promised; from ``unresolved_from`` on, a consumer
    who has no answer is told of the mediator."""

    changing_fields = ("state", "answer_due_on", "capacity", "order", "proposal")

    token = models.CharField("jeton", max_length=64, unique=True, default=new_token)
    number = models.CharField("numéro", max_length=20, unique=True)
    year = models.PositiveSmallIntegerField("année")
    sequence = models.PositiveIntegerField("rang")
    state = models.CharField(
        "état",
        max_length=10,
        choices=[(state.value, state.label) for state in ComplaintState],
        default=ComplaintState.OPEN.value,
    )
    name = models.CharField("nom et prénom", max_length=200)
    email = models.EmailField("adresse e-mail", blank=True)
    capacity = models.CharField(
        "qualité",
        max_length=12,
        choices=[(capacity.value, capacity.label) for capacity in Capacity],
    )
    reference = models.CharField("référence indiquée", max_length=REFERENCE_LENGTH, blank=True)
    topic = models.CharField(
        "porte sur", max_length=15, choices=[(topic.value, topic.label) for topic in Topic]
    )
    answer_due_on = models.DateField("réponse attendue le")
    unresolved_from = models.DateField("sans solution à partir du")
    order = models.ForeignKey(
        "shop.Order",
        verbose_name="commande",
        null=True,
        on_delete=models.PROTECT,
        related_name="complaints",
    )
    proposal = models.ForeignKey(
        "shop.Proposal",
        verbose_name="proposition",
        null=True,
        on_delete=models.PROTECT,
        related_name="complaints",
    )

    objects: ClassVar[Any] = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = "réclamation"
        verbose_name_plural = "réclamations"
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("answer_complaint", "Peut enregistrer une réclamation, la rattacher et y répondre"),
        ]
        ordering: ClassVar = ["-received_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(received_at__gte=models.F("sent_at")),
                name="complaint_received_after_sent",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ComplaintState]),
                name="complaint_state_known",
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=True, proposal__isnull=True)
                | Q(proposal__isnull=True, capacity=Capacity.CONSUMER.value)
                | Q(order__isnull=True, capacity=Capacity.PROFESSIONAL.value),
                name="complaint_contract_fits_its_capacity",
            ),
            models.UniqueConstraint(
                fields=["year", "sequence"], name="complaint_place_is_used_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "answer_due_on"])]

    def __str__(self) -> str:
        return f"Réclamation {self.number}"

    def get_absolute_url(self) -> str:
        """Where whoever received the acknowledgement follows it."""
        return reverse("complaint", args=[self.token])

    @property
    def is_open(self) -> bool:
        return self.state == ComplaintState.OPEN

    @property
    def is_consumer(self) -> bool:
        return self.capacity == Capacity.CONSUMER

    @property
    def contract(self) -> Any:
        """The order or the proposal that it concerns, None while nobody knows."""
        return self.order or self.proposal

    @property
    def contract_reference(self) -> str:
        return self.contract.payment_reference if self.contract else ""

    @property
    def address(self) -> str:
        """Where its answers go: its own address, or that of its contract; empty when by post."""
        return self.email or (self.contract.email if self.contract else "")

    @property
    def known_notice(self) -> MediationNotice | None:
        found: MediationNotice | None = getattr(self, "notice", None)
        return found

    @property
    def kept_until(self) -> date:
        """``messages`` and ``answers`` are to be loaded by whoever lists many."""
        acts = [paris_date(self.received_at)]
        acts += [paris_date(message.recorded_at) for message in self.messages.all()]
        acts += [paris_date(answer.answered_at) for answer in self.answers.all()]
        return kept_until(max(acts))


class ComplaintMessage(Said):
    """What its author added; it opens the complaint again."""

    complaint = models.ForeignKey(
        Complaint, verbose_name="réclamation", on_delete=models.PROTECT, related_name="messages"
    )

    class Meta:
        verbose_name = "message d’une réclamation"
        verbose_name_plural = "messages des réclamations"
        default_permissions = ()
        ordering: ClassVar = ["recorded_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(received_at__gte=models.F("sent_at")),
                name="complaint_message_received_after_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint}, message reçu {self.received}"


class ComplaintAnswer(AppendOnly):
    """What LEXOM answered; without an ``outcome`` it only tells how far things are."""

    complaint = models.ForeignKey(
        Complaint, verbose_name="réclamation", on_delete=models.PROTECT, related_name="answers"
    )
    outcome = models.CharField(
        "suite",
        max_length=10,
        blank=True,
        choices=[(state.value, state.label) for state in ComplaintState],
    )
    text = models.TextField("réponse", max_length=TEXT_LENGTH)
    by_post = models.BooleanField("envoyée par courrier", default=False)
    answered_at = models.DateTimeField("répondue le")
    answered_by = models.CharField("répondue par", max_length=200)
    form_key = models.CharField("clé du formulaire", max_length=64, unique=True)

    class Meta:
        verbose_name = "réponse à une réclamation"
        verbose_name_plural = "réponses aux réclamations"
        default_permissions = ()
        ordering: ClassVar = ["answered_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(outcome=ComplaintState.OPEN.value), name="complaint_answer_decides"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint}, réponse {paris_day(self.answered_at)}"

    @property
    def outcome_label(self) -> str:
        return ComplaintState(self.outcome).label if self.outcome else "réponse d’attente"


class MediationNotice(AppendOnly):
    """The mediator's facts and the last day, told once to a consumer (C. conso L616-1, law.md M-02).

    ``posted_on`` is for who has no e-mail address, or whose mail came back.
    """

    changing_fields = ("posted_on", "posted_by")

    complaint = models.OneToOneField(
        Complaint, verbose_name="réclamation", on_delete=models.PROTECT, related_name="notice"
    )
    cause = models.CharField(
        "motif", max_length=10, choices=[(cause.value, cause.label) for cause in Cause]
    )
    issued_on = models.DateField("établi le")
    issued_at = models.DateTimeField("établi à")
    last_day = models.DateField("dernier jour pour saisir le médiateur")
    content = models.JSONField("contenu", encoder=DjangoJSONEncoder)
    issued_by = models.CharField("établi par", max_length=200)
    posted_on = models.DateField("posté le", null=True)
    posted_by = models.CharField("posté par", max_length=200, blank=True)

    class Meta:
        verbose_name = "avis de médiation"
        verbose_name_plural = "avis de médiation"
        default_permissions = ()
        ordering: ClassVar = ["issued_at", "pk"]

    def __str__(self) -> str:
        return f"Avis de médiation, réclamation {self.complaint.number}"

    @property
    def facts(self) -> NoticeContent:
        return from_json(self.content)

    @property
    def document(self) -> IssuedDocument | None:
        found: IssuedDocument | None = IssuedDocument.objects.filter(
            kind=NOTICE_KIND, number=self.complaint.number
        ).first()
        return found


class AnswerTemplate(models.Model):
    """A text from which staff begin an answer."""

    title = models.CharField("titre", max_length=100, unique=True)
    text = models.TextField(
        "texte",
        max_length=TEXT_LENGTH,
        help_text="Repris dans la réponse, où il se corrige. {nom}, {numero}, {date} et {contrat} y "
        "sont remplacés par ce qui est connu de la réclamation.",
    )

    class Meta:
        verbose_name = "modèle de réponse"
        verbose_name_plural = "modèles de réponse"
        ordering: ClassVar = ["title"]

    def __str__(self) -> str:
        return self.title
