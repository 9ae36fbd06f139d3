from __future__ import annotations

from datetime import time, timedelta
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from base.typography import french_date, french_instant
from courses.sessions.waiting.rules import LIVE, MOST_PLACES, WaitingState, new_token


class WaitingQuerySet(models.QuerySet["WaitingEntry"]):
    def live(self) -> WaitingQuerySet:
        return self.filter(state__in=LIVE)

    def waiting(self) -> WaitingQuerySet:
        return self.filter(state=WaitingState.WAITING)

    def offered(self) -> WaitingQuerySet:
        return self.filter(state=WaitingState.OFFERED)

    def by_arrival(self) -> WaitingQuerySet:
        return self.order_by("joined_at", "pk")


class WaitingEntry(models.Model):
    """Somebody who wants seats of a full session; deleted thirty days after its first day."""

    session = models.ForeignKey(
        "courses.CourseSession",
        verbose_name="session",
        on_delete=models.PROTECT,
        related_name="waiting_entries",
    )
    name = models.CharField("nom", max_length=120)
    email = models.EmailField("adresse e-mail", help_text="En minuscules.")
    places = models.PositiveSmallIntegerField(
        "places souhaitées",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)],
    )
    token = models.CharField("jeton", max_length=64, unique=True, default=new_token, editable=False)
    state = models.CharField(
        "état",
        max_length=10,
        choices=[(state.value, state.label) for state in WaitingState],
        default=WaitingState.WAITING.value,
    )
    joined_at = models.DateTimeField("inscrite le")
    offered_until = models.DateTimeField("place tenue jusqu’au", null=True)
    confirmed_at = models.DateTimeField("groupe confirmé le", null=True)
    ended_at = models.DateTimeField("sortie le", null=True)

    objects = WaitingQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription en liste d’attente"
        verbose_name_plural = "inscriptions en liste d’attente"
        ordering: ClassVar = ["joined_at", "pk"]
        default_permissions = ("view",)
        permissions: ClassVar = [("manage_waitingentry", "Peut gérer la liste d’attente")]
        indexes: ClassVar = [models.Index(fields=["session", "state", "joined_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "email"],
                condition=Q(state__in=[state.value for state in LIVE]),
                name="waiting_once_per_session",
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1, places__lte=MOST_PLACES), name="waiting_places_bounded"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in WaitingState]),
                name="waiting_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=WaitingState.OFFERED.value) | Q(offered_until__isnull=False),
                name="waiting_offer_has_deadline",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in LIVE], ended_at__isnull=True)
                | (~Q(state__in=[state.value for state in LIVE]) & Q(ended_at__isnull=False)),
                name="waiting_end_has_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.places} place{'s' if self.places > 1 else ''}"

    def get_absolute_url(self) -> str:
        return reverse("waiting_entry", args=[self.token])

    @property
    def proposal_url(self) -> str:
        """Where a group says for which company it asks."""
        return f"{reverse('proposal_ask')}?session={self.session_id}&participants={self.places}"

    @property
    def is_waiting(self) -> bool:
        return self.state == WaitingState.WAITING

    @property
    def is_offered(self) -> bool:
        return self.state == WaitingState.OFFERED

    @property
    def is_live(self) -> bool:
        return self.is_waiting or self.is_offered

    @property
    def is_group(self) -> bool:
        return self.places > 1

    @property
    def deadline(self) -> str:
        """« 12 mai 2027 à 14 h », in Paris; midnight belongs to the day that it ends."""
        if self.offered_until is None:
            return ""
        until = timezone.localtime(self.offered_until)
        if until.time() == time():
            return f"{french_date(until.date() - timedelta(days=1))} à minuit"
        return french_instant(until)

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.get_absolute_url()


def seats_are_held(*, token: str, session_id: int, count: int = 1) -> bool:
    """Whether the address that somebody followed holds these seats of the session now."""
    held = WaitingEntry.objects.offered().filter(token=token, session_id=session_id, places=count)
    return bool(token) and held.exists()
