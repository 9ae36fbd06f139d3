"""« Renoncer au contrat ici »: two pages, then a receipt (C. conso L221-21, law.md F-02 to F-06)."""

from __future__ import annotations

import logging
from ipaddress import ip_address

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from allauth.account.adapter import get_adapter

from base.missing import PageMissing
from base.private_pages import own_pages_only
from base.receipts import read_receipt, sign_receipt
from shop.orders.models import Order
from shop.withdrawal import payload
from shop.withdrawal.actions import declare
from shop.withdrawal.forms import TRAP, DeclarationForm
from shop.withdrawal.models import WithdrawalDeclaration
from shop.withdrawal.payload import Summary
from shop.withdrawal.queries import order_of_link

logger = logging.getLogger(__name__)

SUMMARIES_PER_PERIOD = 30
PERIOD_SECONDS = 600
ORDER_PARAMETER = "commande"
RECEIPT = "withdrawal-receipt"
STALE = "Cette page n’est plus utilisable. Remplissez la déclaration à nouveau, puis confirmez-la."


@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest) -> HttpResponseBase:
    return open_form(request) if request.method != "POST" else advance(request)


@cache_control(private=True, no_store=True)
def open_form(request: HttpRequest) -> HttpResponse:
    order = order_of_link(request.GET.get(ORDER_PARAMETER, ""))
    return show_form(request, DeclarationForm(order=order, initial=known_of(request)))


# Kept by the browser, or its "back" button would show an error instead of what was typed.
@cache_control(private=True, no_cache=True)
def advance(request: HttpRequest) -> HttpResponseBase:
    if "summary" not in request.POST:
        return receive(request)
    summary = payload.read(request.POST["summary"])
    if summary is None:
        return show_form(request, DeclarationForm(), status=422, stopped=STALE)
    if "correct" in request.POST:
        return show_form(request, form_of(summary))
    return confirm(request, summary)


def receive(request: HttpRequest) -> HttpResponse:
    form = DeclarationForm(request.POST, order=order_of_link(request.POST.get(ORDER_PARAMETER, "")))
    if not form.is_valid():
        emptied = request.POST.copy()
        emptied[TRAP] = ""
        form.data = emptied
        return show_form(request, form, status=422)
    if too_many_summaries(request):
        return show_form(request, form, status=429, stopped="slow")
    summary = form.summary()
    context = {"summary": summary, "signed": payload.sign(summary)}
    return render(request, "shop/withdrawal/summary.html", context)


def confirm(request: HttpRequest, summary: Summary) -> HttpResponse:
    """The legal act, never limited nor late: its instant is that of this request (F-05)."""
    declaration = declare(
        name=summary.name,
        email=summary.email,
        contract=summary.contract,
        comment=summary.comment,
        form_key=summary.form_key,
        order_token=summary.token,
        now=timezone.now(),
        ip=visitor_address(request),
    )
    signed = sign_receipt(RECEIPT, declaration.pk)
    return HttpResponseRedirect(f"{request.path}recu/{signed}/")


@cache_control(private=True, no_store=True)
@require_safe
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    pk = read_receipt(RECEIPT, receipt)
    declaration = WithdrawalDeclaration.objects.filter(pk=pk).first() if pk else None
    if declaration is None:
        raise PageMissing(
            "Cette page n’existe plus. L’accusé de réception envoyé par e-mail fait foi."
        )
    return render(request, "shop/withdrawal/receipt.html", {"declaration": declaration})


def show_form(
    request: HttpRequest, form: DeclarationForm, *, status: int = 200, stopped: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "order": form.order,
        "stopped": stopped,
        "own_orders": [] if form.order or form.is_bound else own_orders(request),
    }
    return render(request, "shop/withdrawal/form.html", context, status=status)


def form_of(summary: Summary) -> DeclarationForm:
    """What was typed, to be corrected; the same form as before."""
    typed = {
        "name": summary.name,
        "email": summary.email,
        "contract": summary.contract,
        "comment": summary.comment,
        "origin": summary.origin,
    }
    return DeclarationForm(initial=typed, order=order_of_link(summary.token))


def known_of(request: HttpRequest) -> dict[str, str]:
    """Whoever is signed in is not asked who they are (F-03)."""
    user = request.user
    if not user.is_authenticated:
        return {}
    return {"email": user.email, "name": user.get_full_name()}


def own_orders(request: HttpRequest) -> list[Order]:
    if not request.user.is_authenticated:
        return []
    return list(Order.objects.active().filter(account=request.user))


def too_many_summaries(request: HttpRequest) -> bool:
    """Slows down a robot before the act; a confirmation itself is never refused."""
    period = int(timezone.now().timestamp()) // PERIOD_SECONDS
    key = f"withdrawal-{visitor_address(request)}-{period}"
    try:
        count: int = cache.get(key, 0)
        cache.set(key, count + 1, PERIOD_SECONDS)
    except Exception:  # each kind of cache fails in its own way
        logger.exception("Le cache ne répond pas : les déclarations ne sont pas comptées.")
        return False
    return count >= SUMMARIES_PER_PERIOD


def visitor_address(request: HttpRequest) -> str | None:
    """``None`` when a proxy hides it: nobody loses a right for that."""
    try:
        return str(ip_address(get_adapter().get_client_ip(request)))
    except (PermissionDenied, ValueError):
        return None
