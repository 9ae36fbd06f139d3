"""Everything about one proposal on one page: who asks, what is offered, its versions, what happens next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from wagtail.admin.views.generic import InspectView

from base.clock import present
from base.events import Event
from documents.issued import documents_of
from mail.labels import template_label
from mail.models import messages_of
from shop.backoffice.access import COMPOSE, VIEW_PROPOSAL
from shop.backoffice.agreement_views import contract_facts
from shop.backoffice.funding_views import funding_facts
from shop.backoffice.labels import details
from shop.backoffice.order_page import Link
from shop.backoffice.proposal_facts import action_of, proposals_with_facts
from shop.backoffice.request_views import may_record
from shop.backoffice.suspension_views import suspension_facts
from shop.cancelled_sessions.reading import offers_of
from shop.complaints.models import Complaint
from shop.proposals.composing import client_of
from shop.proposals.composition import Overflow, overflow_of
from shop.proposals.models import DOCUMENT_KIND, Proposal
from shop.proposals.rules import ProposalState, may_become

EXTEND = "Remplacer ou prolonger"


class ProposalInspectView(InspectView):
    page_title = "Proposition"
    fields: list[str] = ["number"]  # the template shows the rest

    def get_object(self, queryset: Any = None) -> Proposal:
        rows = proposals_with_facts().select_related(
            "course", "session__venue", "session__course", "terms_version", "split_from"
        )
        return rows.get(pk=super().get_object(queryset).pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        proposal, user, now = self.object, self.request.user, present()
        versions = list(versions_of(proposal))
        return context | {
            "proposal": proposal,
            "state": proposal.state_at(now),
            "action": action_of(proposal),
            "links": list(proposal_links(proposal, user)),
            "client": client_of(proposal),
            "content": proposal.current if proposal.content else None,
            "overflow": group_overflow(proposal) if proposal.state in WAITING else None,
            "second": Proposal.objects.filter(split_from__in=versions).first(),
            "versions": [(row, row.state_at(now).label) for row in versions],
            "public_url": public_url(proposal),
            "document": proposal.document,
            "complaints": Complaint.objects.filter(proposal__in=versions).select_related("notice"),
            "documents": documents_of(proposal).exclude(kind=DOCUMENT_KIND),
            "messages_sent": [(row, template_label(row.template)) for row in messages_of(proposal)],
            "events": [(event, details(event)) for event in journal_of(versions)],
            "requests": proposal.written_requests.select_related("outcome"),
            **contract_facts(proposal, user),
            **funding_facts(proposal, user),
            "session_offers": offers_of(proposal),
            **suspension_facts(proposal, user),
        }


WAITING = (ProposalState.ASKED, ProposalState.ISSUED, ProposalState.EXPIRED)


def proposal_links(proposal: Proposal, user: Any) -> Iterator[Link]:
    """The actions that this person may take now."""
    state = ProposalState(proposal.state)
    if proposal.number and user.has_perm(VIEW_PROPOSAL):
        yield Link("Signature", reverse("proposal_list:signature", args=[proposal.pk]))
    if may_record(proposal, user):
        url = reverse("proposal_list:record_request", args=[proposal.pk])
        yield Link("Enregistrer une annulation ou un report", url)
    wanted = (
        ("compose", "Composer", may_become(state, ProposalState.ISSUED)),
        ("compose", EXTEND, may_become(state, ProposalState.SUPERSEDED)),
        ("withdraw", "Retirer", may_become(state, ProposalState.WITHDRAWN)),
    )
    if not user.has_perm(COMPOSE):
        return
    for name, label, is_possible in wanted:
        if is_possible:
            yield Link(label, reverse(f"proposal_list:{name}", args=[proposal.pk]))


def proposal_page(proposal: Proposal) -> str:
    return reverse("proposal_list:inspect", args=[proposal.pk])


def public_url(proposal: Proposal) -> str:
    return settings.SITE_URL.rstrip("/") + proposal.get_absolute_url()


def group_overflow(proposal: Proposal) -> Overflow | None:
    """Of the row as it stands: what the group has too many for its session (CGV 2.1)."""
    session = proposal.session
    return overflow_of(
        proposal.headcount,
        group_size_max=proposal.course.group_size_max,
        seats_left=session.seats_left if session else None,
    )


def versions_of(proposal: Proposal) -> QuerySet[Proposal]:
    """Every row of its number, the oldest first; itself while it has none."""
    mine = Q(number=proposal.number) if proposal.number else Q(pk=proposal.pk)
    found: QuerySet[Proposal] = Proposal.objects.filter(mine).order_by("version")
    return found.defer("content")


def journal_of(versions: list[Proposal]) -> QuerySet[Event]:
    keys = [str(version.pk) for version in versions]
    found: QuerySet[Event] = Event.objects.filter(
        subject_type=Proposal._meta.label_lower, subject_id__in=keys
    )
    return found.order_by("at", "pk")
