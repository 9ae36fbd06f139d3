"""The client of a cancelled session chooses: a page, a confirmation, and only then an act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from base.clock import present
from base.missing import PageMissing
from base.private_pages import own_pages_only, private_page
from courses.sessions.seats import SeatsRefused
from shop.cancelled_sessions.actions import CancellationRefused, answer_offer
from shop.cancelled_sessions.choices import OtherSession, other_sessions
from shop.cancelled_sessions.models import SessionOffer
from shop.cancelled_sessions.rules import Choice
from shop.orders.actions import OrderRefused
from shop.payments.refund_rows import paid_amount, refunded_amount
from shop.proposals.actions import ProposalRefused

CHOICE = "choix"
REFUND = "remboursement"
REFUSALS = (CancellationRefused, OrderRefused, ProposalRefused, SeatsRefused)
UNREAD = "Choisissez l’une des réponses proposées."


@dataclass(frozen=True)
class Wanted:
    """``other`` is None for the money back."""

    key: str
    other: OtherSession | None = None

    @property
    def choice(self) -> Choice:
        return Choice.MOVE if self.other else Choice.REFUND


@private_page
@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def session_offer(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the address, with or without a choice in it, changes nothing."""
    offer, now = _offer_of(token), present()
    others = other_sessions(offer, now)
    if request.method == "POST":
        return _answer(request, offer, others, now)
    key = request.GET.get(CHOICE, "")
    wanted = _wanted(key, others) if offer.may_be_answered(now) else None
    if key and wanted is None and offer.may_be_answered(now):
        return _show(request, offer, others, problem=UNREAD, status=422)
    return _show(request, offer, others, wanted=wanted)


def _offer_of(token: str) -> SessionOffer:
    rows = SessionOffer.objects.select_related(
        "order__session", "proposal__session", "chosen__venue",
        "cancellation__session__course", "cancellation__session__venue",
    )  # fmt: skip
    found: SessionOffer | None = rows.filter(token=token).first()
    if found is None:
        raise PageMissing("Ce lien n’est pas complet : reprenez-le dans notre message.")
    return found


def _wanted(key: str, others: list[OtherSession]) -> Wanted | None:
    if key == REFUND:
        return Wanted(key)
    other = next((other for other in others if other.key == key), None)
    return Wanted(key, other) if other else None


def _answer(
    request: HttpRequest, offer: SessionOffer, others: list[OtherSession], now: datetime
) -> HttpResponse:
    wanted = _wanted(request.POST.get(CHOICE, ""), others)
    if wanted is None:
        return _show(request, offer, others, problem=UNREAD, status=422)
    try:
        answer_offer(
            offer_id=offer.pk,
            choice=wanted.choice,
            session_id=wanted.other.session.pk if wanted.other else None,
            answered_by=f"{offer.contract.payer_name} (lien reçu par e-mail)",
            now=now,
        )
    except REFUSALS as refused:
        offer = _offer_of(offer.token)
        others = other_sessions(offer, now)
        return _show(request, offer, others, problem=str(refused), status=409)
    return redirect(offer)


def _show(
    request: HttpRequest,
    offer: SessionOffer,
    others: list[OtherSession],
    *,
    wanted: Wanted | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    contract = offer.contract
    context: dict[str, Any] = {
        "offer": offer,
        "contract": contract,
        "cancellation": offer.cancellation,
        "session": offer.cancellation.session,
        "others": others,
        "wanted": wanted,
        "problem": problem,
        "paid": paid_amount(contract) - refunded_amount(contract),
        "may_answer": offer.may_be_answered(present()) and not offer.is_moot,
    }
    return render(request, "shop/cancelled_sessions/offer.html", context, status=status)
