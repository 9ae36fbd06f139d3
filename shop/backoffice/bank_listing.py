"""« Relevés bancaires »: what arrived on our account, and what became of it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property

from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permission_policies import ModelPermissionPolicy

import django_filters

from base.day_filters import DaysFilter
from base.typography import euros
from shop.backoffice.access import SETTLE
from shop.backoffice.filters import MOST_WORDS
from shop.backoffice.invoice_listing import AMOUNT
from shop.backoffice.listing import ONE_LINE, ShopIndexView
from shop.payments.bank.amounts import signed_amount
from shop.payments.bank.matching import match
from shop.payments.bank.models import BankLine, BankLineQuerySet
from shop.payments.bank.rules import LineState
from shop.payments.bank.statements import StatementRefused

OPEN_STATES = (LineState.TO_MATCH, LineState.WAITING)


class SettlingPolicy(ModelPermissionPolicy):
    """Whoever may note a transfer may read what arrived; the rows are written by actions only."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and bool(user.has_perm(SETTLE))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return "view" in actions and self.user_has_permission(user, "view")


class BankLineFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(
        label="Situation",
        choices=[(state.value, state.label.capitalize()) for state in LineState],
        method="keep_states",
        widget=forms.CheckboxSelectMultiple,
    )
    booked_on = DaysFilter(label="Reçu")

    class Meta:
        model = BankLine
        fields: ClassVar = ["state", "booked_on"]

    def keep_states(self, lines: Any, name: str, value: list[str]) -> Any:
        return lines.in_states([LineState(state) for state in value]) if value else lines


class BankLineIndexView(ShopIndexView):
    search_fields: ClassVar = ["text"]  # shows the search box; see search_queryset
    export_headings: ClassVar = {"state": "Situation", "remainder": "Reste (€)"}

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [
            HeaderButton("Importer un relevé", url=reverse("bank_line:import"), icon_name="upload"),
            HeaderButton(
                "Confirmer les certains", url=reverse("bank_line:certain"), icon_name="tick"
            ),
        ]

    def get_base_queryset(self) -> BankLineQuerySet:
        return BankLine.objects.with_sums()

    def search_queryset(self, queryset: QuerySet[BankLine]) -> QuerySet[BankLine]:
        return queryset.filter(_matching(self.search_query)) if self.is_searching else queryset

    def get_table(self, object_list: Any) -> Any:
        """The open lines of this page are matched together, oldest first."""
        lines = sorted(object_list, key=lambda line: line.pk)
        waiting = [line for line in lines if line.state in OPEN_STATES]
        found = match(waiting) if waiting else []
        best = {line.pk: items[0] for line, items in zip(waiting, found, strict=True) if items}
        for line in object_list:
            line.best = best.get(line.pk)
        return super().get_table(object_list)

    def to_row_dict(self, item: BankLine) -> dict[str, Any]:
        computed = {"state": item.state.label, "remainder": item.remainder}
        return {name: computed.get(name, getattr(item, name, "")) for name in self.list_export}


def _matching(words: str) -> Q:
    every = Q()
    for word in words.split()[:MOST_WORDS]:
        met = (
            Q(payer__icontains=word)
            | Q(text__icontains=word)
            | Q(bank_reference__icontains=word)
            | Q(end_to_end__icontains=word)
            | Q(payer_iban__istartswith=word)
        )
        with suppress(StatementRefused):
            met |= Q(amount=signed_amount(word, line=0))
        every &= met
    return every


def _proposed(line: BankLine) -> str:
    candidate = line.best  # type: ignore[attr-defined]  # see get_table
    if candidate is None:
        return "inconnu" if line.state in OPEN_STATES else ""
    return f"{candidate.certainty.label} : {candidate.sale.reference}"


def _situation(line: BankLine) -> str:
    if line.state == LineState.WAITING:
        return f"{euros(line.remainder)} à affecter ou à rendre"
    return line.state.label


BANK_LINE_COLUMNS: list[Any] = [
    TitleColumn(
        "payer",
        label="Donneur d’ordre",
        accessor=lambda line: line.payer or "non indiqué",
        get_url=lambda line: line.get_absolute_url(),
        sort_key="payer",
    ),
    Column(
        "booked_on",
        label="Reçu",
        accessor=lambda line: f"{line.booked_on:%d/%m/%Y}",
        sort_key="booked_on",
        classname=ONE_LINE,
    ),
    Column("amount", label="Montant", accessor="shown_amount", sort_key="amount", classname=AMOUNT),
    Column("situation", label="Situation", accessor=_situation),
    Column("proposed", label="Rapprochement proposé", accessor=_proposed),
    Column("text", label="Libellé"),
]
BANK_LINE_EXPORT = [
    "booked_on", "value_on", "amount", "currency", "payer", "payer_iban", "text", "end_to_end",
    "bank_reference", "state", "remainder", "set_aside_reason",
]  # fmt: skip
