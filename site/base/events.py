"""What happened, for ever: one append-only row an event, chained by hash so that tampering shows.

A row is written in the transaction of the action it tells. The chain is made a little later, by the
clock and before each verification: linking inside every transaction would make them wait for one
another. An event that is not linked yet is still refused any change by the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from base.append_only import AppendOnly

BATCH = 1000
GENESIS = "0" * 64


class Event(AppendOnly):
    """``subject`` is the row that the event is about; ``actor`` who caused it, as staff read it."""

    name = models.CharField("événement", max_length=80)
    subject_type = models.CharField("objet", max_length=80)
    subject_id = models.CharField("identifiant de l’objet", max_length=40)
    actor = models.CharField("auteur", max_length=200)
    data = models.JSONField("données", default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField("instant", default=timezone.now)

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "événements"
        ordering: ClassVar = ["at", "pk"]
        indexes: ClassVar = [models.Index(fields=["subject_type", "subject_id", "at"])]

    def __str__(self) -> str:
        return f"{self.name} – {self.subject_type} {self.subject_id}"

    def digest(self, previous: str) -> str:
        """SHA-256 of the link before and of everything this row says, in canonical JSON."""
        facts = [
            self.pk, self.name, self.subject_type, self.subject_id, self.actor, self.data,
            self.at.astimezone(UTC).isoformat(),
        ]  # fmt: skip
        text = json.dumps(facts, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
        return sha256((previous + text).encode()).hexdigest()


class EventLink(AppendOnly):
    """A place in the chain; ``number`` counts from 1 without a gap."""

    number = models.PositiveBigIntegerField("numéro", unique=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="link")
    sha256 = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "maillon"
        verbose_name_plural = "maillons"
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"Maillon {self.number}"


def record(
    name: str,
    *,
    subject: models.Model,
    actor: str,
    data: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Event:
    """Adds an event to the caller's transaction; ``data`` holds what JSON can say (dates, decimals)."""
    event: Event = Event.append(
        name=name,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        actor=actor[:200],
        data=data or {},
        at=at or timezone.now(),
    )
    return event


def events_of(subject: models.Model) -> models.QuerySet[Event]:
    found: models.QuerySet[Event] = Event.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    )
    return found


def link_events(now: datetime | None = None) -> int:
    """Links the events that are not yet in the chain, oldest first; returns how many.

    Two at once: the second fails on the unique number and leaves the chain whole.
    """
    total = 0
    while linked := _link_batch():
        total += linked
    return total


@transaction.atomic
def _link_batch() -> int:
    last = EventLink.objects.select_for_update().order_by("-number").first()
    number, previous = (last.number, last.sha256) if last else (0, GENESIS)
    events = list(Event.objects.filter(link__isnull=True).order_by("pk")[:BATCH])
    links = []
    for event in events:
        number, previous = number + 1, event.digest(previous)
        links.append(EventLink(number=number, event=event, sha256=previous))
    EventLink.objects.bulk_create(links)
    return len(links)


def chain_faults() -> Iterator[str]:
    """A French line for each link that is missing, swapped or says something else than its event."""
    link_events()
    previous, expected = GENESIS, 1
    for link in EventLink.objects.select_related("event").iterator(chunk_size=BATCH):
        if link.number != expected:
            yield f"Journal : le maillon {expected} manque."
            expected = link.number
        if link.sha256 != link.event.digest(previous):
            yield f"Journal : l’événement {link.event_id} ne correspond pas à son empreinte."
        previous, expected = link.sha256, expected + 1
