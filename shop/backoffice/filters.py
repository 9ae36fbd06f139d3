from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from wagtail.admin.filters import WagtailFilterSet

import django_filters

from base.choices import RowField
from base.clock import present
from base.day_filters import DaysFilter
from base.typography import french_number
from courses.models import CoursePage, CourseSession
from shop.backoffice.facts import for_staff
from shop.invoices.balance import unpaid_invoices
from shop.invoices.content import Audience, InvoiceKind
from shop.invoices.models import Invoice, InvoiceAmount, InvoiceQuerySet
from shop.orders.models import Order
from shop.orders.rules import OrderState, canonical_reference
from shop.payments.models import Due
from shop.payments.rules import OPEN_DISPUTES
from shop.withdrawal.models import DeclarationChannel, MatchOutcome, WithdrawalDeclaration

YES = [("oui", "À traiter")]
# A database compares so many in one question, not thousands; what follows them is not searched.
MOST_WORDS = 20


def matching(words: str) -> Q:
    """Every word in the name, the address or the reference; a reference however it was typed."""
    found = Q(reference=canonical_reference(words))
    every = Q()
    for word in words.split()[:MOST_WORDS]:
        every &= (
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__icontains=word)
            | Q(trainee_first_name__icontains=word)
            | Q(trainee_last_name__icontains=word)
            | Q(trainee_email__icontains=word)
            | Q(reference__icontains=word)
        )
    return found | every if words.split() else found


def sessions_with_orders(request: Any) -> QuerySet[CourseSession]:
    ordered = CourseSession.objects.filter(orders__isnull=False).distinct()
    return ordered.select_related("course", "venue").order_by("-starts_on")


def courses_with_orders(request: Any) -> QuerySet[CoursePage]:
    ordered: QuerySet[CoursePage] = CoursePage.objects.filter(sessions__orders__isnull=False)
    return ordered.distinct().order_by("title")


class CourseFilter(django_filters.ModelChoiceFilter):
    class field_class(RowField, django_filters.fields.ModelChoiceField):
        pass


class OrderFilterSet(WagtailFilterSet):
    to_do = django_filters.MultipleChoiceFilter(
        label="À traiter", choices=YES, method="keep_to_do", widget=forms.CheckboxSelectMultiple
    )
    state = django_filters.MultipleChoiceFilter(
        label="État",
        choices=[(state.value, state.label.capitalize()) for state in OrderState],
        widget=forms.CheckboxSelectMultiple,
    )
    course = CourseFilter(
        label="Formation", field_name="session__course", queryset=courses_with_orders
    )
    session = django_filters.ModelChoiceFilter(label="Session", queryset=sessions_with_orders)
    placed_at = DaysFilter(label="Commandée")
    starts_on = DaysFilter(label="Premier jour")

    class Meta:
        model = Order
        fields: ClassVar = ["to_do", "state", "course", "session", "placed_at", "starts_on"]

    def keep_to_do(self, orders: QuerySet[Order], name: str, value: list[str]) -> QuerySet[Order]:
        return for_staff(orders, timezone.localdate(present())) if value else orders


class DeclarationFilterSet(WagtailFilterSet):
    to_do = django_filters.MultipleChoiceFilter(
        label="Suite",
        choices=[("oui", "À décider")],
        method="keep_undecided",
        widget=forms.CheckboxSelectMultiple,
    )
    outcome = django_filters.MultipleChoiceFilter(
        label="Décision",
        field_name="matches__outcome",
        choices=[(value, label.capitalize()) for value, label in MatchOutcome.choices],
        widget=forms.CheckboxSelectMultiple,
    )
    channel = django_filters.MultipleChoiceFilter(
        label="Canal", choices=DeclarationChannel.choices, widget=forms.CheckboxSelectMultiple
    )
    received_at = DaysFilter(label="Reçue")

    class Meta:
        model = WithdrawalDeclaration
        fields: ClassVar = ["to_do", "outcome", "channel", "received_at"]

    def keep_undecided(self, rows: Any, name: str, value: list[str]) -> Any:
        return rows.filter(pk__in=WithdrawalDeclaration.objects.undecided()) if value else rows


def rates_in_use() -> list[tuple[str, str]]:
    rates = InvoiceAmount.objects.order_by("rate").values_list("rate", flat=True).distinct()
    return [(str(rate), rate_label(rate)) for rate in rates]


def rate_label(rate: Decimal) -> str:
    return f"{french_number(rate * 100)} %" if rate else "sans TVA"


class InvoiceFilterSet(WagtailFilterSet):
    unpaid = django_filters.MultipleChoiceFilter(
        label="Règlement",
        choices=[("oui", "Reste à payer")],
        method="keep_unpaid",
        widget=forms.CheckboxSelectMultiple,
    )
    issued_on = DaysFilter(label="Émise")
    kind = django_filters.MultipleChoiceFilter(
        label="Nature",
        choices=[(kind.value, kind.label.capitalize()) for kind in InvoiceKind],
        widget=forms.CheckboxSelectMultiple,
    )
    audience = django_filters.MultipleChoiceFilter(
        label="Client",
        choices=[(item.value, item.label.capitalize()) for item in Audience],
        widget=forms.CheckboxSelectMultiple,
    )
    rate = django_filters.MultipleChoiceFilter(
        label="Taux de TVA",
        choices=rates_in_use,
        method="keep_rates",
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Invoice
        fields: ClassVar = ["unpaid", "issued_on", "kind", "audience", "rate"]

    def keep_unpaid(self, rows: InvoiceQuerySet, name: str, value: list[str]) -> InvoiceQuerySet:
        return unpaid_invoices(rows) if value else rows

    def keep_rates(self, rows: InvoiceQuerySet, name: str, value: list[str]) -> InvoiceQuerySet:
        if not value:
            return rows
        amounts = InvoiceAmount.objects.filter(rate__in=[Decimal(rate) for rate in value])
        return rows.filter(pk__in=amounts.values("invoice"))


SITUATIONS = {
    "staff": ("À traiter par nous", ~Q(asks_staff="")),
    "customer": ("Attend le client", ~Q(asks_customer="")),
    "disputed": ("Paiement contesté", Q(attempts__dispute_state__in=OPEN_DISPUTES)),
    "refund": ("Remboursement échoué", Q(attempts__refunds__state="failed")),
}


class DueFilterSet(WagtailFilterSet):
    situation = django_filters.MultipleChoiceFilter(
        label="Situation",
        choices=[(key, label) for key, (label, _) in SITUATIONS.items()],
        method="keep_situations",
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = DaysFilter(label="Exigible")

    class Meta:
        model = Due
        fields: ClassVar = ["situation", "due_on"]

    def keep_situations(self, dues: QuerySet[Due], name: str, value: list[str]) -> QuerySet[Due]:
        if not value:
            return dues
        wanted = Q()
        for key in value:
            wanted |= SITUATIONS[key][1]
        return dues.filter(pk__in=Due.objects.filter(wanted).values("pk"))
