from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from email.utils import parseaddr
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from base.events import record
from mail.delivery import change_state
from mail.labels import holds_code
from mail.models import DeliveryAttempt, OutgoingMessage
from mail.rendering import render_message
from mail.rules import UNDELIVERED, Attachment, Outcome, State, may_become
from mail.tasks import deliver_message

logger = logging.getLogger(__name__)


class MessageRefused(Exception):
    """What was asked is not possible for this message; the French text says why."""


@transaction.atomic
def queue_message(
    *,
    event_key: str,
    template: str,
    to: str,
    context: dict[str, Any],
    subject_owner: Model | None,
    attachments: Sequence[Attachment] = (),
    reply_to: str = "",
) -> OutgoingMessage:
    """Writes the message in the caller's transaction; the same event, address and template give the
    row that exists. Raises ValidationError when ``to`` is not an address."""
    validate_email(to)
    key = {"event_key": event_key, "template": template, "recipient": to}
    existing: OutgoingMessage | None = OutgoingMessage.objects.filter(**key).first()
    if existing is not None:
        return existing
    rendered = render_message(template, context)
    return _write(
        **key,
        from_email=settings.DEFAULT_FROM_EMAIL,
        reply_to=reply_to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        attachments=[asdict(attachment) for attachment in attachments],
        owner_type=subject_owner._meta.label_lower if subject_owner else "",
        owner_id=str(subject_owner.pk) if subject_owner else "",
    )


def queue_whatever_happens(
    queue: Callable[[], OutgoingMessage], *, subject: Model, failure: str
) -> None:
    """A message that cannot be written undoes nothing of what it tells: an event ``failure`` says so."""
    try:
        with transaction.atomic():
            queue()
    except Exception:
        logger.exception("Message au sujet de %s %s", subject._meta.label_lower, subject.pk)
        record(failure, subject=subject, actor="messagerie")


def _write(**content: Any) -> OutgoingMessage:
    now = timezone.now()
    message = OutgoingMessage(
        **content,
        message_id=f"<{uuid4().hex}@{_own_domain()}>",
        queued_at=now,
        next_attempt_at=now,
        enqueued_at=now,
    )
    message.sha256 = message.digest()
    kept, created = _insert_or_find(message)
    if created:
        deliver_message.enqueue(kept.pk)  # a row of the same transaction: both or neither
    return kept


def _insert_or_find(message: OutgoingMessage) -> tuple[OutgoingMessage, bool]:
    """Two at once: the second waits for the first, then finds its row."""
    fields = {
        field.attname: getattr(message, field.attname)
        for field in message._meta.local_concrete_fields
        if not field.primary_key
    }
    key = {name: fields.pop(name) for name in ("event_key", "template", "recipient")}
    found: tuple[OutgoingMessage, bool] = OutgoingMessage.objects.get_or_create(
        **key, defaults=fields
    )
    return found


def _own_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


@transaction.atomic
def resend(*, message: OutgoingMessage, actor: str) -> OutgoingMessage:
    """The same content to the same address, as often again as the first time. Raises MessageRefused."""
    locked = _lock(message)
    if not may_become(locked.state, State.QUEUED):
        raise MessageRefused(
            "Ce message n’est ni abandonné ni retourné : il n’y a rien à renvoyer."
        )
    now = timezone.now()
    locked.state, locked.attempts = State.QUEUED, 0
    locked.next_attempt_at = locked.enqueued_at = now
    locked.announced_at = None
    locked.save(
        update_fields=["state", "attempts", "next_attempt_at", "enqueued_at", "announced_at"]
    )
    record("message.resent", subject=locked, actor=actor, at=now)
    deliver_message.enqueue(locked.pk)
    return locked


@transaction.atomic
def resend_to(*, message: OutgoingMessage, address: str, actor: str) -> OutgoingMessage:
    """The same content to a corrected address, as a new row after the old one.

    Raises MessageRefused, and ValidationError when ``address`` is not one.
    """
    validate_email(address)
    if holds_code(message.template):
        raise MessageRefused("Un code ne se renvoie pas : son destinataire en demande un autre.")
    locked = _lock(message)
    if locked.state not in UNDELIVERED:
        raise MessageRefused(
            "Ce message n’est ni abandonné ni retourné : il n’y a rien à renvoyer."
        )
    same = {"event_key": locked.event_key, "template": locked.template, "recipient": address}
    if OutgoingMessage.objects.filter(**same).exists():
        raise MessageRefused("Ce message a déjà été envoyé à cette adresse.")
    successor = _write(
        **same,
        from_email=locked.from_email,
        reply_to=locked.reply_to,
        subject=locked.subject,
        text=locked.text,
        html=locked.html,
        attachments=locked.attachments,
        owner_type=locked.owner_type,
        owner_id=locked.owner_id,
        predecessor=locked,
    )
    record("message.readdressed", subject=locked, actor=actor, data={"successor": successor.pk})
    return successor


@transaction.atomic
def mark_bounced(*, message: OutgoingMessage, reason: str, actor: str) -> bool:
    """The message came back: what its acceptance started has not started (law.md W-03).

    False when it was marked already. Raises MessageRefused for a message that has not left.
    """
    locked = _lock(message)
    if locked.state == State.BOUNCED:
        return False
    if not may_become(locked.state, State.BOUNCED):
        raise MessageRefused("Ce message n’est pas parti : il ne peut pas être revenu.")
    now = timezone.now()
    DeliveryAttempt.append(
        message=locked, outcome=Outcome.BOUNCED, reply=reason, started_at=now, ended_at=now
    )
    return change_state(locked, Outcome.BOUNCED, reason, actor=actor, now=now)


def _lock(message: OutgoingMessage) -> OutgoingMessage:
    locked: OutgoingMessage = OutgoingMessage.objects.select_for_update().get(pk=message.pk)
    return locked
