"""Where a company pays what it owes for a proposal: a link that may be passed on to its accounting."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from base.clock import present
from base.private_pages import own_pages_only, private_page
from shop.invoices.planning import final_invoice_of
from shop.payments import recovery
from shop.payments.bank.details import transfer_details
from shop.payments.csp import may_lead_to_checkout
from shop.payments.gateway_errors import GatewayError
from shop.payments.mandates import PaymentUnavailable
from shop.payments.models import Due
from shop.payments.refund_rows import paid_amount
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState
from shop.proposals.views import proposal_of

SEE_OTHER = 303
UNAVAILABLE = 503


@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@may_lead_to_checkout
@transaction.non_atomic_requests
def payment(request: HttpRequest, token: str) -> HttpResponse:
    """Back to the proposal while nothing can be owed: it is not signed."""
    proposal = proposal_of(token)
    if proposal.state != ProposalState.SIGNED:
        return redirect(proposal)
    for due in Due.objects.of(proposal).unpaid():
        recovery.refresh(due, present())
    if request.method == "POST":
        return _pay(request, proposal)
    return _page(request, proposal)


def _pay(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """What was paid meanwhile, in another tab or by transfer, is not asked for again."""
    now = present()
    wanted = request.POST.get("due", "")
    due = Due.objects.of(proposal).payable(now).filter(position=_position(wanted)).first()
    if due is None:
        return _page(request, proposal, trouble=recovery.NOT_PAYABLE)
    due.proposal = proposal
    try:
        url = recovery.pay_with_other_card(due=due, agreement=None, now=now)
    except PaymentUnavailable as error:
        return _page(request, proposal, trouble=str(error))
    except GatewayError:
        return _page(request, proposal, trouble=recovery.NO_ANSWER)
    return HttpResponseRedirect(url, status=SEE_OTHER)


def _position(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _page(request: HttpRequest, proposal: Proposal, trouble: str = "") -> HttpResponse:
    now = present()
    unpaid = Due.objects.of(proposal).unpaid().order_by("due_on", "position")
    context = {
        "proposal": proposal,
        "content": proposal.current,
        "owed": [due for due in unpaid if due.not_before and due.not_before <= now],
        "to_come": [due for due in unpaid if not due.not_before or due.not_before > now],
        "paid": paid_amount(proposal),
        "invoice": final_invoice_of(proposal),
        "transfer": transfer_details(proposal),
        "trouble": trouble,
    }
    status = UNAVAILABLE if trouble else 200
    return render(request, "shop/proposals/payment.html", context, status=status)
