"""The paper comes back as files: measured before they are read, judged before they are kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from base.clock import present
from base.private_pages import own_pages_only, private_page
from base.robots import too_many
from legal.terms.acceptance import request_facts
from shop.proposals.models import Proposal
from shop.proposals.paper.actions import Received, ReturnRefused, receive_return
from shop.proposals.paper.forms import ReturnForm, uploads_of
from shop.proposals.posting import PostRefused, read_files
from shop.proposals.signing.views import closed_page
from shop.proposals.uploads import MOST_BYTES
from shop.proposals.views import proposal_of

RETURNS_PER_HOUR = 10
TOO_MANY = "Plusieurs envois sont partis en peu de temps. Patientez une heure, ou appelez-nous."


@private_page
@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, token: str) -> HttpResponse:
    """Nothing of the request is read before its length is known, and no file stays in memory."""
    proposal = proposal_of(token)
    if closed := closed_page(request, proposal):
        return closed
    if request.method != "POST":
        return _show(request, proposal, ReturnForm())
    try:
        read_files(request, most_bytes=MOST_BYTES)
    except PostRefused as refused:
        problem, status = str(refused), refused.status
        return _show(request, proposal, ReturnForm(), problem=problem, status=status)
    return _take(request, proposal, ReturnForm(request.POST, request.FILES))


def _take(request: HttpRequest, proposal: Proposal, form: ReturnForm) -> HttpResponse:
    if not form.is_valid():
        form.open_again()
        return _show(request, proposal, form, status=422)
    if too_many(request, "retour", per_hour=RETURNS_PER_HOUR):
        return _show(request, proposal, form, problem=TOO_MANY, status=429)
    now = present()
    received = Received(
        at=now,
        form_key=form.cleaned_data["form_key"],
        email=form.cleaned_data["email"],
        facts=request_facts(request),
    )
    try:
        receive_return(
            proposal_id=proposal.pk, uploads=uploads_of(form), received=received, now=now
        )
    except ReturnRefused as refused:
        return _show(request, proposal, form, problem=str(refused), status=409)
    return redirect(proposal)


def _show(
    request: HttpRequest,
    proposal: Proposal,
    form: ReturnForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"proposal": proposal, "form": form, "problem": problem}
    return render(request, "shop/proposals/paper/send.html", context, status=status)
