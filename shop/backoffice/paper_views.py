"""The signature of a proposal, and what staff do with one that came back on paper."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from base.clock import present
from base.events import events_of
from base.typography import french_date
from documents.issued import documents_of
from legal.terms.acceptance import request_facts
from shop.backoffice.access import DECIDE_PAPER, VIEW_PROPOSAL
from shop.backoffice.action_views import ActionView
from shop.backoffice.labels import details
from shop.backoffice.paper_forms import AcceptReturnForm, RecordReturnForm, RefuseReturnForm
from shop.backoffice.received_files import received_file
from shop.proposals.models import Proposal
from shop.proposals.paper.actions import (
    Received,
    ReturnRefused,
    accept_return,
    receive_return,
    refuse_return,
)
from shop.proposals.paper.models import PaperFile, PaperReturn
from shop.proposals.paper.rules import noon
from shop.proposals.rules import ProposalState
from shop.proposals.signing.models import ProposalSignature


class SignatureView(WagtailAdminTemplateMixin, PermissionRequiredMixin, TemplateView):
    """Who signed and how, the papers that came back, everything that happened."""

    permission_required = VIEW_PROPOSAL
    raise_exception = True
    url_name = "signature"
    page_title = "Signature"
    header_icon = "edit"
    template_name = "shop/backoffice/signature.html"

    @cached_property
    def proposal(self) -> Proposal:
        return get_object_or_404(Proposal, pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": _proposal_url(self.proposal), "label": str(self.proposal)},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        proposal = self.proposal
        awaited = proposal.state in (ProposalState.ISSUED, ProposalState.EXPIRED)
        return context | {
            "proposal": proposal,
            "signature": ProposalSignature.objects.filter(proposal=proposal).first(),
            "documents": documents_of(proposal).order_by("issued_at", "pk"),
            "returns": _returns(proposal),
            "may_decide": awaited and self.request.user.has_perm(DECIDE_PAPER),
            "events": [(event, details(event)) for event in events_of(proposal)],
        }


class PaperActionView(ActionView):
    permission_required = DECIDE_PAPER
    url_name = ""
    header_icon = "doc-full"

    @cached_property
    def proposal(self) -> Proposal:
        return get_object_or_404(Proposal, pk=self.kwargs["pk"])

    @cached_property
    def paper(self) -> PaperReturn:
        return get_object_or_404(_returns(self.proposal), pk=self.kwargs["return_pk"])

    def subject(self) -> str:
        return str(self.proposal)

    def get_success_url(self) -> str:
        return reverse("proposal_list:signature", args=[self.proposal.pk])


class AcceptReturnView(PaperActionView):
    url_name = "paper_return"
    form_class = AcceptReturnForm
    page_title = "Contrôler un exemplaire papier"
    button = "Tout y est : enregistrer la signature"
    template_name = "shop/backoffice/paper_return.html"
    is_serious = True

    def explanation(self) -> list[str]:
        return [
            f"Reçu le {french_date(timezone.localdate(self.paper.received_at))}.",
            "Ouvrez chaque fichier, puis cochez où vous voyez chaque élément.",
            "La proposition est alors signée, et la preuve part par e-mail. Cela ne s’annule pas.",
        ]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"files": self.paper.files.all()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"paper": self.paper}

    def form_valid(self, form: Any) -> HttpResponse:
        self.reading = form.to_reading()
        return super().form_valid(form)

    def act(self, values: dict[str, Any]) -> str:
        accept_return(
            return_id=self.paper.pk, reading=self.reading, actor=self.actor, now=present()
        )
        return "La proposition est signée. La preuve est en préparation et part par e-mail."


class RefuseReturnView(PaperActionView):
    url_name = "refuse_return"
    form_class = RefuseReturnForm
    page_title = "Refuser un exemplaire papier"
    button = "Refuser et écrire au client"

    def explanation(self) -> list[str]:
        address = self.paper.email or self.proposal.email
        return [
            f"Le motif part à {address}.",
            "Tant que la proposition est valable, le client peut renvoyer un exemplaire ou signer en ligne.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        refuse_return(
            return_id=self.paper.pk, reason=values["reason"], actor=self.actor, now=present()
        )
        return "Le retour est refusé ; le client est averti."


class RecordReturnView(PaperActionView):
    url_name = "record_return"
    form_class = RecordReturnForm
    page_title = "Enregistrer un exemplaire reçu par courrier"
    button = "Enregistrer"

    def explanation(self) -> list[str]:
        return [
            "Numérisez toutes les pages, conditions générales comprises.",
            "Un accusé de réception part par e-mail ; le contrôle vient ensuite.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        now, day = present(), values["received_on"]
        issued_at = self.proposal.issued_at
        if issued_at is None or day < timezone.localdate(issued_at):
            raise ReturnRefused("La proposition n’était pas encore émise à cette date.")
        received = Received(
            at=max(noon(day, now), issued_at),
            form_key=values["form_key"],
            facts=request_facts(self.request),
            email=values["email"],
            recorded_by=self.actor,
        )
        receive_return(
            proposal_id=self.proposal.pk, uploads=values["scans"], received=received, now=now
        )
        return "L’exemplaire est enregistré : il reste à le contrôler."


class PaperFileView(PermissionRequiredMixin, View):
    permission_required = VIEW_PROPOSAL
    raise_exception = True
    url_name = "paper_file"

    def get(self, request: HttpRequest, **keys: int) -> HttpResponse:
        file = get_object_or_404(
            PaperFile,
            paper_return__proposal=keys["pk"],
            paper_return=keys["return_pk"],
            position=keys["position"],
        )
        stem = f"retour-{file.paper_return_id}-{file.position}"
        return received_file(file.sha256, file.content_type, stem=stem)


def _proposal_url(proposal: Proposal) -> str:
    return reverse("proposal_list:inspect", args=[proposal.pk])


def _returns(proposal: Proposal) -> QuerySet[PaperReturn]:
    return proposal.returns.prefetch_related("files")


ACTIONS: dict[str, Any] = {
    "signature": SignatureView,
    "retour/enregistrer": RecordReturnView,
    "retour/<int:return_pk>": AcceptReturnView,
    "retour/<int:return_pk>/refuser": RefuseReturnView,
    "retour/<int:return_pk>/fichier/<int:position>": PaperFileView,
}
