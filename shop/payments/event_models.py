from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class StripeEvent(models.Model):
    """An event as it was received; never trusted: it only says which object to read again."""

    event_id = models.CharField("événement", max_length=120, primary_key=True)
    type = models.CharField("type", max_length=80)
    object_id = models.CharField("objet", max_length=120)
    received_at = models.DateTimeField("reçu le", default=timezone.now)
    processed_at = models.DateTimeField("traité le", null=True, blank=True)
    error = models.TextField("erreur", blank=True)

    class Meta:
        verbose_name = "événement Stripe"
        verbose_name_plural = "événements Stripe"
        ordering: ClassVar = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"
