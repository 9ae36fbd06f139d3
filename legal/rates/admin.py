from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from base.typography import NBSP
from legal.deletion import GuardedDeleteView
from legal.panels import ToDo
from legal.rates.forms import HalfYearRateForm
from legal.rates.models import HalfYearRate
from legal.rates.rules import wanted_half_years

EXPLANATION = (
    "Les pénalités de retard et les remboursements tardifs se calculent avec ces taux. Un semestre "
    "absent bloque le calcul : il n’est jamais déduit du précédent."
)


class RatePermissionPolicy(ModelPermissionPolicy):
    """The rates of a half-year that has begun may be corrected, not taken away."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        if action == "delete" and instance.half_year.first_day <= timezone.localdate():
            return False
        return bool(super().user_has_permission_for_instance(user, action, instance))


register_permission_policy(HalfYearRate, RatePermissionPolicy(HalfYearRate))


def percent(value: Decimal) -> str:
    return f"{value:.2f}{NBSP}%".replace(".", ",")


def percent_column(label: str, name: str) -> Column:
    return Column(name, label=label, accessor=lambda row: percent(getattr(row, name)))


class HalfYearRateViewSet(ModelViewSet):
    model = HalfYearRate
    form_fields: list[str] = []
    icon = "table"
    menu_label = "Taux par semestre"
    copy_view_enabled = False
    delete_view_class = GuardedDeleteView
    list_display = [
        "__str__",
        percent_column("Taux BCE", "ecb_rate"),
        percent_column("Pénalité par défaut", "penalty_rate"),
        percent_column("Taux légal", "legal_rate"),
        percent_column("Plancher contractuel", "floor"),
        percent_column("Taux légal, particulier", "legal_rate_individual"),
        "source",
    ]
    list_export = ["year", "half", "ecb_rate", "legal_rate", "legal_rate_individual", "source"]
    ordering = ["-year", "-half"]
    edit_handler = ObjectList(
        [
            HelpPanel(content=f"<p>{EXPLANATION}</p>"),
            MultiFieldPanel([FieldRowPanel(["year", "half"])], heading="Quel semestre ?"),
            MultiFieldPanel(
                ["ecb_rate", "legal_rate", "legal_rate_individual"], heading="Quels taux ?"
            ),
            MultiFieldPanel(["source", "source_date"], heading="D’où viennent-ils ?"),
            FieldPanel("confirmed"),
        ],
        base_form_class=HalfYearRateForm,
    )

    def get_edit_handler(self) -> Any:
        return self.edit_handler.bind_to_model(self.model)


def rates_to_enter(user: Any, today: date) -> ToDo | None:
    if not user.has_perm("legal.change_halfyearrate"):
        return None
    rows = HalfYearRate.objects.values_list("year", "half")
    wanted = wanted_half_years(today, (HalfYearRate(year=y, half=h).half_year for y, h in rows))
    if not wanted:
        return None
    return ToDo(
        name="rates",
        heading="Taux à renseigner",
        lines=tuple(f"{period}, à partir du {period.first_day:%d/%m/%Y}" for period in wanted),
        action="Saisir les taux",
        url=reverse("halfyearrate:add"),
    )
