"""The people of a company: its administrators invite them and take their access back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from base.clock import present
from base.missing import PageMissing
from shop.account.actions import (
    AccountRefused,
    NotAllowed,
    accept_invitation,
    invite,
    revoke_membership,
)
from shop.account.forms import MemberForm
from shop.account.linking import link_proposals_of
from shop.account.models import Company, Membership
from shop.account.reading import companies_of, has_proven_address
from shop.account.views import members_only, reader, show

GONE = 410


@members_only
@require_safe
def company_page(request: HttpRequest, pk: int) -> HttpResponse:
    company = _company(request, pk)
    return _show(request, company, MemberForm())


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_form(request: HttpRequest, pk: int) -> HttpResponse:
    company = _company_to_administer(request, pk)
    if request.method != "POST":
        return _show(request, company, MemberForm())
    form = MemberForm(request.POST)
    if form.is_valid():
        try:
            sent = invite(
                company_id=company.pk, inviter=reader(request), now=present(), **form.cleaned_data
            )
        except AccountRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"L’invitation part à {sent.user.email}.")
            return redirect(company)
    return _show(request, company, form, status=422)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def revocation(request: HttpRequest, pk: int, membership_pk: int) -> HttpResponse:
    company = _company_to_administer(request, pk)
    membership = get_object_or_404(company.memberships.select_related("user"), pk=membership_pk)
    context: dict[str, Any] = {"company": company, "membership": membership}
    if request.method != "POST":
        is_over = membership.revoked_at is not None  # the "back" button, or another tab
        return redirect(company) if is_over else show(request, "revocation", context)
    user = reader(request)
    try:
        revoke_membership(
            company_id=company.pk, membership_id=membership.pk, actor=str(user), by=user,
            now=present(),
        )  # fmt: skip
    except NotAllowed as refused:  # the right was taken back meanwhile
        raise PermissionDenied from refused
    except AccountRefused as refused:
        return show(request, "revocation", context | {"problem": str(refused)}, status=409)
    messages.success(request, f"{membership.user.email} n’a plus accès à cet espace.")
    return redirect("space_home" if membership.user == user else company)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link opens for one address only, whoever holds it."""
    user = reader(request)
    rows = Membership.objects.standing().select_related("company", "invited_by")
    membership = rows.filter(user=user, token=token, invited_at__isnull=False).first()
    if membership is None or not has_proven_address(user):
        raise PageMissing("Cette invitation n’existe pas, ou elle est pour une autre adresse.")
    if request.method == "POST":
        return _accept(request, membership)
    if membership.joined_at is not None:
        return redirect(membership.company)
    is_open = membership.is_open_at(present())
    context = {"membership": membership, "is_open": is_open}
    return show(request, "invitation", context, status=200 if is_open else GONE)


def _accept(request: HttpRequest, membership: Membership) -> HttpResponse:
    user, now = reader(request), present()
    try:
        accept_invitation(membership_id=membership.pk, user=user, now=now)
    except AccountRefused:
        context = {"membership": membership, "is_open": False}
        return show(request, "invitation", context, status=GONE)
    link_proposals_of(user, now)
    messages.success(request, f"Vous faites maintenant partie de « {membership.company} ».")
    return redirect("space_home")


def _company(request: HttpRequest, pk: int) -> Company:
    """Raises Http404, whether it does not exist or is somebody else's."""
    found: Company = get_object_or_404(companies_of(reader(request)), pk=pk)
    return found


def _company_to_administer(request: HttpRequest, pk: int) -> Company:
    """Raises Http404, and PermissionDenied for a member who does not administer it."""
    company = _company(request, pk)
    if not company.memberships.administrators().filter(user=reader(request)).exists():
        raise PermissionDenied
    return company


def _show(
    request: HttpRequest, company: Company, form: MemberForm, *, status: int = 200
) -> HttpResponse:
    user, now = reader(request), present()
    rows = list(company.memberships.standing().select_related("user"))
    mine = next((row for row in rows if row.user_id == user.pk), None)
    context = {
        "company": company,
        "members": [row for row in rows if row.joined_at is not None],
        "invitations": [(row, row.is_open_at(now)) for row in rows if row.is_invitation],
        "administers": mine is not None and mine.is_administrator,
        "form": form,
    }
    return show(request, "company", context, status=status)
