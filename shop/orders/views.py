"""Ordering a session without an account or a script, and following the order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_safe

from base.clock import present
from base.missing import PageMissing
from base.private_files import FileFault, read
from base.private_pages import hide, own_pages_only, private_page
from courses.sessions.models import CourseSession
from courses.sessions.seats import SeatsRefused
from courses.sessions.waiting.closing import takes_waiting
from courses.sessions.waiting.models import seats_are_held
from documents.issued import documents_of
from documents.views import send
from legal.terms.acceptance import NotAccepted, request_facts
from shop.cancelled_sessions.reading import open_offer
from shop.changes.models import WrittenRequest
from shop.changes.policies import policy_of
from shop.changes.policy import consumer_rows
from shop.complaints.models import Complaint
from shop.invoices.models import DOCUMENT_KIND
from shop.invoices.papers import papers_of
from shop.orders.actions import OfferChanged, OrderRefused, place_order
from shop.orders.consents import consent_boxes
from shop.orders.contract_text import Buyer, contract_html
from shop.orders.drafts import (
    CONTRACT_KEY,
    contract_is_current,
    offer_for_draft,
    save_draft,
    session_of,
)
from shop.orders.forms import BuyerForm, ConsentForm
from shop.orders.models import Order, OrderDraft
from shop.orders.offers import Offer, offer_for
from shop.orders.tasks import prepare_draft_contract
from shop.orders.timeline import next_step, timeline, withdrawal_sentence
from shop.payments.links import change_address, due_address
from shop.payments.mandates import active_mandate
from shop.payments.models import OWING_STATES, Due

GONE = (
    "Cette commande commencée n’existe plus : elle est effacée après trente jours, ou le lien est "
    "incomplet. Choisissez à nouveau une session dans le catalogue."
)
ASK_AGAIN_SECONDS = 30


def public_session(session_id: int) -> CourseSession:
    sessions = CourseSession.objects.public().filter(course__live=True)
    related = sessions.select_related("course", "venue", "trainer").prefetch_related("half_days")
    session: CourseSession | None = related.filter(pk=session_id).first()
    if session is None:
        raise PageMissing("Cette session n’existe pas ou n’est plus proposée.")
    return session


def draft_of(session_id: int, token: str) -> OrderDraft:
    draft = OrderDraft.objects.filter(token=token).first()
    if draft is None or draft.session_id != session_id:
        raise PageMissing(GONE)
    return draft


@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, session_id: int) -> HttpResponse:
    """Step 1. The browser keeps the page: its "back" button finds again what was typed."""
    response = _ask_buyer(request, public_session(session_id), None)
    if "attente" in request.GET:
        hide(response)
    else:
        patch_cache_control(response, private=True, no_cache=True)
    return response


@private_page
@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def buyer(request: HttpRequest, session_id: int, token: str) -> HttpResponse:
    """Step 1 again, with what was typed before."""
    draft = draft_of(session_id, token)
    if hasattr(draft, "order"):
        return redirect(draft.order)
    return _ask_buyer(request, public_session(session_id), draft)


def _ask_buyer(
    request: HttpRequest, session: CourseSession, draft: OrderDraft | None
) -> HttpResponse:
    initial = draft.data if draft else {"attente": request.GET.get("attente", "")}
    form = BuyerForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        if form.is_for_company:
            return redirect(company_address(session))
        if form.is_valid():
            saved = save_draft(session=session, data=form.cleaned_data, draft=draft)
            return redirect("order_recap", session_id=session.pk, token=saved.token)
    held = seats_are_held(token=form.waiting_token, session_id=session.pk)
    context = {
        "form": form,
        "session": session,
        "offer": offer_for(session, now=present(), seat_held=held),
        "takes_waiting": takes_waiting(session, timezone.localdate()),
        "step": 1,
        "draft": draft,
    }
    status = 422 if form.is_bound else 200
    return render(request, "shop/orders/buyer.html", context, status=status)


def company_address(session: CourseSession) -> str:
    return f"{reverse('proposal_ask')}?session={session.pk}"


@private_page
@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def recap(request: HttpRequest, session_id: int, token: str) -> HttpResponse:
    """Step 2: all that the law wants under the buyer's eyes, then the button."""
    draft = draft_of(session_id, token)
    if hasattr(draft, "order"):
        return redirect(draft.order)
    # Cancelled meanwhile, it is shown with the reason: what was typed does not vanish.
    session, now = session_of(draft), present()
    if request.method == "POST":
        return _order(request, draft, session, now)
    return _show_recap(request, draft, offer_for_draft(draft, session, now))


def _order(
    request: HttpRequest, draft: OrderDraft, session: CourseSession, now: datetime
) -> HttpResponse:
    offer = offer_for_draft(draft, session, now)
    if not offer.sellable:
        return _show_recap(request, draft, offer, status=409)
    form = ConsentForm(request.POST, boxes=_boxes(offer))
    if not form.is_valid():
        return _show_recap(request, draft, offer, form=form, status=422)
    try:
        order = place_order(
            draft_id=draft.pk,
            shown=form.cleaned_data["shown"],
            consents=form.cleaned_data,
            facts=request_facts(request),
            now=now,
            account=request.user if request.user.is_authenticated else None,
        )
    except (OrderRefused, SeatsRefused, NotAccepted) as refused:
        # Read again: what made the order impossible is on the page that comes back.
        session = session_of(draft)
        offer = offer_for_draft(draft, session, present())
        kept = None if isinstance(refused, OfferChanged) else form
        return _show_recap(request, draft, offer, form=kept, status=409, problem=str(refused))
    return redirect(order)


def _boxes(offer: Offer) -> dict[str, str]:
    number = offer.terms.number if offer.terms else ""
    return consent_boxes(terms_number=number, begins_early=offer.begins_early)


def _show_recap(
    request: HttpRequest,
    draft: OrderDraft,
    offer: Offer,
    *,
    form: ConsentForm | None = None,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    form = form or ConsentForm(initial={"shown": offer.fingerprint}, boxes=_boxes(offer))
    context = {
        "draft": draft,
        "session": offer.session,
        "offer": offer,
        "buyer": Buyer.from_data(draft.data),
        "form": form,
        "problem": problem,
        "takes_waiting": takes_waiting(offer.session, timezone.localdate()),
        "policy_rows": list(consumer_rows(policy_of(offer.terms))),
        "step": 2,
    }
    return render(request, "shop/orders/recap.html", context, status=status)


@private_page
@require_safe
def draft_contract(request: HttpRequest, session_id: int, token: str) -> HttpResponse:
    """The contract to read on screen, exactly as it would be signed now."""
    draft = draft_of(session_id, token)
    if hasattr(draft, "order"):
        return redirect(draft.order)
    session, now = session_of(draft), present()
    offer = offer_for_draft(draft, session, now)
    if not offer.sellable:
        return redirect("order_recap", session_id=session_id, token=token)
    html = contract_html(offer, Buyer.from_data(draft.data), signed_on=timezone.localdate(now))
    return HttpResponse(html)


@private_page
@require_safe
def draft_contract_pdf(request: HttpRequest, session_id: int, token: str) -> HttpResponse:
    draft = draft_of(session_id, token)
    offer = offer_for_draft(draft, session_of(draft), present())
    if not offer.sellable:
        return redirect("order_recap", session_id=session_id, token=token)
    try:
        content = read(
            draft.data.get(CONTRACT_KEY, "") if contract_is_current(draft, offer) else ""
        )
    except FileFault:
        if cache.add(f"draft-contract-{draft.pk}", True, ASK_AGAIN_SECONDS):
            prepare_draft_contract.enqueue(draft.pk)
        return _being_prepared(request, draft)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="LEXOM-projet-de-contrat.pdf"'
    return response


def _being_prepared(request: HttpRequest, draft: OrderDraft) -> HttpResponse:
    context = {"draft": draft, "address": request.path}
    response = render(request, "shop/orders/contract_being_prepared.html", context, status=503)
    response["Retry-After"] = response["Refresh"] = "3"
    return response


def order_of(token: str) -> Order:
    order = Order.objects.select_related("session", "terms_version").filter(token=token).first()
    if order is None:
        raise PageMissing("Ce lien n’est pas ou n’est plus valable.")
    return order


@private_page
@require_safe
def order_page(request: HttpRequest, token: str) -> HttpResponse:
    order, now = order_of(token), present()
    milestones = timeline(order, now)
    documents = list(documents_of(order).order_by("issued_at"))
    context: dict[str, Any] = {
        "order": order,
        "milestones": milestones,
        "next": next_step(milestones),
        "documents": [file for file in documents if file.kind != DOCUMENT_KIND],
        "invoices": papers_of(order, documents),
        "card": active_mandate(order),
        "card_url": card_address(order, now),
        "due": due_to_pay(order, now),
        "session_offer": open_offer(order),
        "complaints": Complaint.objects.of_order(order),
        "complaint_url": f"/reclamation/?commande={order.token}",
        "withdrawal_url": f"/renoncer/?commande={order.token}",
        "withdrawal_sentence": withdrawal_sentence(order, now),
        "waiting_request": WrittenRequest.objects.all().of(order).waiting().first(),
    }
    return render(request, "shop/orders/order.html", context)


def card_address(order: Order, now: datetime) -> str:
    """Where to save or change a card; empty when nothing is owed any more."""
    owes = order.state in OWING_STATES and Due.objects.filter(order=order).unpaid().exists()
    return change_address(order, now) if owes else ""


def due_to_pay(order: Order, now: datetime) -> tuple[Due, str] | None:
    """The due that its customer, and not the clock at its next turn, can pay now; and where."""
    waits = ~Q(asks_customer="") | Q(next_try_at__gt=now)
    due = Due.objects.payable(now).filter(waits, order=order).first()
    return (due, due_address(due, now)) if due else None


@require_safe
def order_document(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    document = get_object_or_404(documents_of(order_of(token)), pk=pk)
    return send(request, document)
