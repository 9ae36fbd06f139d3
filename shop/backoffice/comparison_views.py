"""What differs between a week of Stripe's and of ours."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from base.clock import present
from base.typography import euros
from shop.backoffice.access import SETTLE
from shop.backoffice.action_views import ActionView
from shop.backoffice.forms import ReasonForm
from shop.payments.comparing import settle_gaps
from shop.payments.comparisons import StripeComparison


class GapsView(ActionView):
    permission_required = SETTLE
    form_class = ReasonForm
    page_title = "Écarts avec Stripe"
    header_icon = "warning"
    button = "Classer"

    @cached_property
    def week(self) -> StripeComparison:
        return get_object_or_404(StripeComparison, pk=self.kwargs["pk"])

    def subject(self) -> str:
        return str(self.week)

    def get_success_url(self) -> str:
        return reverse("to_do:index")

    def explanation(self) -> list[str]:
        week = self.week
        return [
            f"Encaissé : {euros(week.charged_there)} chez Stripe, {euros(week.charged_here)} chez nous.",
            f"Rendu : {euros(week.refunded_there)} chez Stripe, {euros(week.refunded_here)} chez nous.",
            *week.gaps,
            (
                "Cherchez chaque objet dans Stripe par son identifiant. Rien n’est corrigé tout seul : "
                "classer retire seulement cette semaine de la liste."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        settle_gaps(comparison=self.week, actor=self.actor, reason=values["reason"], now=present())
        return f"{self.week} : écarts classés."
