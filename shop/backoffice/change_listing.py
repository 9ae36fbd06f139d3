"""The list of changes that clients ask for, and the page of one of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import InspectView

import django_filters

from shop.backoffice.access import ANSWER_CHANGE
from shop.backoffice.listing import ONE_LINE, ShopIndexView
from shop.proposals.agreement.models import ChangeRequest
from shop.proposals.agreement.rules import ChangeState

STATES = {
    ChangeState.ASKED: {"answer__isnull": True},
    ChangeState.ACCEPTED: {"answer__accepted": True},
    ChangeState.REFUSED: {"answer__accepted": False},
}


class ChangeFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label="Réponse",
        choices=[(state.value, state.label) for state in ChangeState],
        method="in_state",
        widget=forms.RadioSelect,
        empty_label="toutes",
    )

    class Meta:
        model = ChangeRequest
        fields: ClassVar = ["state"]

    def in_state(
        self, rows: QuerySet[ChangeRequest], name: str, value: str
    ) -> QuerySet[ChangeRequest]:
        return rows.filter(**STATES[ChangeState(value)])


class ChangeIndexView(ShopIndexView):
    export_headings: ClassVar = {
        "proposal.reference": "Proposition",
        "proposal.company_name": "Entreprise",
        "state": "État",
    }

    def get_base_queryset(self) -> QuerySet[ChangeRequest]:
        rows: QuerySet[ChangeRequest] = ChangeRequest.objects.select_related("proposal", "answer")
        return rows.defer("proposal__content")

    def to_row_dict(self, item: ChangeRequest) -> dict[str, Any]:
        return {
            "asked_at": timezone.localdate(item.asked_at),
            "proposal.reference": item.proposal.reference,
            "proposal.company_name": item.proposal.company_name,
            "kind": item.get_kind_display(),
            "text": item.text,
            "state": item.state.label,
        }


class ChangeInspectView(InspectView):
    page_title = "Modification demandée"
    fields: list[str] = ["text"]  # the template shows the rest

    def get_object(self, queryset: Any = None) -> ChangeRequest:
        rows = ChangeRequest.objects.select_related("proposal", "answer__extra")
        found: ChangeRequest = rows.get(pk=super().get_object(queryset).pk)
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        may_answer = self.request.user.has_perm(ANSWER_CHANGE)
        return context | {"asked": self.object, "may_answer": may_answer}


CHANGE_COLUMNS: list[Any] = [
    TitleColumn(
        "asked_at",
        label="Demandée",
        accessor=lambda asked: f"{timezone.localtime(asked.asked_at):%d/%m/%Y %H:%M}",
        get_url=lambda asked: reverse("change_request:inspect", args=[asked.pk]),
        sort_key="asked_at",
        classname=ONE_LINE,
    ),
    Column("company", label="Entreprise", accessor=lambda asked: asked.proposal.company_name),
    Column("proposal", label="Proposition", accessor=lambda asked: asked.proposal.reference),
    Column("kind", label="Porte sur", accessor="get_kind_display"),
    Column("state", label="État", accessor=lambda asked: asked.state.label),
]
CHANGE_EXPORT = [
    "asked_at", "proposal.reference", "proposal.company_name", "kind", "text", "state",
]  # fmt: skip
