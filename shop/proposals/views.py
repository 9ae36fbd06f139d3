"""A proposal behind its link: whoever holds it reads and downloads, until it is replaced or withdrawn."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from base.clock import present
from base.missing import PageMissing
from base.private_pages import private_page
from documents.views import send
from shop.changes.policy import company_rows
from shop.proposals.agreement.pages import contract_page
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState

DEAD = (ProposalState.SUPERSEDED, ProposalState.WITHDRAWN)
GONE = 410


def proposal_of(token: str) -> Proposal:
    rows = Proposal.objects.select_related("course", "session__venue", "terms_version", "signature")
    proposal: Proposal | None = rows.filter(token=token).first()
    if proposal is None:
        raise PageMissing("Cette proposition n’existe pas, ou le lien est incomplet.")
    return proposal


@private_page
@require_safe
def proposal_page(request: HttpRequest, token: str) -> HttpResponse:
    """A dead link says so and leads nowhere: its successor has a link of its own (law.md S-03)."""
    proposal, now = proposal_of(token), present()
    state = proposal.state_at(now)
    if state in DEAD:
        return show_ended(request, proposal, state)
    if not proposal.content:
        return render(request, "shop/proposals/asked.html", {"proposal": proposal})
    context = {
        "proposal": proposal,
        "content": proposal.current,
        "document": proposal.document,
        "contract": contract_page(proposal, now),
        "is_expired": state == ProposalState.EXPIRED,
        "signature": getattr(proposal, "signature", None),
        "papers": proposal.returns.prefetch_related("files"),
        "policy_rows": list(company_rows(proposal.facts.policy)),
    }
    return render(request, "shop/proposals/proposal.html", context)


def show_ended(request: HttpRequest, proposal: Proposal, state: ProposalState) -> HttpResponse:
    context = {"proposal": proposal, "is_replaced": state == ProposalState.SUPERSEDED}
    return render(request, "shop/proposals/ended.html", context, status=GONE)


@private_page
@require_safe
def proposal_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The sealed bytes as they were stored."""
    proposal = proposal_of(token)
    if proposal.state_at(present()) in DEAD:
        raise PageMissing("Cette proposition a été remplacée ou retirée.")
    if (document := proposal.document) is None:
        raise PageMissing("Ce document est en préparation. Réessayez dans un instant.")
    return send(request, document)
