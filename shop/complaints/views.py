"""« Réclamation »: a form, what was received, then the page that the acknowledgement opens."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from base.clock import present
from base.missing import PageMissing
from base.private_pages import hide, own_pages_only, private_page
from base.receipts import read_receipt, sign_receipt
from base.robots import too_many
from documents.views import send
from shop.complaints.actions import ComplaintRefused, add_message, file_complaint
from shop.complaints.forms import ComplaintForm, MessageForm
from shop.complaints.models import Complaint
from shop.complaints.rules import Capacity, Topic
from shop.orders.forms import TOKEN
from shop.orders.models import Order
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState
from shop.withdrawal.models import DeclarationChannel

PER_HOUR = 10
RECEIPT = "complaint-receipt"
SENT = "envoye"
# The link of such a proposal opens nothing any more.
CLOSED_LINKS = (ProposalState.SUPERSEDED.value, ProposalState.WITHDRAWN.value)
TOO_MANY = (
    "Vous avez envoyé plusieurs messages en peu de temps. Rien n’est perdu : patientez une heure, puis "
    "envoyez à nouveau, ou écrivez-nous par e-mail."
)


@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _show_form(request, ComplaintForm(initial=_known(request)))
    form = ComplaintForm(request.POST)
    if not form.is_valid():
        form.open_again()
        return _show_form(request, form, status=422)
    if not _is_known(form) and too_many(request, "reclamation", per_hour=PER_HOUR):
        return _show_form(request, form, problem=TOO_MANY, status=429)
    typed = form.cleaned_data
    complaint = file_complaint(
        name=typed["name"],
        email=typed["email"],
        capacity=Capacity(typed["capacity"]),
        reference=typed["reference"],
        topic=Topic(typed["topic"]),
        text=typed["text"],
        form_key=form.form_key,
        now=present(),
    )
    return redirect("complaint_receipt", receipt=sign_receipt(RECEIPT, complaint.pk))


def _is_known(form: ComplaintForm) -> bool:
    return bool(Complaint.objects.filter(form_key=form.form_key).exists())


def _show_form(
    request: HttpRequest, form: ComplaintForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "problem": problem}
    response = render(request, "shop/complaints/form.html", context, status=status)
    hide(response)
    if not form.initial.get("email") and not form.is_bound:
        del response["X-Robots-Tag"]
    return response


def _known(request: HttpRequest) -> dict[str, Any]:
    """What a link or an account says; whoever holds a wrong link sees the ordinary page."""
    order_token, proposal_token = (
        request.GET.get("commande", ""),
        request.GET.get("proposition", ""),
    )
    if TOKEN.fullmatch(order_token):
        order = Order.objects.filter(token=order_token).first()
        return _told_by(order, Capacity.CONSUMER) if order else {}
    if TOKEN.fullmatch(proposal_token):
        proposals = Proposal.objects.filter(token=proposal_token).defer("content")
        proposal = proposals.exclude(state__in=CLOSED_LINKS).first()
        return _told_by(proposal, Capacity.PROFESSIONAL) if proposal else {}
    if request.user.is_authenticated:
        return {"name": request.user.get_full_name(), "email": request.user.email}
    return {}


def _told_by(contract: Order | Proposal, capacity: Capacity) -> dict[str, Any]:
    return {
        "name": contract.full_name,
        "email": contract.email,
        "capacity": capacity.value,
        "reference": contract.payment_reference,
    }


@private_page
@require_safe
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """What was typed, and nothing else: whoever typed it may not be who the address belongs to."""
    pk = read_receipt(RECEIPT, receipt)
    complaint = Complaint.objects.filter(pk=pk).first() if pk else None
    if complaint is None:
        raise PageMissing(
            "Cette page n’existe plus. L’accusé de réception envoyé par e-mail fait foi."
        )
    return render(request, "shop/complaints/receipt.html", {"complaint": complaint})


def complaint_of(token: str) -> Complaint:
    rows = Complaint.objects.select_related("notice", "order", "proposal")
    complaint: Complaint | None = (
        rows.filter(token=token).first() if TOKEN.fullmatch(token) else None
    )
    if complaint is None:
        raise PageMissing("Ce lien n’est pas ou n’est plus valable.")
    return complaint


@private_page
@own_pages_only
@require_http_methods(["GET", "HEAD", "POST"])
def complaint_page(request: HttpRequest, token: str) -> HttpResponseBase:
    """Where the answers are, and where one more message opens it again."""
    complaint = complaint_of(token)
    if request.method != "POST":
        return _show_page(request, complaint, MessageForm())
    form = MessageForm(request.POST)
    if not form.is_valid():
        form.open_again()
        return _show_page(request, complaint, form, status=422)
    if too_many(request, "reclamation", per_hour=PER_HOUR):
        return _show_page(request, complaint, form, problem=TOO_MANY, status=429)
    now = present()
    try:
        add_message(
            complaint_id=complaint.pk,
            channel=DeclarationChannel.ONLINE,
            text=form.cleaned_data["text"],
            sent_at=now,
            received_at=now,
            actor=f"{complaint.name} (en ligne)",
            now=now,
            form_key=form.form_key,
        )
    except ComplaintRefused as refused:
        return _show_page(request, complaint, form, problem=str(refused), status=409)
    return redirect(f"{request.path}?{SENT}")


def _show_page(
    request: HttpRequest,
    complaint: Complaint,
    form: MessageForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    notice = complaint.known_notice
    context = {
        "complaint": complaint,
        "exchanges": exchanges(complaint),
        "notice": notice,
        "document": notice.document if notice else None,
        "form": form,
        "problem": problem,
        "is_sent": SENT in request.GET and status == 200,
    }
    return render(request, "shop/complaints/complaint.html", context, status=status)


def exchanges(complaint: Complaint) -> list[tuple[Any, bool]]:
    """Messages and answers, oldest first; True for what we wrote."""
    said = [(message.recorded_at, message, False) for message in complaint.messages.all()]
    said += [(answer.answered_at, answer, True) for answer in complaint.answers.all()]
    return [(row, ours) for _, row, ours in sorted(said, key=lambda item: item[0])]


@private_page
@require_safe
def notice_pdf(request: HttpRequest, token: str) -> HttpResponse:
    notice = complaint_of(token).known_notice
    if notice is None:
        raise PageMissing("Aucun avis de médiation n’est établi pour cette réclamation.")
    if (document := notice.document) is None:
        raise PageMissing("Ce document est en préparation. Réessayez dans un instant.")
    return send(request, document)
