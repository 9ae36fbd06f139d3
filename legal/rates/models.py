from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from legal.rates.rules import HalfYear, Rates, contract_floor, default_penalty_rate

HALVES = [(1, "1er semestre (janvier à juin)"), (2, "2e semestre (juillet à décembre)")]
VALUES = ("ecb_rate", "legal_rate", "legal_rate_individual")


def rate_field(label: str, help_text: str) -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(
        label,
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(50))],
        help_text=help_text,
    )


class HalfYearRateQuerySet(models.QuerySet["HalfYearRate"]):
    def table(self) -> tuple[Rates, ...]:
        """What the rules read; ask for it once per computation."""
        return tuple(row.rates for row in self)


class HalfYearRate(models.Model):
    """The published rates of one half-year, in percent per year (law.md L-04)."""

    year = models.PositiveSmallIntegerField(
        "année", validators=[MinValueValidator(2020), MaxValueValidator(2100)]
    )
    half = models.PositiveSmallIntegerField("semestre", choices=HALVES)
    ecb_rate = rate_field(
        "taux de refinancement de la BCE (%)",
        "Taux des opérations principales de refinancement en vigueur le premier jour du semestre.",
    )
    legal_rate = rate_field(
        "taux d’intérêt légal, tous autres cas (%)",
        "Celui des sommes dues à une entreprise. Publié par arrêté au Journal officiel.",
    )
    legal_rate_individual = rate_field(
        "taux d’intérêt légal, créancier particulier (%)",
        "Celui des sommes que l’entreprise doit à un particulier, par exemple un remboursement tardif.",
    )
    source = models.CharField(
        "source",
        max_length=250,
        help_text="Arrêté, page de la Banque de France… : de quoi retrouver ces valeurs.",
    )
    source_date = models.DateField(
        "date de la source", help_text="Date de l’arrêté, ou jour où la page a été lue."
    )

    objects: ClassVar = HalfYearRateQuerySet.as_manager()

    class Meta:
        verbose_name = "taux d’un semestre"
        verbose_name_plural = "taux par semestre"
        ordering: ClassVar = ["-year", "-half"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["year", "half"],
                name="one_rate_per_half_year",
                violation_error_message="Les taux de ce semestre existent déjà : modifiez-les.",
            ),
            models.CheckConstraint(condition=models.Q(half__in=[1, 2]), name="half_is_one_or_two"),
            models.CheckConstraint(
                condition=models.Q(
                    ecb_rate__gte=0, legal_rate__gte=0, legal_rate_individual__gte=0
                ),
                name="rates_are_not_negative",
            ),
            models.CheckConstraint(condition=~models.Q(source=""), name="rate_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"Taux du {self.half_year}"

    @property
    def half_year(self) -> HalfYear:
        return HalfYear(self.year, self.half)

    @property
    def rates(self) -> Rates:
        return Rates(self.half_year, self.ecb_rate, self.legal_rate, self.legal_rate_individual)

    @property
    def penalty_rate(self) -> Decimal:
        return default_penalty_rate(self.rates)

    @property
    def floor(self) -> Decimal:
        return contract_floor(self.rates)
