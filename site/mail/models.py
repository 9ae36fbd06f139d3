from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from base.append_only import AppendOnly, AppendOnlyQuerySet
from mail.rules import LONGEST_BACK_OFF, UNDELIVERED, WAITING, Attachment, Outcome, State

# A worker that has not finished by then is dead, or so slow that ``hand_over`` will stop it.
LONGEST_CLAIM = timedelta(minutes=10)
# A task that has not run by then is lost; before that, a second one would only fill the queue.
LONGEST_WAIT_IN_QUEUE = timedelta(minutes=10)


def long_from(field: str, now: datetime, wait: timedelta) -> models.Q:
    """Further away than ``wait``; in the future too, which only a corrected system clock explains."""
    return models.Q((f"{field}__lt", now - wait)) | models.Q((f"{field}__gt", now + wait))


class OutgoingMessageQuerySet(AppendOnlyQuerySet):
    def due(self, now: datetime) -> OutgoingMessageQuerySet:
        """A first attempt is due at once, even written by a clock that was ahead."""
        first = models.Q(state=State.QUEUED)
        later = models.Q(state__in=WAITING)
        reached = models.Q(next_attempt_at__lte=now)
        return self.filter(
            first | later & (reached | long_from("next_attempt_at", now, LONGEST_BACK_OFF))
        )

    def without_task(self, now: datetime) -> OutgoingMessageQuerySet:
        lost = long_from("enqueued_at", now, LONGEST_WAIT_IN_QUEUE)
        return self.filter(models.Q(enqueued_at__isnull=True) | lost)

    def left_by_a_dead_worker(self, now: datetime) -> OutgoingMessageQuerySet:
        untouched = models.Q(handed_at__isnull=True) | long_from("handed_at", now, LONGEST_CLAIM)
        claimed_long_ago = long_from("claimed_at", now, LONGEST_CLAIM)
        return self.filter(untouched, claimed_long_ago, state=State.SENDING)

    def undelivered(self) -> OutgoingMessageQuerySet:
        """Given up or returned, and not sent since to another address."""
        return self.filter(state__in=UNDELIVERED, successors__isnull=True)


class OutgoingMessage(AppendOnly):
    """A message as it was written when something happened; what was sent is shown years later.

    ``event_key`` names what happened: the same event tells the same person the same thing once.
    ``owner`` is the row that the message is about. ``accepted_at`` is the instant at which the mail
    server took charge of it (law.md W-03), and is empty again when the message comes back.
    """

    changing_fields = (
        "state", "attempts", "next_attempt_at", "enqueued_at", "claim", "claimed_at", "handed_at",
        "accepted_at", "last_error", "server_reply", "announced_at",
    )  # fmt: skip

    event_key = models.CharField("événement", max_length=120)
    template = models.CharField("modèle", max_length=80)
    recipient = models.CharField("destinataire", max_length=254)
    from_email = models.CharField("expéditeur", max_length=254)
    reply_to = models.CharField("répondre à", max_length=254, blank=True)
    subject = models.TextField("objet")
    text = models.TextField("texte")
    html = models.TextField("mise en forme")
    attachments = models.JSONField("pièces jointes", default=list, blank=True)
    owner_type = models.CharField("dossier", max_length=80, blank=True)
    owner_id = models.CharField("identifiant du dossier", max_length=40, blank=True)
    message_id = models.CharField("identifiant du message", max_length=200, unique=True)
    sha256 = models.CharField("empreinte", max_length=64)
    predecessor = models.ForeignKey(
        "self",
        verbose_name="remplace",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="successors",
    )
    queued_at = models.DateTimeField("écrit le", default=timezone.now)

    state = models.CharField(
        "état",
        max_length=10,
        choices=[(state.value, state.label) for state in State],
        default=State.QUEUED.value,
    )
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    next_attempt_at = models.DateTimeField("prochain essai", null=True, blank=True)
    enqueued_at = models.DateTimeField("mis en file le", null=True, blank=True)
    claim = models.UUIDField("prise en charge", null=True, blank=True)
    claimed_at = models.DateTimeField("pris en charge le", null=True, blank=True)
    handed_at = models.DateTimeField("dernier octet le", null=True, blank=True)
    accepted_at = models.DateTimeField("remis au serveur le", null=True, blank=True)
    last_error = models.CharField(
        "dernière difficulté",
        max_length=20,
        blank=True,
        choices=[(outcome.value, outcome.label) for outcome in Outcome],
    )
    server_reply = models.TextField("réponse du serveur", blank=True)
    announced_at = models.DateTimeField("suites données le", null=True, blank=True)

    objects: ClassVar[Any] = OutgoingMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message envoyé"
        verbose_name_plural = "messages envoyés"
        ordering: ClassVar = ["-queued_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event_key", "recipient", "template"], name="event_is_told_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.ACCEPTED.value, accepted_at__isnull=False)
                | (~models.Q(state=State.ACCEPTED.value) & models.Q(accepted_at__isnull=True)),
                name="accepted_message_has_its_instant",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "next_attempt_at"]),
            models.Index(fields=["owner_type", "owner_id"]),
        ]
        default_permissions = ("view",)
        permissions: ClassVar = [("resend_outgoingmessage", "Peut renvoyer un message")]

    def __str__(self) -> str:
        return f"{self.subject} – {self.recipient}"

    @property
    def attached_files(self) -> list[Attachment]:
        return [Attachment(**item) for item in self.attachments]

    def digest(self) -> str:
        """SHA-256 of everything that was written once, in canonical JSON."""
        facts = [
            self.event_key, self.template, self.recipient, self.from_email, self.reply_to,
            self.subject, self.text, self.html, self.attachments, self.owner_type, self.owner_id,
            self.message_id, self.predecessor_id, self.queued_at.astimezone(UTC).isoformat(),
        ]  # fmt: skip
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
        return sha256(text.encode()).hexdigest()


class DeliveryAttempt(AppendOnly):
    """One conversation with the mail server, or the return of the message afterwards."""

    message = models.ForeignKey(
        OutgoingMessage,
        verbose_name="message",
        on_delete=models.PROTECT,
        related_name="delivery_attempts",
    )
    outcome = models.CharField(
        "résultat",
        max_length=20,
        choices=[(outcome.value, outcome.label) for outcome in Outcome],
    )
    reply = models.TextField("réponse du serveur", blank=True)
    started_at = models.DateTimeField("commencé le")
    ended_at = models.DateTimeField("terminé le")

    class Meta:
        verbose_name = "essai d’envoi"
        verbose_name_plural = "essais d’envoi"
        ordering: ClassVar = ["ended_at", "pk"]

    def __str__(self) -> str:
        return Outcome(self.outcome).label


def messages_of(owner: models.Model) -> models.QuerySet[OutgoingMessage]:
    found: models.QuerySet[OutgoingMessage] = OutgoingMessage.objects.filter(
        owner_type=owner._meta.label_lower, owner_id=str(owner.pk)
    )
    return found
