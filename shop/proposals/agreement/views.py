"""After the signature, behind the same link: who attends, what should change, the agreement."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from base.clock import present
from base.missing import PageMissing
from base.private_pages import own_pages_only, private_page
from base.robots import too_many
from documents.views import send
from shop.orders.rules import new_token
from shop.proposals.actions import ProposalRefused
from shop.proposals.agreement.changes import ask_for_change
from shop.proposals.agreement.forms import ChangeForm, PublicPeopleForm
from shop.proposals.agreement.models import Agreement, Participant
from shop.proposals.agreement.pages import contract_page
from shop.proposals.agreement.people import name_participants, people_of
from shop.proposals.agreement.rules import ChangeKind
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState
from shop.proposals.views import proposal_of

CHANGES_PER_HOUR = 10
TOO_MANY = (
    "Vous avez envoyé plusieurs demandes en peu de temps. Patientez une heure, ou appelez-nous."
)
SAVED = "enregistree"
SENT = "envoyee"


def signed_proposal(token: str) -> Proposal:
    """Raises PageMissing for one that nobody signed: it has neither list nor contract."""
    proposal = proposal_of(token)
    if proposal.state != ProposalState.SIGNED:
        raise PageMissing("Cette page s’ouvre quand la proposition est signée.")
    return proposal


@private_page
@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link names the participants, until the last day."""
    proposal = signed_proposal(token)
    if request.method != "POST":
        return _show_people(request, proposal, _people_form(proposal))
    form = _people_form(proposal, request.POST)
    if not form.is_valid():
        form.open_again()
        return _show_people(request, proposal, form, status=422)
    try:
        name_participants(
            proposal_id=proposal.pk,
            wanted=form.wanted,
            seen=form.cleaned_data["seen"],
            actor=f"{proposal.company_name} (lien de la proposition)",
            now=present(),
        )
    except ProposalRefused as refused:
        shown = _people_form(proposal)
        return _show_people(request, proposal, shown, problem=str(refused), status=409)
    return redirect(f"{request.path}?{SAVED}")


def _people_form(proposal: Proposal, data: QueryDict | None = None) -> PublicPeopleForm:
    return PublicPeopleForm(data, people=people_of(proposal), headcount=proposal.seats_wanted)


def _show_people(
    request: HttpRequest,
    proposal: Proposal,
    form: PublicPeopleForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "proposal": proposal,
        "content": proposal.current,
        "contract": contract_page(proposal, present()),
        "form": form,
        "problem": problem,
        "is_saved": SAVED in request.GET and not problem and status == 200,
    }
    return render(request, "shop/proposals/people.html", context, status=status)


@private_page
@require_safe
def people_list(request: HttpRequest, token: str) -> HttpResponse:
    """Who attends as of this instant, fit for printing, and what changed before."""
    proposal = signed_proposal(token)
    context = {
        "proposal": proposal,
        "content": proposal.current,
        "people": people_of(proposal),
        "gone": Participant.objects.filter(proposal=proposal, removed_at__isnull=False)
        .select_related("replaced_by")
        .order_by("removed_at", "pk"),
        "now": timezone.localtime(present()),
    }
    return render(request, "shop/proposals/people_list.html", context)


@private_page
@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, token: str) -> HttpResponse:
    """A written request, which LEXOM answers in writing (CGV 2.1)."""
    proposal = signed_proposal(token)
    if request.method != "POST":
        form = ChangeForm(initial={"request_key": new_token(), "asked_by": proposal.full_name})
        return _show_change(request, proposal, form)
    form = ChangeForm(request.POST)
    if not form.is_valid():
        form.open_again()
        return _show_change(request, proposal, form, status=422)
    if too_many(request, "modification", per_hour=CHANGES_PER_HOUR):
        return _show_change(request, proposal, form, problem=TOO_MANY, status=429)
    values = form.cleaned_data
    try:
        ask_for_change(
            proposal_id=proposal.pk,
            kind=ChangeKind(values["kind"]),
            text=values["text"],
            asked_by=values["asked_by"],
            request_key=values["request_key"] or new_token(),
            now=present(),
        )
    except ProposalRefused as refused:
        return _show_change(request, proposal, form, problem=str(refused), status=409)
    return redirect(f"{request.path}?{SENT}")


def _show_change(
    request: HttpRequest,
    proposal: Proposal,
    form: ChangeForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "proposal": proposal,
        "content": proposal.current,
        "contract": contract_page(proposal, present()),
        "form": form,
        "problem": problem,
        "is_sent": SENT in request.GET and status == 200,
    }
    return render(request, "shop/proposals/change.html", context, status=status)


@private_page
@require_safe
def agreement_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The sealed bytes as they were stored."""
    proposal = proposal_of(token)
    agreement = Agreement.objects.filter(proposal=proposal).first()
    if agreement is None:
        raise PageMissing("La convention est établie quand la commande est définitive.")
    if (document := agreement.document) is None:
        raise PageMissing("Ce document est en préparation. Réessayez dans un instant.")
    return send(request, document)
