"""What a company's people read: their proposals and every file that was issued for them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.clock import present
from base.missing import PageMissing
from base.private_pages import View, private_page
from documents.views import send
from shop.account.archive import papers_archive
from shop.account.forms import ProfileForm
from shop.account.grouping import groups_of
from shop.account.models import Membership
from shop.account.reading import companies_of, listed, papers_of, proposals_of, standing
from shop.account.rules import Standing
from shop.proposals.agreement.pages import contract_page
from shop.proposals.models import Proposal, ProposalQuerySet
from shop.proposals.rules import ProposalState
from users.actions import close_sessions
from users.models import User


def members_only(view: View) -> View:
    """Of the site, not of one company: each view asks for what its reader may see."""
    return private_page(login_required(view, login_url="space_sign_in"))


def reader(request: HttpRequest) -> User:
    assert request.user.is_authenticated  # noqa: S101  narrows the type, see members_only
    return request.user


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the space, with its menu."""
    companies = list(companies_of(reader(request)))
    return render(
        request, f"shop/account/{template}.html", context | {"companies": companies}, status=status
    )


@members_only
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user, now = reader(request), present()
    proposals = list(listed(proposals_of(user)))
    invitations = Membership.objects.standing().filter(user=user, joined_at__isnull=True)
    context = {
        "groups": groups_of(proposals, now),
        "has_papers": any(proposal.number for proposal in proposals),
        "invitations": [
            row for row in invitations.select_related("company") if row.is_open_at(now)
        ],
    }
    return show(request, "home", context)


@members_only
@require_safe
def proposal_page(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    stands = standing(proposal, present())
    context = {
        "proposal": proposal,
        "content": proposal.current if proposal.content else None,
        "standing": stands,
        "is_open": stands not in (Standing.REPLACED, Standing.WITHDRAWN),
        "unnamed": proposal.headcount - len(proposal.participants),
        "contract": contract_page(proposal, present()),
        "papers": papers_of(proposal),
        "may_cancel": proposal.state == ProposalState.SIGNED and not proposal.is_cancelled,
    }
    return show(request, "proposal", context)


@members_only
@require_safe
def paper(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    """The bytes as they were stored."""
    return send(request, get_object_or_404(papers_of(_proposal(request, pk)), pk=paper_pk))


@members_only
@require_safe
def proposal_archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    proposal = _proposal(request, pk)
    chosen = Proposal.objects.filter(pk=pk).numbered()
    return _archive(chosen, f"LEXOM-{proposal.document_number}.zip")


@members_only
@require_safe
def archive(request: HttpRequest) -> HttpResponseBase:
    chosen = proposals_of(reader(request)).numbered()
    return _archive(chosen, "LEXOM-documents.zip")


def _archive(proposals: ProposalQuerySet, name: str) -> HttpResponseBase:
    if not proposals.exists():
        raise PageMissing("Aucun document n’a encore été établi.")
    rows = proposals.defer("content").order_by("number", "version")
    pieces = papers_archive(rows, timezone.localdate(present()))
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        user.save(update_fields=form.Meta.fields)  # nothing of what changes meanwhile
        messages.success(request, "Votre nom est enregistré.")
        return redirect("space_profile")
    return show(request, "profile", {"form": form}, status=422 if form.errors else 200)


@members_only
@require_POST
def leave_everywhere(request: HttpRequest) -> HttpResponse:
    close_sessions(user=reader(request))
    logout(request)
    messages.success(request, "Tous vos appareils sont déconnectés.")
    return redirect("space_sign_in")


def _proposal(request: HttpRequest, pk: int) -> Proposal:
    """Raises Http404, whether it does not exist or belongs to others."""
    rows = proposals_of(reader(request))
    found: Proposal = get_object_or_404(
        rows.select_related("course", "session__venue", "terms_version"), pk=pk
    )
    return found
