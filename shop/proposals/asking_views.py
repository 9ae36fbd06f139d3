"""Asking for a proposal without an account or a script: a form, a recap, then the proposal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from base.clock import present
from base.private_pages import hide, own_pages_only
from base.robots import too_many
from courses.models import CourseSession
from shop.orders.views import public_session
from shop.proposals.actions import ProposalRefused, ask_for_proposal
from shop.proposals.composing import client_of, quote_for
from shop.proposals.forms import AskForm
from shop.proposals.models import Proposal

REQUESTS_PER_HOUR = 10
STEP, CORRECT, SEND = "etape", "corriger", "envoyer"
TOO_MANY = (
    "Vous avez envoyé plusieurs demandes en peu de temps. Patientez une heure, ou appelez-nous."
)
KEY_LENGTH = 10  # digits of a primary key that an address may name


@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """What was typed travels with the pages: nothing is kept before the request is sent."""
    session = _session(request.GET)
    if request.method != "POST":
        return _show_form(request, AskForm(session=session, initial=_initial(request.GET)))
    form = AskForm(request.POST, session=session)
    if form.is_for_a_person:
        return redirect(_individual_address(session))
    if request.POST.get(STEP) == CORRECT or not form.is_valid():
        form.open_again()
        return _show_form(request, form, status=200 if request.POST.get(STEP) == CORRECT else 422)
    if request.POST.get(STEP) == SEND:
        return _send(request, form)
    return _show_recap(request, form, form.to_request())


def _send(request: HttpRequest, form: AskForm) -> HttpResponse:
    wanted = form.to_request()
    known = Proposal.objects.filter(request_key=wanted.request_key).exists()
    if not known and too_many(request, "devis", per_hour=REQUESTS_PER_HOUR):
        return _show_recap(request, form, wanted, problem=TOO_MANY, status=429)
    try:
        proposal = ask_for_proposal(request=wanted, shown=form.cleaned_data["shown"], now=present())
    except ProposalRefused as refused:
        return _show_recap(request, form, wanted, problem=str(refused), status=409)
    return redirect(proposal)


def _show_form(request: HttpRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "session": form.session, "step": 1}
    response = render(request, "shop/proposals/ask.html", context, status=status)
    # The browser keeps the page: its "back" button finds again what was typed.
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _show_recap(
    request: HttpRequest, form: AskForm, wanted: Proposal, *, problem: str = "", status: int = 200
) -> HttpResponse:
    carried = [field for field in form if field.name not in ("request_key", "shown")]
    context = {
        "form": form,
        "carried": carried,
        "wanted": wanted,
        "client": client_of(wanted),
        "quote": quote_for(wanted, present()),
        "session": form.session,
        "problem": problem,
        "step": 2,
    }
    response = render(request, "shop/proposals/recap.html", context, status=status)
    hide(response)
    return response


def _session(asked: QueryDict) -> CourseSession | None:
    """Raises PageMissing for one that is not proposed to the public."""
    if "session" not in asked:
        return None
    return public_session(_key(asked.get("session", "")) or 0)


def _initial(asked: QueryDict) -> dict[str, int | None]:
    """What the link that was followed already says."""
    initial = {"course": _key(asked.get("formation", ""))}
    if people := _key(asked.get("participants", "")):
        initial["headcount"] = people
    return initial


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < KEY_LENGTH else None


def _individual_address(session: CourseSession | None) -> str:
    if session is not None:
        return reverse("order_start", args=[session.pk])
    return "/contact/?pour=particulier"
