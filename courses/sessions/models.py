from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from base.typography import counted, french_date_range
from base.vat import Price, VatPosition
from courses.sessions.rules import (
    PUBLIC_STATES,
    SessionFormat,
    SessionState,
    place_name,
    seats_left,
)


class Venue(models.Model):
    name = models.CharField("nom", max_length=120)
    street = models.CharField("adresse", max_length=150, blank=True)
    postcode = models.CharField("code postal", max_length=10)
    town = models.CharField("ville", max_length=80, help_text="Sert de filtre dans le catalogue.")
    access_information = models.TextField(
        "comment venir", blank=True, help_text="Transports, stationnement, entrée à utiliser."
    )
    accessibility_information = models.TextField(
        "accessibilité du lieu",
        blank=True,
        help_text="Accès de plain-pied, ascenseur, boucle magnétique… Affiché avec la session.",
    )

    class Meta:
        verbose_name = "lieu"
        verbose_name_plural = "lieux"
        ordering: ClassVar = ["town", "name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.town})" if self.town not in self.name else self.name


class Trainer(models.Model):
    name = models.CharField("nom", max_length=120)
    qualifications = models.TextField(
        "titres et références",
        help_text=(
            "Diplômes, titres, expérience. Mention obligatoire du contrat de formation "
            "(Code du travail, art. L6353-4)."
        ),
    )
    biography = models.TextField("présentation", blank=True)
    photo = models.ForeignKey(
        "base.CustomImage",
        verbose_name="photo",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = "formateur"
        verbose_name_plural = "formateurs"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class SessionQuerySet(models.QuerySet["CourseSession"]):
    def public(self) -> SessionQuerySet:
        return self.filter(state__in=PUBLIC_STATES)

    def upcoming(self, today: date) -> SessionQuerySet:
        return self.public().filter(starts_on__gt=today)

    def below_minimum(self, today: date) -> SessionQuerySet:
        return self.upcoming(today).filter(seats_taken__lt=F("minimum_to_run"))


class CourseSession(ClusterableModel):
    course = models.ForeignKey(
        "courses.CoursePage",
        verbose_name="formation",
        on_delete=models.PROTECT,
        related_name="sessions",
    )
    starts_on = models.DateField("premier jour")
    ends_on = models.DateField(
        "dernier jour",
        blank=True,
        help_text="Laisser vide : calculé d’après la durée de la formation, hors week-end.",
    )
    format = models.CharField(
        "modalité",
        max_length=10,
        choices=[(item.value, item.label) for item in SessionFormat],
        default=SessionFormat.ON_SITE.value,
    )
    venue = models.ForeignKey(
        Venue,
        verbose_name="lieu",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sessions",
        help_text="Obligatoire en présentiel.",
    )
    remote_access = models.TextField(
        "accès à distance",
        blank=True,
        help_text="Outil et matériel nécessaires, affichés sur la page. Jamais le lien de connexion.",
    )
    trainer = models.ForeignKey(
        Trainer,
        verbose_name="formateur",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sessions",
    )
    capacity = models.PositiveSmallIntegerField(
        "nombre de places",
        null=True,
        blank=True,
        help_text="Vide : places non limitées. 0 : aucune place.",
    )
    minimum_to_run = models.PositiveSmallIntegerField(
        "minimum pour maintenir", default=1, help_text="En dessous, la session est signalée."
    )
    seats_taken = models.PositiveSmallIntegerField("places prises", default=0, editable=False)
    price_excl_vat_override = models.DecimalField(
        "prix particulier HT (€)",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Vide : le prix de la formation. Par personne.",
    )
    state = models.CharField(
        "état",
        max_length=10,
        choices=[(state.value, state.label) for state in SessionState],
        default=SessionState.DRAFT.value,
    )
    created_at = models.DateTimeField("créée le", default=timezone.now, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "session"
        verbose_name_plural = "sessions"
        ordering: ClassVar = ["starts_on", "pk"]
        indexes: ClassVar = [models.Index(fields=["course", "starts_on"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="session_ends_after_start"
            ),
            # Invariant I3, last line of defence: an unlimited session has no capacity to exceed.
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(seats_taken__lte=F("capacity")),
                name="session_seats_within_capacity",
            ),
            models.CheckConstraint(
                condition=Q(format=SessionFormat.REMOTE.value) | Q(venue__isnull=False),
                name="session_on_site_has_venue",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in SessionState]),
                name="session_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} – {self.dates}, {self.place}"

    @property
    def dates(self) -> str:
        return french_date_range(self.starts_on, self.ends_on)

    @property
    def is_remote(self) -> bool:
        return self.format == SessionFormat.REMOTE

    @property
    def place(self) -> str:
        return place_name(self.venue.town if self.venue else None)

    @property
    def seats_left(self) -> int | None:
        return seats_left(self.capacity, self.seats_taken)

    @property
    def is_full(self) -> bool:
        return self.seats_left == 0

    @property
    def is_confirmed(self) -> bool:
        return self.state == SessionState.CONFIRMED

    @property
    def is_cancelled(self) -> bool:
        return self.state == SessionState.CANCELLED

    def is_bookable(self, today: date) -> bool:
        return self.state in PUBLIC_STATES and self.starts_on > today and not self.is_full

    def price(self, vat: VatPosition, today: date) -> Price | None:
        """Price per person of a sale made ``today`` (Paris), or None while it is not fixed."""
        own = vat.price(self.price_excl_vat_override, self.course.vat_category, today)
        return self.course.price(vat, today) if own is None else own

    def clean(self) -> None:
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "Le dernier jour précède le premier jour."})
        if self.format == SessionFormat.ON_SITE and self.venue is None:
            raise ValidationError({"venue": "Indiquez le lieu d’une session en présentiel."})
        if self.capacity is not None and self.capacity < self.seats_taken:
            raise ValidationError(
                {
                    "capacity": f"Déjà {counted(self.seats_taken, 'place', 'prise')} : indiquez au moins ce nombre."
                }
            )


class HalfDay(models.Model):
    session = ParentalKey(CourseSession, on_delete=models.CASCADE, related_name="half_days")
    date = models.DateField("jour")
    start_time = models.TimeField("début")
    end_time = models.TimeField("fin")

    class Meta:
        verbose_name = "demi-journée"
        verbose_name_plural = "demi-journées"
        ordering: ClassVar = ["date", "start_time"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(end_time__gt=F("start_time")), name="half_day_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["session", "date", "start_time"], name="half_day_unique_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.start_time:%H:%M}–{self.end_time:%H:%M}"
