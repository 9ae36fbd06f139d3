"""Signing without an account, a cookie or a script: who, the code, the mention; one address each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from base.clock import present
from base.missing import PageMissing
from base.private_pages import own_pages_only, private_page
from base.robots import too_many
from documents.issued import IssuedDocument
from documents.views import send
from legal.terms.acceptance import request_facts
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState
from shop.proposals.signing.actions import (
    SigningBlocked,
    SigningRefused,
    begin_signing,
    confirm_code,
    resend_code,
    sign_online,
    standing_block,
)
from shop.proposals.signing.forms import AgreementForm, CodeForm, IdentityForm
from shop.proposals.signing.models import ProposalSignature, Signing
from shop.proposals.signing.rules import MENTION, MOST_CODES, PROOF_AGREEMENT
from shop.proposals.views import proposal_of, show_ended

SIGNINGS_PER_HOUR = 10  # of one visitor
STEP, RESEND, SIGN = "etape", "renvoyer", "signer"
TOO_MANY = (
    "Vous avez commencé plusieurs signatures en peu de temps. Patientez une heure, ou appelez-nous."
)
SAFE_AND_POST = ["GET", "HEAD", "POST"]
REFUSED, GONE, WAIT = 422, 410, 429


@private_page
@own_pages_only
@require_http_methods(SAFE_AND_POST)
def start(request: HttpRequest, token: str) -> HttpResponse:
    """First step: nothing is kept before it is complete."""
    proposal = proposal_of(token)
    if closed := closed_page(request, proposal):
        return closed
    if request.method != "POST":
        return _show_start(request, proposal, IdentityForm(company=proposal.company_name))
    form = IdentityForm(request.POST, company=proposal.company_name)
    if not form.is_valid():
        form.open_again()
        return _show_start(request, proposal, form, status=REFUSED)
    if too_many(request, "signature", per_hour=SIGNINGS_PER_HOUR):
        return _show_start(request, proposal, form, problem=TOO_MANY, status=WAIT)
    try:
        signing = begin_signing(
            proposal_id=proposal.pk,
            identity=form.to_identity(),
            facts=request_facts(request),
            now=present(),
        )
    except SigningRefused as refused:
        return _show_start(request, proposal, form, problem=str(refused), status=WAIT)
    return redirect("proposal_signing", proposal.token, signing.token)


@private_page
@own_pages_only
@require_http_methods(SAFE_AND_POST)
def signing_page(request: HttpRequest, token: str, key: str) -> HttpResponse:
    """The code, then the mention: whatever tab it is opened in, the page shows where one stands."""
    signing = _signing_of(token, key)
    if signing.finished_at is not None and request.method == "POST":
        return redirect(signing.proposal)  # a second click
    if closed := closed_page(request, signing.proposal):
        return closed
    if request.method != "POST":
        return _show(request, signing)
    try:
        return _take_step(request, signing)
    except SigningRefused as refused:
        signing.refresh_from_db()
        signing.proposal.refresh_from_db()
        if closed := closed_page(request, signing.proposal):
            return closed
        status = WAIT if isinstance(refused, SigningBlocked) else REFUSED
        return _show(request, signing, problem=str(refused), status=status)


def _take_step(request: HttpRequest, signing: Signing) -> HttpResponse:
    """Raises SigningRefused."""
    step, facts, now = request.POST.get(STEP), request_facts(request), present()
    here = reverse("proposal_signing", args=[signing.proposal.token, signing.token])
    if step == SIGN:
        form = _agreement_form(signing.proposal, request.POST)
        if not form.is_valid():
            return _show(request, signing, agreement=form, status=REFUSED)
        sign_online(signing_id=signing.pk, agreement=form.to_agreement(), facts=facts, now=now)
        return redirect(signing.proposal)
    if step == RESEND:
        resend_code(signing_id=signing.pk, facts=facts, now=now)
        return redirect(here)
    code = CodeForm(request.POST)
    if not code.is_valid():
        return _show(request, signing, code=code, status=REFUSED)
    if not signing.is_confirmed(now):  # else a second click on the right code
        confirm_code(signing_id=signing.pk, typed=code.cleaned_data["code"], facts=facts, now=now)
    return redirect(here)


@private_page
@require_safe
def signed_pdf(request: HttpRequest, token: str) -> HttpResponse:
    return _send(request, _signature_of(token).signed_document)


@private_page
@require_safe
def proof_pdf(request: HttpRequest, token: str) -> HttpResponse:
    return _send(request, _signature_of(token).proof)


def closed_page(request: HttpRequest, proposal: Proposal) -> HttpResponse | None:
    """Why nothing can be signed here now; None when it can."""
    state = proposal.state_at(present())
    if state in (ProposalState.SUPERSEDED, ProposalState.WITHDRAWN):
        return show_ended(request, proposal, state)
    document = proposal.document
    if state == ProposalState.ISSUED and document is not None:
        return None
    signed = state == ProposalState.SIGNED
    context = {
        "proposal": proposal,
        "signature": ProposalSignature.objects.filter(proposal=proposal).first()
        if signed
        else None,
        "is_expired": state == ProposalState.EXPIRED,
    }
    status = GONE if signed or context["is_expired"] else 503
    return render(request, "shop/proposals/signing/closed.html", context, status=status)


def _show_start(
    request: HttpRequest,
    proposal: Proposal,
    form: IdentityForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"proposal": proposal, "form": form, "problem": problem, "step": 1}
    return render(request, "shop/proposals/signing/who.html", context, status=status)


def _show(
    request: HttpRequest,
    signing: Signing,
    *,
    code: CodeForm | None = None,
    agreement: AgreementForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    proposal, now = signing.proposal, present()
    context: dict[str, Any] = {"proposal": proposal, "signing": signing, "problem": problem}
    if signing.is_confirmed(now):
        document = proposal.document
        context |= {
            "form": agreement or _agreement_form(proposal),
            "document": document,
            "content": proposal.facts,
            "proof_agreement": PROOF_AGREEMENT,
            "mention": MENTION,
            "step": 3,
        }
        return render(request, "shop/proposals/signing/sign.html", context, status=status)
    context |= {
        "form": code or CodeForm(),
        "blocked_until": standing_block(signing, now),
        "has_code": signing.has_live_code(now),
        "codes_left": MOST_CODES - signing.codes_sent,
        "step": 2,
    }
    return render(request, "shop/proposals/signing/code.html", context, status=status)


def _agreement_form(proposal: Proposal, data: Any = None) -> AgreementForm:
    """The hidden field names the file that the page shows."""
    document, terms = proposal.document, proposal.facts.terms_number
    shown = document.sha256 if document else ""
    return AgreementForm(data, terms_number=terms, initial={"shown": shown})


def _signing_of(token: str, key: str) -> Signing:
    rows = Signing.objects.select_related("proposal__terms_version")
    signing = rows.filter(token=key, proposal__token=token).first()
    if signing is None:
        raise PageMissing("Cette signature n’existe pas, ou le lien est incomplet.")
    return signing


def _signature_of(token: str) -> ProposalSignature:
    rows = ProposalSignature.objects.select_related("proposal")
    signature: ProposalSignature | None = rows.filter(proposal__token=token).first()
    if signature is None:
        raise PageMissing("Cette proposition n’est pas signée.")
    return signature


def _send(request: HttpRequest, document: IssuedDocument | None) -> HttpResponse:
    if document is None:
        raise PageMissing("Ce document est en préparation. Réessayez dans un instant.")
    return send(request, document)
