"""The list of unpaid invoices: how old, how far, what comes next and when, what is owed today."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

import django_filters

from base.clock import present
from base.typography import euros
from legal.rates.rules import Rates
from shop.backoffice.collection_page import Look, look_at
from shop.backoffice.listing import ONE_LINE, ShopIndexView
from shop.collection.models import CollectionCase, PenaltyInvoice
from shop.collection.reading import cases_with_facts, known_rates
from shop.invoices.content import Audience

OPEN = Q(settled_at__isnull=True)
SITUATIONS = {
    "open": ("À poursuivre", OPEN & Q(hold="")),
    "held": ("En attente", OPEN & ~Q(hold="")),
    "settled": ("Réglées", ~OPEN),
}


class CollectionFilterSet(WagtailFilterSet):
    situation = django_filters.MultipleChoiceFilter(
        label="Situation",
        choices=[(key, label) for key, (label, _) in SITUATIONS.items()],
        method="keep_situations",
        widget=forms.CheckboxSelectMultiple,
    )
    audience = django_filters.MultipleChoiceFilter(
        field_name="invoice__audience",
        label="Client",
        choices=[(item.value, item.label.capitalize()) for item in Audience],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = CollectionCase
        fields: ClassVar = ["situation", "audience"]

    def keep_situations(
        self, rows: QuerySet[CollectionCase], name: str, value: list[str]
    ) -> QuerySet[CollectionCase]:
        wanted = Q()
        for key in value:
            wanted |= SITUATIONS[key][1]
        return rows.filter(wanted)


class CollectionIndexView(ShopIndexView):
    export_headings: ClassVar = {
        "invoice.number": "Facture",
        "invoice.buyer_name": "Client",
        "invoice.due_on": "Échéance",
        "age": "Jours de retard",
        "level": "Niveau",
        "next_step": "Prochaine étape",
        "next_step_on": "Date de la prochaine étape",
        "unpaid": "Impayé TTC",
        "interest": "Intérêts non facturés",
        "recovery": "Indemnité non facturée",
    }

    @cached_property
    def table(self) -> tuple[Rates, ...]:
        return known_rates()

    def get_base_queryset(self) -> QuerySet[CollectionCase]:
        return cases_with_facts()

    def get_table(self, object_list: Any) -> Any:
        today = timezone.localdate(present())
        for case in object_list:
            case.look = look_at(case, today, self.table)
        return super().get_table(object_list)

    def to_row_dict(self, item: CollectionCase) -> dict[str, Any]:
        look = look_at(item, timezone.localdate(present()), self.table)
        return {
            "invoice.number": item.invoice.number,
            "invoice.buyer_name": item.invoice.buyer_name,
            "invoice.due_on": item.invoice.due_on,
            "age": look.age,
            "level": look.level,
            "next_step": look.step.text,
            "next_step_on": look.step.on or "",
            "unpaid": look.amounts.unpaid,
            "interest": look.amounts.interest,
            "recovery": look.amounts.recovery,
        }


def _of_look(read: Callable[[Look], str]) -> Callable[[CollectionCase], str]:
    return lambda case: read(case.look)  # type: ignore[attr-defined]  # see get_table


def _penalties(look: Look) -> str:
    if look.amounts.problem:
        return "à vérifier"
    return euros(look.amounts.interest + look.amounts.recovery)


COLLECTION_COLUMNS: list[Any] = [
    TitleColumn(
        "invoice",
        label="Facture",
        accessor="invoice.number",
        get_url=lambda case: reverse("collection_case:inspect", args=[case.pk]),
        sort_key="invoice__number",
        classname=ONE_LINE,
    ),
    Column("client", label="Client", accessor="invoice.buyer_name", sort_key="invoice__buyer_name"),
    Column(
        "due_on",
        label="Échéance",
        accessor=lambda case: f"{case.invoice.due_on:%d/%m/%Y}",
        sort_key="invoice__due_on",
    ),
    Column("age", label="Retard", accessor=_of_look(lambda look: f"{look.age} j")),
    Column("level", label="Niveau", accessor=_of_look(lambda look: look.level)),
    Column("step", label="Prochaine étape", accessor=_of_look(lambda look: look.step.text)),
    Column("step_on", label="Date", accessor=_of_look(lambda look: look.by)),
    Column(
        "unpaid",
        label="Impayé",
        accessor=_of_look(lambda look: euros(look.amounts.unpaid)),
        classname=f"shop-amount {ONE_LINE}",
    ),
    Column(
        "penalties",
        label="Pénalités à ce jour",
        accessor=_of_look(_penalties),
        classname=f"shop-amount {ONE_LINE}",
    ),
]
COLLECTION_EXPORT = list(CollectionIndexView.export_headings)


def cases_to_do() -> Iterator[tuple[CollectionCase, Look]]:
    """Those whose next step is a person's, of what is unpaid or was paid without its penalties."""
    today, table = timezone.localdate(present()), known_rates()
    billed = PenaltyInvoice.objects.filter(
        case=OuterRef("pk"), undone_at__isnull=True, invoice__issued_at__gte=OuterRef("settled_at")
    )
    settled = ~OPEN & Q(waived_at__isnull=True, invoice__audience=Audience.COMPANY.value)
    for case in cases_with_facts().filter(OPEN | settled & ~Exists(billed)):
        look = look_at(case, today, table)
        if look.step.waits_for_staff(today):
            yield case, look
