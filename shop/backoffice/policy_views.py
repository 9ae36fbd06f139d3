"""The rules of cancellation of each version of the terms: read by staff, set while it is a draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from base.clock import present
from legal.terms.models import TermsVersion
from shop.backoffice.access import CHANGE_TERMS, VIEW_TERMS
from shop.backoffice.action_views import ActionView
from shop.backoffice.read_only import GuardedMenuItem
from shop.changes.policies import policy_of, set_policy
from shop.changes.policy import ChangePolicy, Kept, Tier, company_rows

SHORTEST, LONGEST_DAYS, LONGEST_MONTHS, MOST_POSTPONEMENTS = 1, 180, 36, 9


def _number(label: str, most: int, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=SHORTEST,
        max_value=most,
        help_text=help_text,
        error_messages={
            "required": "Indiquez un nombre.",
            "invalid": "Écrivez un nombre.",
            "min_value": f"Au moins {SHORTEST}.",
            "max_value": f"Au plus {most}.",
        },
    )


def _clause(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=10,
        error_messages={"required": "Indiquez le numéro de l’article.", "max_length": "Trop long."},
    )


def article_numbers(version: TermsVersion) -> frozenset[str]:
    return frozenset(article.number for article in version.text.articles)


class PolicyForm(forms.Form):
    days = _number("Préavis d’annulation (jours)", LONGEST_DAYS, "Dès ce préavis, l’acompte reste acquis ; en deçà, le prix entier est dû.")  # fmt: skip
    cancellation_clause = _clause("Article sur l’annulation")
    months = _number("Délai de report (mois après la commande)", LONGEST_MONTHS)
    postponement_clause = _clause("Article sur le report")
    postponements = _number("Reports de droit", MOST_POSTPONEMENTS, "Les suivants demandent un accord écrit.")  # fmt: skip
    absence_clause = _clause("Article sur l’absence")
    conclusion_clause = _clause("Article sur le contrat définitif")
    amendment_clause = _clause("Article sur les modifications")

    def __init__(self, *args: Any, version: TermsVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = article_numbers(version)

    def clean(self) -> dict[str, Any]:
        """An article that a page would quote must be there to be read."""
        cleaned = super().clean() or {}
        for name in (name for name in self.fields if name.endswith("_clause")):
            number = cleaned.get(name)
            if number and number not in self.numbers:
                self.add_error(name, f"Cette version n’a pas d’article {number}.")
        return cleaned

    @property
    def policy(self) -> ChangePolicy:
        """Of a valid form."""
        values = self.cleaned_data
        clause = values["cancellation_clause"]
        return ChangePolicy(
            tiers=(Tier(values["days"], Kept.DEPOSIT, clause), Tier(0, Kept.WHOLE, clause)),
            postponement_months=values["months"],
            postponement_clause=values["postponement_clause"],
            postponements=values["postponements"],
            absence_clause=values["absence_clause"],
            conclusion_clause=values["conclusion_clause"],
            amendment_clause=values["amendment_clause"],
        )


class PolicyIndexView(WagtailAdminTemplateMixin, PermissionRequiredMixin, TemplateView):
    permission_required = VIEW_TERMS
    raise_exception = True
    page_title = "Règles d’annulation"
    header_icon = "undo"
    template_name = "shop/backoffice/policies.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        versions = TermsVersion.objects.defer("content").order_by("-created_at", "-pk")
        rows = [(version, list(company_rows(policy_of(version)))) for version in versions]
        return context | {"rows": rows, "may_change": self.request.user.has_perm(CHANGE_TERMS)}


class PolicyView(ActionView):
    permission_required = CHANGE_TERMS
    form_class = PolicyForm
    page_title = "Fixer les règles d’annulation"
    button = "Enregistrer les règles"

    @cached_property
    def version(self) -> TermsVersion:
        found: TermsVersion = get_object_or_404(TermsVersion, pk=self.kwargs["pk"])
        return found

    def subject(self) -> str:
        return str(self.version)

    def get_success_url(self) -> str:
        return reverse("change_policy:index")

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return kwargs | {"version": self.version}

    def get_initial(self) -> dict[str, Any]:
        policy = policy_of(self.version)
        return {
            "days": policy.tiers[0].days,
            "cancellation_clause": policy.tiers[0].clause,
            "months": policy.postponement_months,
            "postponement_clause": policy.postponement_clause,
            "postponements": policy.postponements,
            "absence_clause": policy.absence_clause,
            "conclusion_clause": policy.conclusion_clause,
            "amendment_clause": policy.amendment_clause,
        }

    def explanation(self) -> list[str]:
        return [
            (
                "Ces chiffres sont ceux du texte de cette version. Ils sont copiés sur chaque commande et "
                "sur chaque proposition, et ne changent plus une fois la version approuvée."
            ),
            "Pour un particulier, la loi reste le plafond : le prix entier n’est jamais dû.",
        ]

    def form_valid(self, form: Any) -> HttpResponse:
        self.policy: ChangePolicy = form.policy
        return super().form_valid(form)

    def act(self, values: dict[str, Any]) -> str:
        set_policy(version=self.version, policy=self.policy, actor=self.actor, now=present())
        return f"Les règles de la version {self.version.number} sont enregistrées."


class PolicyViewSet(ViewSet):
    name = "change_policy"
    url_prefix = "regles-annulation"
    icon = "undo"
    menu_label = "Règles d’annulation"
    menu_order = 900
    add_to_settings_menu = True

    def get_menu_item(self, order: int | None = None) -> MenuItem:
        return GuardedMenuItem(
            self.menu_label,
            self.menu_url,
            icon_name=self.icon,
            order=self.menu_order,
            permission=VIEW_TERMS,
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", PolicyIndexView.as_view(), name="index"),
            path("<int:pk>/", PolicyView.as_view(), name="set"),
        ]
