"""Everything about one invoice on one page: what is printed, what it deducts, what corrects it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from wagtail.admin.views.generic import InspectView

from base.clock import present
from base.events import Event
from mail.models import OutgoingMessage
from shop.backoffice.contracts import contract_page
from shop.backoffice.labels import details
from shop.collection.models import CollectionCase, PenaltyInvoice
from shop.invoices.balance import is_late, remaining_of
from shop.invoices.duplicates import duplicate_of
from shop.invoices.letters import event_key
from shop.invoices.models import Invoice
from shop.invoices.planning import creditable
from shop.invoices.wording import PrintedInvoice


class InvoiceInspectView(InspectView):
    page_title = "Facture"
    fields: list[str] = ["number"]  # the template shows the rest

    def get_object(self, queryset: Any = None) -> Invoice:
        invoice: Invoice = super().get_object(queryset)
        rows = Invoice.objects.select_related("order", "proposal", "corrects", "payment__due")
        return rows.get(pk=invoice.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        invoice = self.object
        remaining = remaining_of(invoice)
        return context | {
            "invoice": invoice,
            "contract_url": contract_page(invoice.contract) if invoice.contract else "",
            "printed": PrintedInvoice(invoice.facts),
            "remaining": remaining,
            "is_late": is_late(invoice, remaining, timezone.localdate(present())),
            "creditable": None if invoice.is_credit else creditable(invoice),
            "document": invoice.document,
            "duplicate": duplicate_of(invoice),
            "deductions": invoice.deductions.select_related("deposit").order_by("pk"),
            "deducted_by": getattr(invoice, "deducted_by", None),
            "credit_notes": invoice.credit_notes.defer("content").order_by("pk"),
            "case": getattr(invoice, "collection_case", None) or late_invoice_of(invoice),
            "messages_sent": messages_about(invoice),
            "events": [(event, details(event)) for event in journal_of(invoice)],
        }


def late_invoice_of(invoice: Invoice) -> CollectionCase | None:
    """The case whose penalties this invoice asks for."""
    penalty = PenaltyInvoice.objects.filter(invoice=invoice).select_related("case").first()
    return penalty.case if penalty else None


def messages_about(invoice: Invoice) -> QuerySet[OutgoingMessage]:
    """The letter that carried it, and each time that it was sent again."""
    key = event_key(invoice)
    mine = Q(event_key=key) | Q(predecessor__event_key=key)
    found: QuerySet[OutgoingMessage] = OutgoingMessage.objects.filter(mine).order_by("queued_at")
    return found


def journal_of(invoice: Invoice) -> QuerySet[Event]:
    """What the journal of its order or proposal says of this number, oldest first."""
    subjects = Q(subject_type=Invoice._meta.label_lower, subject_id=str(invoice.pk))
    if contract := invoice.contract:
        of_contract = Q(subject_type=contract._meta.label_lower, subject_id=str(contract.pk))
        about = Q(data__number=invoice.number) | Q(data__corrects=invoice.number)
        subjects |= of_contract & about
    return Event.objects.filter(subjects).order_by("at", "pk")
