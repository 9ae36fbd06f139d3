"""The sessions that LEXOM cancelled, and who has answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import InspectView

from base.clock import present
from base.typography import french_date
from shop.backoffice.access import CANCEL_SESSION, REFUND
from shop.backoffice.contracts import contract_page
from shop.backoffice.listing import ShopIndexView
from shop.backoffice.order_page import Link
from shop.cancelled_sessions.models import SessionCancellation, SessionOffer
from shop.cancelled_sessions.reading import answers_of
from shop.cancelled_sessions.rules import OfferState
from shop.payments.refund_rows import paid_amount, refunded_amount
from shop.payments.transfers import kept_transfers

FILTER = "reponse"


@dataclass(frozen=True)
class Row:
    offer: SessionOffer
    url: str
    left: Any
    links: list[Link]


class CancellationIndexView(ShopIndexView):
    def get_base_queryset(self) -> QuerySet[SessionCancellation]:
        rows: QuerySet[SessionCancellation] = SessionCancellation.objects.with_answers()
        return rows


class CancellationInspectView(InspectView):
    page_title = "Session annulée"
    fields: list[str] = ["cause"]  # the template shows the rest

    def get_object(self, queryset: Any = None) -> SessionCancellation:
        rows = SessionCancellation.objects.select_related("session__course", "session__venue")
        found: SessionCancellation = rows.get(pk=super().get_object(queryset).pk)
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        offers = list(
            self.object.offers.select_related("order", "proposal", "cancellation", "chosen__venue")
        )
        wanted = self.request.GET.get(FILTER, "")
        shown = [offer for offer in offers if wanted in ("", offer.state)]
        alternatives = self.object.alternatives.select_related("course", "venue")
        return context | {
            "cancellation": self.object,
            "answers": answers_of(offers),
            "total": len(offers),
            "wanted": wanted,
            "alternatives": alternatives.order_by("starts_on", "pk"),
            "rows": [self._row(offer) for offer in shown],
        }

    def _row(self, offer: SessionOffer) -> Row:
        contract = offer.contract
        left = paid_amount(contract) - refunded_amount(contract)
        return Row(offer, contract_page(contract), left, list(self._links(offer)))

    def _links(self, offer: SessionOffer) -> Iterator[Link]:
        user = self.request.user
        if offer.may_be_answered(present()) and user.has_perm(CANCEL_SESSION):
            address = reverse("session_cancellation:answer", args=[offer.cancellation_id, offer.pk])
            yield Link("Répondre pour ce client", address)
        if offer.state == OfferState.REFUNDED and user.has_perm(REFUND):
            for attempt in kept_transfers().filter(due__in=offer.contract.dues.all()):
                address = reverse("due:transfer_back", args=[attempt.due_id])
                yield Link("Noter un virement rendu", address)


def _next_day(cancellation: Any) -> str:
    return french_date(cancellation.next_day) if cancellation.next_day else ""


CANCELLATION_COLUMNS: list[Any] = [
    TitleColumn(
        "session",
        label="Session",
        accessor=lambda cancellation: str(cancellation.session),
        get_url=lambda cancellation: reverse(
            "session_cancellation:inspect", args=[cancellation.pk]
        ),
    ),
    Column("cause", label="Motif", accessor="get_cause_display"),
    Column(
        "cancelled_on",
        label="Annulée",
        accessor=lambda cancellation: f"{cancellation.cancelled_on:%d/%m/%Y}",
        sort_key="cancelled_at",
    ),
    Column("total", label="Clients"),
    Column("waiting", label="Réponses attendues", sort_key="waiting"),
    Column("next_day", label="Prochaine échéance", accessor=_next_day, sort_key="next_day"),
]
CANCELLATION_EXPORT = ["session", "cause", "cancelled_at", "cancelled_by"]
