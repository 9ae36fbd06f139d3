"""Behind the link of a proposal: the fund that was asked to pay, and its letter of agreement."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from base.clock import present
from base.private_pages import own_pages_only, private_page
from base.robots import too_many
from shop.funding.actions import (
    OPEN_STATES,
    FundingRefused,
    attach_attestation,
    request_funding,
)
from shop.funding.forms import AttestationForm, FundingForm
from shop.funding.models import Funding
from shop.funding.rules import FundingState
from shop.proposals.models import Proposal
from shop.proposals.posting import PostRefused, read_files
from shop.proposals.uploads import MOST_FILE_BYTES
from shop.proposals.views import proposal_of

SENDINGS_PER_HOUR = 10
FUND = "fund"  # only one of the two forms asks for it
ATTESTATION_ID = "accord_%s"  # two forms on one page
TOO_MANY = "Plusieurs envois sont partis en peu de temps. Patientez une heure, ou appelez-nous."


@private_page
@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def funding_page(request: HttpRequest, token: str) -> HttpResponse:
    proposal = proposal_of(token)
    if proposal.state_at(present()) not in OPEN_STATES:
        return redirect(proposal)
    if request.method != "POST":
        return _show(request, proposal)
    try:
        read_files(request, most_bytes=MOST_FILE_BYTES)
    except PostRefused as refused:
        return _show(request, proposal, problem=str(refused), status=refused.status)
    # A form without its file still is that of the file.
    return _write_down(request, proposal) if FUND in request.POST else _attach(request, proposal)


def _write_down(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    form = FundingForm(request.POST)
    if not form.is_valid():
        form.open_again()
        return _show(request, proposal, form=form, status=422)
    if too_many(request, "opco", per_hour=SENDINGS_PER_HOUR):
        return _show(request, proposal, form=form, problem=TOO_MANY, status=429)
    try:
        request_funding(
            proposal_id=proposal.pk,
            request=form.to_request(),
            actor=proposal.company_name,
            now=present(),
        )
    except FundingRefused as refused:
        return _show(request, proposal, form=form, problem=str(refused), status=409)
    return redirect("proposal_funding", proposal.token)


def _attach(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    form = AttestationForm(request.POST, request.FILES, auto_id=ATTESTATION_ID)
    if not form.is_valid():
        form.open_again()
        return _show(request, proposal, attestation=form, status=422)
    if too_many(request, "opco", per_hour=SENDINGS_PER_HOUR):
        return _show(request, proposal, problem=TOO_MANY, status=429)
    try:
        attach_attestation(
            proposal_id=proposal.pk,
            attestation=form.cleaned_data["attestation"],
            actor=proposal.company_name,
            now=present(),
        )
    except FundingRefused as refused:
        return _show(request, proposal, attestation=form, problem=str(refused), status=409)
    return redirect("proposal_funding", proposal.token)


def _show(
    request: HttpRequest,
    proposal: Proposal,
    *,
    form: FundingForm | None = None,
    attestation: AttestationForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    funding = Funding.objects.filter(proposal=proposal).first()
    context = {
        "proposal": proposal,
        "funding": funding,
        "form": form or FundingForm(initial=_initial(funding)),
        "attestation_form": attestation or AttestationForm(auto_id=ATTESTATION_ID),
        "may_change": funding is None or funding.state == FundingState.REQUESTED,
        "problem": problem,
    }
    return render(request, "shop/funding/funding.html", context, status=status)


def _initial(funding: Funding | None) -> dict[str, object]:
    if funding is None:
        return {}
    return {
        "fund": funding.fund,
        "file_number": funding.file_number,
        "amount": funding.requested,
        "subrogated": funding.subrogated,
    }
