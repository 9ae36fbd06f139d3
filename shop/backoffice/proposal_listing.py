"""The list of proposals: who asked, for what, how much, until when."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

import django_filters

from base.clock import present
from base.typography import euros
from shop.backoffice.listing import ONE_LINE, ShopIndexView
from shop.backoffice.proposal_facts import action_of, proposals_with_facts
from shop.backoffice.proposal_stages import Stage, in_stage
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState


class ProposalFilterSet(WagtailFilterSet):
    stage = django_filters.MultipleChoiceFilter(
        label="Étape",
        choices=[(stage.value, stage.choice) for stage in Stage],
        method="keep_stages",
        widget=forms.CheckboxSelectMultiple,
    )
    state = django_filters.MultipleChoiceFilter(
        label="État",
        choices=[(state.value, state.label) for state in ProposalState],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Proposal
        fields: ClassVar = ["stage", "state"]

    def keep_stages(
        self, rows: QuerySet[Proposal], name: str, value: list[str]
    ) -> QuerySet[Proposal]:
        if not value:
            return rows
        today, wanted = timezone.localdate(present()), Q()
        for stage in value:
            wanted |= in_stage(Stage(stage), today)
        return rows.filter(wanted)


class ProposalIndexView(ShopIndexView):
    export_headings: ClassVar = {
        "full_name": "Contact",
        "state": "État",
        "session": "Session",
        "next_action": "Prochaine action",
        "next_action_on": "Date de la prochaine action",
    }

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton("Suivi", url=reverse("proposal_list:pipeline"), icon_name="tasks")]

    def get_base_queryset(self) -> QuerySet[Proposal]:
        rows = proposals_with_facts()
        return rows.select_related("course", "session__venue", "session__course").defer("content")

    def to_row_dict(self, item: Proposal) -> dict[str, Any]:
        following = action_of(item)
        computed = {
            "next_action": following.text,
            "next_action_on": following.on or "",
            "asked_at": timezone.localdate(item.asked_at),
            "state": state(item),
            "course": str(item.course),
            "session": item.session.dates if item.session else "intra",
        }
        return {name: computed.get(name, getattr(item, name, "")) for name in self.list_export}


def state(proposal: Proposal) -> str:
    return proposal.state_at(proposal.now).label  # type: ignore[attr-defined]  # see at_present


def action_day(proposal: Proposal) -> str:
    day = action_of(proposal).on
    return f"{day:%d/%m/%Y}" if day else ""


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
    Column("next_action", label="Prochaine action", accessor=lambda row: action_of(row).text),
    Column("next_action_on", label="Date", accessor=action_day, classname=ONE_LINE),
    Column(
        "incl_vat",
        label="Total TTC",
        accessor=lambda proposal: "" if proposal.incl_vat is None else euros(proposal.incl_vat),
        sort_key="incl_vat",
        classname=ONE_LINE,
    ),
    Column(
        "asked_at",
        label="Demandée",
        accessor=lambda proposal: f"{timezone.localdate(proposal.asked_at):%d/%m/%Y}",
        sort_key="asked_at",
    ),
]
PROPOSAL_EXPORT = [
    "number", "version", "asked_at", "state", "next_action", "next_action_on", "company_name", "siren", "full_name", "email",
    "phone", "course", "session", "headcount", "excl_vat", "vat", "incl_vat", "deposit",
    "valid_until",
]  # fmt: skip
