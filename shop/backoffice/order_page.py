"""Everything about one order on one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from wagtail.admin.views.generic import InspectView

from base.clock import present
from base.events import Event
from documents.issued import documents_of
from legal.terms.acceptance import acceptances_of
from mail.labels import template_label
from mail.models import messages_of
from shop.backoffice import access
from shop.backoffice.complaint_admin import record_address
from shop.backoffice.facts import action_of, orders_with_facts, paid_of
from shop.backoffice.labels import details
from shop.backoffice.refunds import refundable_by_card
from shop.cancelled_sessions.reading import offers_of
from shop.complaints.models import Complaint
from shop.invoices.models import DOCUMENT_KIND
from shop.invoices.planning import final_invoice_of
from shop.orders.models import Order
from shop.orders.rules import OrderState, may_become
from shop.orders.timeline import timeline
from shop.payments.models import Due
from shop.payments.rules import AttemptState, Channel
from shop.payments.transfers import kept_transfers
from shop.withdrawal.models import WithdrawalDeclaration


@dataclass(frozen=True)
class Link:
    label: str
    url: str


class OrderInspectView(InspectView):
    page_title = "Commande"
    fields: list[str] = ["reference"]  # the template shows the rest

    def get_object(self, queryset: Any = None) -> Order:
        order: Order = super().get_object(queryset)
        return (
            orders_with_facts().select_related("session__course", "terms_version").get(pk=order.pk)
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        order, user, now = self.object, self.request.user, present()
        is_invoiced = final_invoice_of(order) is not None
        return context | {
            "order": order,
            "action": action_of(order, now),
            "paid": paid_of(order),
            "links": list(order_links(order, user)),
            "timeline": timeline(order, now),
            "events": [(event, details(event)) for event in journal_of(order)],
            "documents": documents_of(order).exclude(kind=DOCUMENT_KIND),
            "invoices": order.invoices.defer("content").order_by("issued_at", "pk"),
            "messages_sent": [(row, template_label(row.template)) for row in messages_of(order)],
            "dues": [(due, list(due_links(due, user, is_invoiced))) for due in order.dues.all()],
            "mandates": order.mandates.all(),
            "acceptances": acceptances_of(order),
            "freezes": order.freezes.select_related("declaration"),
            "session_offers": offers_of(order),
            "complaints": order.complaints.select_related("notice"),
            "requests": order.written_requests.select_related("outcome"),
            "matches": order.withdrawals.select_related("declaration", "order"),
        }


def order_links(order: Order, user: Any) -> Iterator[Link]:
    """The actions that this person may take now."""
    unpaid = order.dues.unpaid().exists()
    paused = order.charging_stopped_at is not None
    wanted = (
        (access.RESEND, "resend", "Renvoyer la confirmation", True),
        (access.MOVE, "move", "Changer de session", order.is_active),
        (
            access.RECORD_WITHDRAWAL,
            "record_withdrawal",
            "Enregistrer une rétractation",
            may_become(OrderState(order.state), OrderState.WITHDRAWN),
        ),
        (
            access.RECORD_REQUEST,
            "record_request",
            "Enregistrer une annulation ou un report",
            order.is_active,
        ),
        (access.REFUND, "refund", "Rembourser", refundable_by_card(order) > 0),
        (access.PAUSE, "pause", "Suspendre les prélèvements", unpaid and not paused),
        (access.PAUSE, "resume", "Reprendre les prélèvements", unpaid and paused),
    )
    for permission, name, label, is_possible in wanted:
        if is_possible and user.has_perm(permission):
            yield Link(label, reverse(f"order:{name}", args=[order.pk]))
    if user.has_perm(access.ANSWER_COMPLAINT):
        yield Link("Enregistrer une réclamation", record_address(order))


def due_links(due: Due, user: Any, is_invoiced: bool) -> Iterator[Link]:
    """``is_invoiced``: the final invoice of the order is issued."""
    paid = [a for a in due.attempts.all() if a.state == AttemptState.SUCCEEDED]
    if user.has_perm(access.SETTLE):
        if not paid and due.stopped_at is None and due.not_before and due.not_before <= present():
            yield Link("Noter un virement reçu", reverse("due:transfer", args=[due.pk]))
        if due.asks_staff:
            yield Link("Classer", reverse("due:settle", args=[due.pk]))
        if due.asks_customer and not paid and due.reminding_stopped_at is None:
            yield Link("Ne plus envoyer de rappels", reverse("due:quiet", args=[due.pk]))
    if is_invoiced and not paid and due.stopped_at is None and user.has_perm(access.CREDIT):
        yield Link("Renoncer, avec un avoir", reverse("due:give_up", args=[due.pk]))
    by_transfer = any(attempt.channel == Channel.TRANSFER for attempt in paid)
    if by_transfer and user.has_perm(access.REFUND) and kept_transfers().filter(due=due).exists():
        yield Link("Noter un virement rendu", reverse("due:transfer_back", args=[due.pk]))


def journal_of(order: Order) -> QuerySet[Event]:
    """Of the order, of the declarations and of the complaints about it, oldest first."""
    declarations = WithdrawalDeclaration.objects.filter(
        Q(matches__order=order) | Q(freezes__order=order)
    )
    keys = [str(pk) for pk in declarations.values_list("pk", flat=True).distinct()]
    mine = Q(subject_type=Order._meta.label_lower, subject_id=str(order.pk))
    about = Q(subject_type=WithdrawalDeclaration._meta.label_lower, subject_id__in=keys)
    complaints = [str(pk) for pk in order.complaints.values_list("pk", flat=True)]
    about |= Q(subject_type=Complaint._meta.label_lower, subject_id__in=complaints)
    return Event.objects.filter(mine | about).order_by("at", "pk")
