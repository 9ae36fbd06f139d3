"""The pages on which a customer pays one due; nothing here asks for a card number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from base.clock import present
from base.organisation import Organisation
from base.private_pages import hide, own_pages_only
from legal.terms.acceptance import request_facts
from shop.payments import links, recovery
from shop.payments.csp import may_lead_to_checkout
from shop.payments.forms import OtherCardForm
from shop.payments.gateway_errors import GatewayError
from shop.payments.links import LinkExpired, LinkRefused
from shop.payments.mandate_text import MandateText
from shop.payments.mandates import PaymentUnavailable, text_for
from shop.payments.models import Attempt, Due
from shop.payments.recovery import Agreement
from shop.payments.rules import AttemptState
from shop.payments.syncing import sync_payment

GONE = 410
UNAVAILABLE = 503
CREDITOR = "LEXOM"


def signed_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An address that nobody signed is unknown, an old one says so; no page is kept by a cache."""

    @wraps(view)
    @transaction.non_atomic_requests
    def wrapped(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, token, present(), **kwargs)
        except LinkExpired:
            response = render(request, "shop/payments/link_expired.html", status=GONE)
        except LinkRefused as error:
            raise Http404 from error
        hide(response)
        return response

    return wrapped


@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
@may_lead_to_checkout
@signed_page
def payment_recovery(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    due = _due(links.read_due(token, now))
    recovery.refresh(due, now)
    if not Due.objects.payable(now).filter(pk=due.pk).exists():
        return _closed(request, due)
    if request.method == "POST":
        return _pay(request, due, now)
    return _recovery_page(request, due, now)


def _due(pk: int) -> Due:
    due = Due.objects.filter(pk=pk).select_related("order", "proposal").first()
    if due is None:
        raise LinkRefused
    return due


def _closed(request: HttpRequest, due: Due) -> HttpResponse:
    return render(request, "shop/payments/closed.html", {"due": due, "is_paid": due.is_paid})


def _pay(request: HttpRequest, due: Due, now: datetime) -> HttpResponse:
    try:
        if request.POST.get("with") == "same":
            return HttpResponseRedirect(recovery.confirm_same_card(due=due, now=now))
        return HttpResponseRedirect(
            recovery.pay_with_other_card(due=due, agreement=_agreement(request, due, now), now=now),
            status=303,
        )
    except PaymentUnavailable as error:
        return _recovery_page(request, due, now, trouble=str(error))
    except GatewayError:
        return _recovery_page(request, due, now, trouble=recovery.NO_ANSWER)


def _agreement(request: HttpRequest, due: Due, now: datetime) -> Agreement | None:
    form, text = OtherCardForm(request.POST), text_of_the_rest(due, now)
    if text and form.is_valid() and form.cleaned_data["keep"]:
        return Agreement(text, request_facts(request))
    return None


def text_of_the_rest(due: Due, now: datetime) -> MandateText | None:
    """What a card given now would be debited for afterwards; None when nothing is left.

    A company's card is never debited later: its payments are its own acts.
    """
    if due.order is None:
        return None
    if not Due.objects.filter(order=due.order).unpaid().exclude(pk=due.pk).exists():
        return None
    return text_for(
        due.order, creditor=CREDITOR, address=contact_address(), now=now, except_due=due
    )


def contact_address() -> str:
    return Organisation.current().email or "LEXOM"


def _recovery_page(
    request: HttpRequest, due: Due, now: datetime, trouble: str = ""
) -> HttpResponse:
    context = {
        "due": due,
        "contract": due.contract,
        "card": recovery.card_shown(due),
        "can_confirm": recovery.waiting_attempt(due) is not None,
        "text": text_of_the_rest(due, now),
        "trouble": trouble,
    }
    return render(
        request,
        "shop/payments/recovery.html",
        context,
        status=UNAVAILABLE if trouble else 200,
    )


@require_safe
@signed_page
def payment_bank(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """Leads to the bank by a link: no policy of ours may name every bank's address."""
    attempt = _attempt(links.read_attempt(token, now))
    try:
        address = recovery.bank_page(attempt)
    except GatewayError:
        address = ""
    if not address:
        return redirect(links.payment_return_address(attempt))
    return render(request, "shop/payments/bank.html", {"due": attempt.due, "address": address})


@require_safe
@signed_page
def payment_return(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """The address proves nothing: what became of the payment is read from Stripe."""
    attempt = _attempt(links.read_attempt(token, now))
    try:
        attempt = sync_payment(attempt, now)
    except GatewayError:
        return render(
            request, "shop/payments/checking.html", {"due": attempt.due}, status=UNAVAILABLE
        )
    context = {
        "due": attempt.due,
        "attempt": attempt,
        "is_paid": attempt.state == AttemptState.SUCCEEDED,
        "is_under_way": attempt.state in (AttemptState.SENDING, AttemptState.PROCESSING),
        "was_refused": attempt.state == AttemptState.FAILED,
        "again_url": links.due_address(attempt.due, now),
    }
    return render(request, "shop/payments/result.html", context)


def _attempt(pk: int) -> Attempt:
    attempt = (
        Attempt.objects.filter(pk=pk)
        .select_related("due__order", "due__proposal", "mandate")
        .first()
    )
    if attempt is None:
        raise LinkRefused
    return attempt
