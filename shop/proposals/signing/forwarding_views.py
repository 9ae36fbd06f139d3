"""The signatory may be somebody else: the link is passed on, by hand or by e-mail."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from base.clock import present
from base.events import events_of, record
from base.private_pages import own_pages_only, private_page
from base.robots import too_many
from legal.terms.acceptance import request_facts
from shop.proposals.models import Proposal
from shop.proposals.signing.forms import ForwardForm
from shop.proposals.signing.letters import forward_proposal
from shop.proposals.signing.views import closed_page
from shop.proposals.views import proposal_of

FORWARDS_PER_HOUR = 5  # of one visitor, and ten of one proposal
FORWARDS_PER_PROPOSAL = 10
FORWARDED = "Proposition transmise"
TOO_MANY = (
    "Plusieurs envois sont partis en peu de temps. Copiez plutôt l’adresse, ou patientez une heure."
)


@private_page
@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def forward(request: HttpRequest, token: str) -> HttpResponse:
    proposal = proposal_of(token)
    if closed := closed_page(request, proposal):
        return closed
    if request.method != "POST":
        return _show(request, proposal, ForwardForm(), sent=request.GET.get("envoi") == "fait")
    form = ForwardForm(request.POST)
    if not form.is_valid():
        form.open_again()
        return _show(request, proposal, form, status=422)
    within = not too_many(request, "transmettre", per_hour=FORWARDS_PER_HOUR)
    if not (within and _forwards(request, proposal, form)):
        return _show(request, proposal, form, problem=TOO_MANY, status=429)
    return redirect(f"{reverse('proposal_forward', args=[proposal.token])}?envoi=fait")


@transaction.atomic
def _forwards(request: HttpRequest, proposal: Proposal, form: ForwardForm) -> bool:
    """False when this proposal was sent often enough: counted under its lock, for sendings at once."""
    Proposal.objects.select_for_update(of=("self",)).only("pk").get(pk=proposal.pk)
    if _has_sent_enough(proposal):
        return False
    now, facts = present(), request_facts(request)
    to, sender = form.cleaned_data["email"], form.cleaned_data["sender"]
    forward_proposal(proposal, to=to, sender=sender, now=now)
    data = {"email": to, "ip": facts.ip, "user_agent": facts.user_agent}
    record(FORWARDED, subject=proposal, actor=sender, data=data, at=now)
    return True


def _has_sent_enough(proposal: Proposal) -> bool:
    since = present() - timedelta(hours=1)
    sent = events_of(proposal).filter(name=FORWARDED, at__gt=since).count()
    return sent >= FORWARDS_PER_PROPOSAL


def _show(
    request: HttpRequest,
    proposal: Proposal,
    form: ForwardForm,
    *,
    sent: bool = False,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "proposal": proposal,
        "form": form,
        "address": settings.SITE_URL.rstrip("/") + proposal.get_absolute_url(),
        "sent": sent,
        "problem": problem,
    }
    return render(request, "shop/proposals/signing/forward.html", context, status=status)
