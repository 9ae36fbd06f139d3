"""The lists of the shop: read, searched and exported, never written to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import DateTimeField, QuerySet, Value
from django.utils import timezone

from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView

from base.clock import present
from base.spreadsheets import VISITORS_WORDS
from base.typography import euros, french_date_range
from shop.backoffice.contracts import contract_page
from shop.backoffice.facts import action_of, orders_with_facts, paid_of
from shop.backoffice.filters import matching
from shop.backoffice.next_action import NextAction
from shop.orders.models import Order
from shop.payments.models import Due
from shop.payments.rules import AttemptState
from shop.withdrawal.models import WithdrawalDeclaration
from shop.withdrawal.rules import decide_by

ONE_LINE = "w-whitespace-nowrap"


class ShopIndexView(IndexView):
    """Clients wrote what is exported."""

    custom_value_preprocess: ClassVar = IndexView.custom_value_preprocess | VISITORS_WORDS


def at_present() -> Value:
    """Each row knows when it is looked at: asking the clock for every cell would cost a query."""
    return Value(present(), output_field=DateTimeField())


def action(order: Order) -> NextAction:
    return action_of(order, order.now)  # type: ignore[attr-defined]


def action_day(order: Order) -> str:
    day = action(order).on
    return f"{day:%d/%m/%Y}" if day else ""


class OrderIndexView(ShopIndexView):
    search_fields: ClassVar = ["reference"]  # shows the search box; see search_queryset
    export_headings: ClassVar = {
        "full_name": "Client",
        "state": "État",
        "next_action": "Prochaine action",
        "next_action_on": "Date de la prochaine action",
        "paid": "Payé",
    }

    def get_base_queryset(self) -> QuerySet[Order]:
        rows = orders_with_facts().annotate(now=at_present())
        return rows.defer("snapshot", "hours_by_day")

    def search_queryset(self, queryset: QuerySet[Order]) -> QuerySet[Order]:
        return queryset.filter(matching(self.search_query)) if self.is_searching else queryset

    def to_row_dict(self, item: Order) -> dict[str, Any]:
        following = action(item)
        computed = {
            "placed_at": timezone.localdate(item.placed_at),
            "state": item.get_state_display(),
            "next_action": following.text,
            "next_action_on": following.on or "",
            "paid": paid_of(item),
        }
        return {name: computed.get(name, getattr(item, name, "")) for name in self.list_export}


ORDER_COLUMNS: list[Any] = [
    TitleColumn(
        "reference",
        label="Référence",
        get_url=contract_page,
        sort_key="reference",
        classname=ONE_LINE,
    ),
    Column("full_name", label="Client", sort_key="last_name"),
    Column("course_title", label="Formation", sort_key="course_title"),
    Column(
        "dates",
        label="Session",
        accessor=lambda order: french_date_range(order.starts_on, order.ends_on),
        sort_key="starts_on",
    ),
    Column("get_state_display", label="État", sort_key="state"),
    Column("next_action", label="Prochaine action", accessor=lambda order: action(order).text),
    Column("next_action_on", label="Date", accessor=action_day),
    Column(
        "paid",
        label="Payé / prix",
        accessor=lambda order: f"{euros(paid_of(order))} / {euros(order.price_incl_vat)}",
    ),
]
ORDER_EXPORT = [
    "reference", "placed_at", "full_name", "email", "phone", "course_title", "starts_on", "ends_on",
    "state", "next_action", "next_action_on", "price_incl_vat", "paid", "withdrawal_last_day",
]  # fmt: skip


class DeclarationIndexView(ShopIndexView):
    def get_base_queryset(self) -> QuerySet[WithdrawalDeclaration]:
        rows: QuerySet[WithdrawalDeclaration] = WithdrawalDeclaration.objects.prefetch_related(
            "matches__order", "freezes__order"
        )
        return rows


def outcomes(declaration: WithdrawalDeclaration) -> str:
    found = [str(match) for match in declaration.matches.all()]
    return " ; ".join(found) or "à rapprocher d’une commande"


def decision_day(declaration: WithdrawalDeclaration) -> str:
    """Empty once everything is decided."""
    matches, freezes = declaration.matches.all(), declaration.freezes.all()
    is_late = any(match.outcome == "late" for match in matches)
    is_held = any(freeze.lifted_at is None for freeze in freezes)
    if matches and not is_late and not is_held:
        return ""
    return f"{decide_by(declaration.received_at):%d/%m/%Y}"


DECLARATION_COLUMNS: list[Any] = [
    TitleColumn("name", label="Nom", url_name="withdrawaldeclaration:inspect", sort_key="name"),
    Column("contract", label="Contrat désigné"),
    Column("get_channel_display", label="Canal", sort_key="channel"),
    Column(
        "received_at",
        label="Reçue",
        accessor=lambda row: f"{timezone.localtime(row.received_at):%d/%m/%Y}",
        sort_key="received_at",
    ),
    Column("outcomes", label="Suite", accessor=outcomes),
    Column("decide_by", label="À décider avant le", accessor=decision_day),
]


class DueIndexView(ShopIndexView):
    def get_base_queryset(self) -> QuerySet[Due]:
        rows = Due.objects.select_related("order", "proposal").prefetch_related("attempts__refunds")
        return rows.annotate(now=at_present())


def due_state(due: Due) -> str:
    if any(attempt.state == AttemptState.SUCCEEDED for attempt in due.attempts.all()):
        return "payée"
    if due.stopped_at:
        return "abandonnée"
    now = due.now  # type: ignore[attr-defined]
    return "à venir" if due.not_before is None or due.not_before > now else "à payer"


def due_question(due: Due) -> str:
    if due.asks_staff:
        return due.asks_staff
    return f"Le client doit {due.get_asks_customer_display()}" if due.asks_customer else ""


DUE_COLUMNS: list[Any] = [
    TitleColumn(
        "reference",
        label="Commande ou proposition",
        accessor="contract.payment_reference",
        get_url=lambda due: contract_page(due.contract),
        classname=ONE_LINE,
    ),
    Column("client", label="Client", accessor="contract.payer_name"),
    Column("label", label="Versement"),
    Column("amount", label="Montant", accessor=lambda due: euros(due.amount), sort_key="amount"),
    Column(
        "due_on",
        label="Exigible",
        accessor=lambda due: f"{due.due_on:%d/%m/%Y}",
        sort_key="due_on",
    ),
    Column("state", label="État", accessor=due_state),
    Column("question", label="À traiter", accessor=due_question),
]
