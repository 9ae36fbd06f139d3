"""Cancelling or postponing behind the link of an order or of a proposal: the cost first, then the act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from base.clock import present
from base.missing import PageMissing
from base.private_pages import own_pages_only, private_page
from base.robots import too_many
from courses.sessions.models import CourseSession
from shop.changes.actions import (
    ask_in_writing,
    fingerprint,
    preview,
)
from shop.changes.asking import may_still_withdraw
from shop.changes.effects import ChangeRefused
from shop.changes.forms import RequestForm
from shop.changes.pages import clause_of, policy_rows
from shop.orders.models import Order
from shop.orders.rules import new_token
from shop.orders.views import order_of
from shop.payments.models import Contract
from shop.proposals.agreement.people import people_of
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState
from shop.proposals.views import proposal_of

REQUESTS_PER_HOUR = 10
STEP, CORRECT, CONFIRM = "etape", "corriger", "confirmer"
SENT = "envoyee"
TOO_MANY = (
    "Vous avez envoyé plusieurs demandes en peu de temps. Patientez une heure, ou appelez-nous."
)


@private_page
@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_order(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever may still withdraw is led there: it costs nothing (W-01)."""
    order, now = order_of(token), present()
    if may_still_withdraw(order, now):
        return _show(
            request, order, "withdraw", {"withdrawal_url": f"/renoncer/?commande={order.token}"}
        )
    return _handle(request, order, now)


@private_page
@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_proposal(request: HttpRequest, token: str) -> HttpResponse:
    proposal = proposal_of(token)
    if proposal.state != ProposalState.SIGNED:
        raise PageMissing("Cette page s’ouvre quand la proposition est signée.")
    return _handle(request, proposal, present())


def _handle(request: HttpRequest, contract: Contract, now: datetime) -> HttpResponse:
    if SENT in request.GET and request.method != "POST":
        return _show(request, contract, "sent", {})
    if not _is_open(contract):
        return _show(
            request, contract, "closed", {}, status=410 if request.method == "POST" else 200
        )
    if request.method != "POST":
        initial = {"request_key": new_token(), "asked_by": contract.full_name}
        return _show_form(request, contract, _form(contract, initial=initial))
    form = _form(contract, request.POST)
    correcting = request.POST.get(STEP) == CORRECT
    if correcting or not form.is_valid():
        form.open_again()
        return _show_form(request, contract, form, status=200 if correcting else 422)
    if request.POST.get(STEP) == CONFIRM:
        return _confirm(request, contract, form, now)
    return _show_cost(request, contract, form, now)


def _confirm(
    request: HttpRequest, contract: Contract, form: RequestForm, now: datetime
) -> HttpResponse:
    if too_many(request, "annulation", per_hour=REQUESTS_PER_HOUR):
        return _show_cost(request, contract, form, now, problem=TOO_MANY, status=429)
    try:
        ask_in_writing(
            contract=contract,
            wanted=form.wanted,
            shown=form.cleaned_data["shown"],
            request_key=form.cleaned_data["request_key"] or new_token(),
            now=now,
        )
    except ChangeRefused as refused:
        return _show_cost(request, contract, form, now, problem=str(refused), status=409)
    return redirect(f"{request.path}?{SENT}")


def _show_form(
    request: HttpRequest,
    contract: Contract,
    form: RequestForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "problem": problem, "policy_rows": policy_rows(contract)}
    return _show(request, contract, "request", context, status=status)


def _show_cost(
    request: HttpRequest,
    contract: Contract,
    form: RequestForm,
    now: datetime,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    wanted = form.wanted
    try:
        quoted = preview(contract, wanted, now)
    except ChangeRefused as refused:
        form.open_again()
        return _show_form(request, contract, form, problem=str(refused), status=409)
    context = {
        "form": form,
        "carried": [field for field in form if field.name not in ("shown", "site_internet")],
        "wanted": wanted,
        "quote": quoted,
        "shown": fingerprint(wanted, quoted),
        "clause": clause_of(contract, quoted.clause),
        "problem": problem,
    }
    return _show(request, contract, "cost", context, status=status)


def _show(
    request: HttpRequest,
    contract: Contract,
    name: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    latest = contract.written_requests.select_related("outcome", "session").order_by("-pk").first()
    facts = {
        "contract": contract,
        "is_company": isinstance(contract, Proposal),
        "dates": contract.current.dates
        if isinstance(contract, Proposal)
        else contract.session.dates,
        "latest": latest,
        "outcome": getattr(latest, "outcome", None),
    }
    return render(request, f"shop/changes/{name}.html", facts | context, status=status)


def _is_open(contract: Contract) -> bool:
    return contract.is_active if isinstance(contract, Order) else not contract.is_cancelled


def _form(contract: Contract, data: QueryDict | None = None, **kwargs: Any) -> RequestForm:
    return RequestForm(
        data,
        people=_places(contract),
        sessions=sessions_for(contract),
        is_company=isinstance(contract, Proposal),
        **kwargs,
    )


def _places(contract: Contract) -> list[str]:
    """A name a place that is still held; empty where nobody was named."""
    if isinstance(contract, Order):
        return []
    names = [person.full_name for person in people_of(contract)][: contract.seats_wanted]
    return [*names, *[""] * (contract.seats_wanted - len(names))]


def sessions_for(contract: Contract) -> QuerySet[CourseSession]:
    """Others of the same course, later than the one that is left."""
    current = contract.session
    if current is None:
        return CourseSession.objects.none()
    rows = CourseSession.objects.filter(
        course=current.course_id, starts_on__gt=contract.starts_on
    ).exclude(pk=current.pk)
    upcoming = rows.public().upcoming(timezone.localdate(present()))
    return upcoming.select_related("course", "venue").order_by("starts_on", "pk")
