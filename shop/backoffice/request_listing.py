"""The list of cancellations and postponements, and the page of one of them."""

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

from base.clock import present
from shop.backoffice.contracts import contract_page
from shop.backoffice.listing import ONE_LINE, ShopIndexView
from shop.backoffice.request_views import request_links
from shop.changes.models import WrittenRequest
from shop.changes.reading import quote_of

STATES = {
    "waiting": ("à décider", {"outcome__isnull": True}),
    "applied": ("appliquées", {"outcome__applied": True}),
    "aside": ("écartées", {"outcome__applied": False}),
    "window": (
        "reports sans date",
        {"outcome__window_until__isnull": False, "outcome__window_closed_at__isnull": True},
    ),
}
WHOSE = {
    "consumer": ("particuliers", {"order__isnull": False}),
    "company": ("entreprises", {"proposal__isnull": False}),
}


class RequestFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label="Suite",
        choices=[(key, label) for key, (label, _) in STATES.items()],
        method="in_state",
        widget=forms.RadioSelect,
        empty_label="toutes",
    )
    whose = django_filters.ChoiceFilter(
        label="Client",
        choices=[(key, label) for key, (label, _) in WHOSE.items()],
        method="of_whom",
        widget=forms.RadioSelect,
        empty_label="tous",
    )

    class Meta:
        model = WrittenRequest
        fields: ClassVar = ["state", "whose", "wish"]

    def in_state(
        self, rows: QuerySet[WrittenRequest], name: str, value: str
    ) -> QuerySet[WrittenRequest]:
        return rows.filter(**STATES[value][1])

    def of_whom(
        self, rows: QuerySet[WrittenRequest], name: str, value: str
    ) -> QuerySet[WrittenRequest]:
        return rows.filter(**WHOSE[value][1])


def state_of(asked: WrittenRequest) -> str:
    outcome = getattr(asked, "outcome", None)
    if outcome is None:
        return "à décider"
    if outcome.window_until and outcome.window_closed_at is None:
        return "date à choisir"
    return "appliquée" if outcome.applied else "écartée"


class RequestIndexView(ShopIndexView):
    export_headings: ClassVar = {
        "reference": "Commande", "client": "Client", "state": "Suite", "due": "Dû",
        "kept": "Conservé", "refund": "Remboursé", "owed": "Restant dû", "clause": "Article",
    }  # fmt: skip

    def get_base_queryset(self) -> QuerySet[WrittenRequest]:
        rows: QuerySet[WrittenRequest] = WrittenRequest.objects.select_related(
            "order", "proposal", "outcome"
        )
        return rows.defer("proposal__content", "order__snapshot")

    def to_row_dict(self, item: WrittenRequest) -> dict[str, Any]:
        outcome = getattr(item, "outcome", None)
        amounts = {
            name: getattr(outcome, name, "") for name in ("due", "kept", "refund", "owed", "clause")
        }
        return amounts | {
            "received_at": timezone.localdate(item.received_at),
            "sent_at": timezone.localdate(item.sent_at),
            "reference": item.contract.reference,
            "client": item.contract.payer_name,
            "wish": item.get_wish_display(),
            "cause": item.get_cause_display(),
            "heads": item.heads,
            "state": state_of(item),
        }


class RequestInspectView(InspectView):
    page_title = "Annulation ou report"
    fields: list[str] = ["text"]  # the template shows the rest

    def get_object(self, queryset: Any = None) -> WrittenRequest:
        rows = WrittenRequest.objects.select_related("order", "proposal", "session", "outcome")
        found: WrittenRequest = rows.get(pk=super().get_object(queryset).pk)
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        asked, today = self.object, timezone.localdate(present())
        return context | {
            "asked": asked,
            "outcome": getattr(asked, "outcome", None),
            "state": state_of(asked),
            "quote": None if asked.is_settled else quote_of(asked),
            "contract_url": contract_page(asked.contract),
            "links": list(request_links(asked, self.request.user, today)),
        }


REQUEST_COLUMNS: list[Any] = [
    TitleColumn(
        "received_at",
        label="Reçue",
        accessor=lambda asked: f"{timezone.localtime(asked.received_at):%d/%m/%Y %H:%M}",
        get_url=lambda asked: reverse("written_request:inspect", args=[asked.pk]),
        sort_key="received_at",
        classname=ONE_LINE,
    ),
    Column("wish", label="Demande", accessor="get_wish_display"),
    Column("client", label="Client", accessor=lambda asked: asked.contract.payer_name),
    Column("reference", label="Commande", accessor=lambda asked: asked.contract.reference),
    Column("cause", label="Motif", accessor="get_cause_display"),
    Column("state", label="Suite", accessor=state_of),
]
REQUEST_EXPORT = [
    "received_at", "sent_at", "reference", "client", "wish", "cause", "heads", "state", "due", "kept",
    "refund", "owed", "clause",
]  # fmt: skip
