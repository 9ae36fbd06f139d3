from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from shop.payments.rules import WEEK


class StripeComparison(models.Model):
    """What moved in a week, as Stripe and as our rows tell it: written once, by the clock."""

    week_start = models.DateField("semaine du", unique=True)
    charged_here = models.DecimalField("encaissé chez nous", max_digits=12, decimal_places=2)
    charged_there = models.DecimalField("encaissé chez Stripe", max_digits=12, decimal_places=2)
    refunded_here = models.DecimalField("rendu chez nous", max_digits=12, decimal_places=2)
    refunded_there = models.DecimalField("rendu chez Stripe", max_digits=12, decimal_places=2)
    # One French sentence for each object that differs.
    gaps = models.JSONField("écarts", default=list, blank=True)
    compared_at = models.DateTimeField("comparé le", default=timezone.now)
    settled_at = models.DateTimeField("classé le", null=True, blank=True)

    class Meta:
        verbose_name = "rapprochement hebdomadaire"
        verbose_name_plural = "rapprochements hebdomadaires"
        default_permissions = ("view",)
        ordering: ClassVar = ["-week_start"]

    def __str__(self) -> str:
        return f"Semaine du {self.week_start:%d/%m/%Y} au {self.week_end:%d/%m/%Y}"

    @property
    def week_end(self) -> date:
        """Its Sunday."""
        return self.week_start + WEEK - timedelta(days=1)
