"""What staff write down of a fund's answer, and the part that it left unpaid (CGV 3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import View

from base.clock import present
from base.typography import euros, french_date
from shop.backoffice.access import DECIDE_FUNDING, SETTLE, VIEW_PROPOSAL
from shop.backoffice.agreement_views import ContractActionView
from shop.backoffice.due_views import DueActionView
from shop.backoffice.forms import ReasonForm
from shop.backoffice.funding_forms import GrantForm
from shop.backoffice.order_page import Link
from shop.backoffice.received_files import received_file
from shop.funding.actions import bill_client, grant_funding, refuse_funding
from shop.funding.models import Funding
from shop.proposals.models import Proposal


class FundingActionView(ContractActionView):
    permission_required = DECIDE_FUNDING

    @cached_property
    def funding(self) -> Funding:
        return get_object_or_404(Funding, proposal=self.proposal)


class GrantView(FundingActionView):
    url_name = "grant"
    form_class = GrantForm
    page_title = "Noter l’accord de l’OPCO"
    button = "Noter l’accord"

    def get_initial(self) -> dict[str, Any]:
        funding = self.funding
        return {
            "amount": funding.granted or funding.requested,
            "subrogated": funding.subrogated,
        }

    def explanation(self) -> list[str]:
        day = french_date(self.funding.last_day_to_pay)
        return [
            (
                "Avec subrogation, le solde est partagé : l’OPCO doit sa part jusqu’au "
                f"{day} inclus, un mois après la formation, et le client paie le reste à réception de "
                "la facture. L’acompte reste à la charge du client."
            ),
            "Sans subrogation, rien ne change pour nous : le client paie et l’OPCO le rembourse.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        grant_funding(proposal_id=self.proposal.pk, actor=self.actor, now=present(), **values)
        return f"L’accord de {euros(values['amount'])} est noté."


class RefuseView(FundingActionView):
    url_name = "refuse_funding"
    form_class = ReasonForm
    page_title = "Noter le refus de l’OPCO"
    button = "Noter le refus"

    def explanation(self) -> list[str]:
        return [
            "Le client doit la totalité du prix. Le motif est montré sur la page de sa proposition."
        ]

    def act(self, values: dict[str, Any]) -> str:
        refuse_funding(
            proposal_id=self.proposal.pk,
            reason=values["reason"],
            actor=self.actor,
            now=present(),
        )
        return "Le refus est noté : le client doit la totalité du solde."


class BillClientView(DueActionView):
    permission_required = SETTLE
    url_name = "bill_client"
    form_class = Form
    page_title = "Demander au client la part de l’OPCO"
    button = "La demander au client"
    is_serious = True

    def explanation(self) -> list[str]:
        return [
            f"L’OPCO devait payer {euros(self.due.amount)} avant la fin du {french_date(self.due.due_on)}.",
            (
                "Vérifiez d’abord les relevés bancaires. Le client reçoit ensuite une demande de "
                "paiement de cette part (CGV 3.3), puis des rappels."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        due = bill_client(due_id=self.due.pk, actor=self.actor, now=present())
        return f"La part de {euros(due.amount)} est demandée au client."


class AttestationView(PermissionRequiredMixin, View):
    permission_required = VIEW_PROPOSAL
    raise_exception = True
    url_name = "attestation"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Funding.objects.exclude(attestation="")
        funding = get_object_or_404(rows, proposal=pk)
        stem = f"accord-opco-{funding.proposal.document_number}"
        return received_file(funding.attestation, funding.attestation_type, stem=stem)


ACTIONS: dict[str, Any] = {
    "opco/accord": GrantView,
    "opco/refus": RefuseView,
    "opco/attestation": AttestationView,
}


def funding_facts(proposal: Proposal, user: Any) -> dict[str, Any]:
    """What ``shop/backoffice/funding.html`` shows."""
    funding = Funding.objects.filter(proposal=proposal).first()
    return {"funding": funding, "funding_links": list(_links(funding, user)) if funding else []}


def _links(funding: Funding, user: Any) -> Iterator[Link]:
    if user.has_perm(DECIDE_FUNDING):
        for name, label in (("grant", "Noter l’accord"), ("refuse_funding", "Noter le refus")):
            yield Link(label, reverse(f"proposal_list:{name}", args=[funding.proposal_id]))
