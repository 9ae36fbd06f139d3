"""One complaint: what was said on both sides, its contract, its mediator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone

from wagtail.admin.views.generic import InspectView

from base.clock import present
from base.events import events_of
from mail.labels import template_label
from mail.models import messages_of
from shop.backoffice.access import ANSWER_COMPLAINT
from shop.backoffice.contracts import contract_page
from shop.backoffice.labels import details
from shop.complaints.mediation import missing_of_mediator
from shop.complaints.models import Complaint
from shop.complaints.views import exchanges


class ComplaintInspectView(InspectView):
    page_title = "Réclamation"
    fields: list[str] = ["number"]  # the template shows the rest

    def get_object(self, queryset: Any = None) -> Complaint:
        rows = Complaint.objects.select_related("order", "proposal", "notice")
        found: Complaint = rows.get(pk=super().get_object(queryset).pk)
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        complaint: Complaint = self.object
        contract, notice = complaint.contract, complaint.known_notice
        is_late = complaint.is_open and complaint.answer_due_on < timezone.localdate(present())
        return context | {
            "complaint": complaint,
            "is_late": is_late,
            "contract": contract,
            "contract_url": contract_page(contract) if contract else "",
            "exchanges": exchanges(complaint),
            "notice": notice,
            "document": notice.document if notice else None,
            "missing": missing_of_mediator() if complaint.is_consumer and not notice else (),
            "mediator_url": reverse("wagtailsettings:edit", args=("legal", "mediator")),
            "links": list(complaint_links(complaint, self.request.user)),
            "messages_sent": [
                (row, template_label(row.template)) for row in messages_of(complaint)
            ],
            "events": [(event, details(event)) for event in events_of(complaint)],
        }


def complaint_links(complaint: Complaint, user: Any) -> Iterator[tuple[str, str]]:
    """Label and address of what this person may do now, the likeliest first."""
    if not user.has_perm(ANSWER_COMPLAINT):
        return
    notice = complaint.known_notice
    wanted = (
        ("answer", "Répondre", complaint.is_open),
        ("message", "Enregistrer un message reçu", True),
        ("attach", "Rattacher à un contrat", True),
        ("notice", "Envoyer l’avis de médiation", complaint.is_consumer and not notice),
        ("posted", "Noter l’avis posté", notice is not None and notice.posted_on is None),
    )
    for name, label, is_possible in wanted:
        if is_possible:
            yield label, reverse(f"complaint:{name}", args=[complaint.pk])
