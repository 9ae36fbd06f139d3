"""The pages on which a customer gives, changes or takes back a card."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from base.private_pages import own_pages_only
from legal.terms.acceptance import request_facts
from shop.orders.models import Order
from shop.payments import links
from shop.payments.csp import may_lead_to_checkout
from shop.payments.forms import CardChangeForm
from shop.payments.gateway_errors import GatewayError
from shop.payments.links import LinkRefused
from shop.payments.mandates import (
    PaymentUnavailable,
    active_mandate,
    start_card_setup,
    sync_setup,
    text_for,
    withdraw_card,
)
from shop.payments.models import OWING_STATES, Due, MandateState, PaymentMandate
from shop.payments.views import CREDITOR, UNAVAILABLE, contact_address, signed_page


@require_safe
@signed_page
def card_return(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """The address proves nothing: whether the card is saved is read from Stripe."""
    found = PaymentMandate.objects.filter(pk=links.read_mandate(token, now)).first()
    if found is None:
        raise LinkRefused
    try:
        mandate = (sync_setup(found.session_id, now) if found.session_id else None) or found
    except GatewayError:
        return render(request, "shop/payments/checking.html", status=UNAVAILABLE)
    order = mandate.order
    context = {
        "order": order,
        "mandate": mandate,
        "is_saved": mandate.state == MandateState.ACTIVE,
        "is_waiting": mandate.state == MandateState.PENDING and mandate.session_url,
        "dues": Due.objects.filter(order=order).unpaid(),
        "nothing_paid": not order.dues.filter(attempts__isnull=False).exists(),
        "change_url": links.change_address(order, now),
    }
    return render(request, "shop/payments/card_result.html", context)


@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
@may_lead_to_checkout
@signed_page
def card_change(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    order = Order.objects.filter(pk=links.read_order(token, now)).first()
    if order is None:
        raise LinkRefused
    if order.state not in OWING_STATES or not Due.objects.filter(order=order).unpaid().exists():
        return render(request, "shop/payments/closed.html", {"order": order})
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        withdraw_card(order=order, now=now)
        return redirect(request.path)
    form = CardChangeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _to_card_page(request, order, form, now)
    return _change_page(request, order, form, now, status=422 if form.is_bound else 200)


def _to_card_page(
    request: HttpRequest, order: Order, form: CardChangeForm, now: datetime
) -> HttpResponse:
    text = text_for(order, creditor=CREDITOR, address=contact_address(), now=now)
    try:
        url = start_card_setup(order=order, text=text, facts=request_facts(request), now=now)
    except PaymentUnavailable as error:
        form.add_error(None, str(error))
        return _change_page(request, order, form, now, status=UNAVAILABLE)
    return HttpResponseRedirect(url, status=303)


def _change_page(
    request: HttpRequest, order: Order, form: CardChangeForm, now: datetime, *, status: int
) -> HttpResponse:
    context = {
        "order": order,
        "form": form,
        "mandate": active_mandate(order),
        "dues": Due.objects.filter(order=order).unpaid(),
        "text": text_for(order, creditor=CREDITOR, address=contact_address(), now=now),
    }
    return render(request, "shop/payments/card_change.html", context, status=status)
