"""The list of proposals: who asked, for what, how much, until when."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

import django_filters

from base.typography import euros
from shop.backoffice.listing import ONE_LINE, ShopIndexView, at_present
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState


class ProposalFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(
        label="État",
        choices=[(state.value, state.label) for state in ProposalState],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Proposal
        fields: ClassVar = ["state"]


class ProposalIndexView(ShopIndexView):
    export_headings: ClassVar = {"full_name": "Contact", "state": "État", "session": "Session"}

    def get_base_queryset(self) -> QuerySet[Proposal]:
        rows = Proposal.objects.select_related("course", "session__venue", "session__course")
        return rows.annotate(now=at_present()).defer("content")

    def to_row_dict(self, item: Proposal) -> dict[str, Any]:
        computed = {
            "asked_at": timezone.localdate(item.asked_at),
            "state": state(item),
            "course": str(item.course),
            "session": item.session.dates if item.session else "intra",
        }
        return {name: computed.get(name, getattr(item, name, "")) for name in self.list_export}


def state(proposal: Proposal) -> str:
    return proposal.state_at(proposal.now).label  # type: ignore[attr-defined]  # see at_present


PROPOSAL_COLUMNS: list[Any] = [
    TitleColumn(
        "reference",
        label="Numéro",
        accessor=lambda proposal: proposal.reference or "demande",
        get_url=lambda proposal: reverse("proposal_list:inspect", args=[proposal.pk]),
        sort_key="number",
        classname=ONE_LINE,
    ),
    Column("company_name", label="Entreprise", sort_key="company_name"),
    Column("course", label="Formation"),
    Column(
        "session",
        label="Session",
        accessor=lambda proposal: proposal.session.dates if proposal.session else "intra",
    ),
    Column("headcount", label="Participants", sort_key="headcount"),
    Column("state", label="État", accessor=state, sort_key="state"),
    Column(
        "incl_vat",
        label="Total TTC",
        accessor=lambda proposal: "" if proposal.incl_vat is None else euros(proposal.incl_vat),
        sort_key="incl_vat",
        classname=ONE_LINE,
    ),
    Column(
        "valid_until",
        label="Valable jusqu’au",
        accessor=lambda p: f"{p.valid_until:%d/%m/%Y}" if p.valid_until else "",
        sort_key="valid_until",
    ),
    Column(
        "asked_at",
        label="Demandée",
        accessor=lambda proposal: f"{timezone.localdate(proposal.asked_at):%d/%m/%Y}",
        sort_key="asked_at",
    ),
]
PROPOSAL_EXPORT = [
    "number", "version", "asked_at", "state", "company_name", "siren", "full_name", "email",
    "phone", "course", "session", "headcount", "excl_vat", "vat", "incl_vat", "deposit",
    "valid_until",
]  # fmt: skip
