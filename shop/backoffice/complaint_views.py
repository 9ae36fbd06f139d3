"""What staff do about a complaint: write one down, attach it, answer it, tell of the mediator."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from base.civil_dates import paris_date
from base.clock import present
from base.typography import french_date
from shop.backoffice.access import ANSWER_COMPLAINT
from shop.backoffice.action_views import ActionView
from shop.backoffice.complaint_forms import (
    AnswerForm,
    AttachForm,
    PostedForm,
    RecordComplaintForm,
    RecordMessageForm,
)
from shop.backoffice.forms import instants
from shop.complaints.actions import (
    add_message,
    answer_complaint,
    attach_contract,
    give_mediation_notice,
    mark_posted,
    record_complaint,
)
from shop.complaints.mediation import complained, missing_of_mediator
from shop.complaints.models import Complaint
from shop.complaints.queries import contracts_cited
from shop.complaints.rules import (
    Capacity,
    ComplaintState,
    Topic,
    fill,
    last_mediation_day,
)
from shop.orders.models import Order
from shop.withdrawal.models import DeclarationChannel

STEP, INSERT, CORRECT, SEND = "step", "insert", "correct", "send"


class RecordComplaintView(ActionView):
    permission_required = ANSWER_COMPLAINT
    form_class = RecordComplaintForm
    page_title = "Enregistrer une réclamation reçue"
    header_icon = "warning"
    button = "Enregistrer la réclamation"
    recorded: Complaint | None = None

    def subject(self) -> str:
        return "Réclamations"

    def get_success_url(self) -> str:
        if self.recorded:
            return reverse("complaint:inspect", args=[self.recorded.pk])
        return reverse("complaint:index")

    def get_initial(self) -> dict[str, Any]:
        """Of the contract that the link names."""
        initial = {"received_on": present(), "shown_at": present().isoformat()}
        found = contracts_cited(self.request.GET.get("contrat", "")[:60])
        if len(found) != 1:
            return initial
        contract = found[0]
        is_order = isinstance(contract, Order)
        return initial | {
            "name": contract.full_name,
            "email": contract.email,
            "contract": contract.payment_reference,
            "capacity": Capacity.CONSUMER.value if is_order else Capacity.PROFESSIONAL.value,
        }

    def explanation(self) -> list[str]:
        return [
            (
                "Pour une lettre, un e-mail ou un appel. Un accusé de réception part aussitôt à "
                "l’adresse indiquée, avec le numéro et le jour où une réponse est attendue."
            ),
            "Une réclamation ne se corrige pas et ne s’efface pas.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        sent_at, received_at = instants(values)
        self.recorded = record_complaint(
            channel=DeclarationChannel(values["channel"]),
            name=values["name"],
            email=values["email"],
            capacity=Capacity(values["capacity"]),
            topic=Topic(values["topic"]),
            text=values["text"],
            contract=values["contract"],
            sent_at=sent_at,
            received_at=received_at,
            actor=self.actor,
            now=present(),
        )
        return f"La réclamation {self.recorded.number} est enregistrée."


class ComplaintActionView(ActionView):
    permission_required = ANSWER_COMPLAINT
    url_name = ""

    @cached_property
    def complaint(self) -> Complaint:
        rows = Complaint.objects.select_related("order", "proposal", "notice")
        found: Complaint = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found

    def subject(self) -> str:
        return f"{self.complaint}, {self.complaint.name}"

    def get_success_url(self) -> str:
        return reverse("complaint:inspect", args=[self.complaint.pk])

    def facts(self) -> dict[str, Any]:
        return {"complaint_id": self.complaint.pk, "actor": self.actor, "now": present()}


class AttachComplaintView(ComplaintActionView):
    url_name = "attach"
    form_class = AttachForm
    page_title = "Rattacher à un contrat"
    header_icon = "link"
    button = "Rattacher"

    def get_initial(self) -> dict[str, Any]:
        complaint = self.complaint
        known = complaint.contract_reference or complaint.reference[:60]
        return {"contract": known, "capacity": complaint.capacity}

    def explanation(self) -> list[str]:
        return [
            (
                "Vérifiez que la personne est bien celle du contrat : la réclamation apparaît alors dans "
                "les étapes de la commande, que voit l’acheteur, si c’est son adresse."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        changed = attach_contract(
            contract=values["contract"], capacity=Capacity(values["capacity"]), **self.facts()
        )
        return f"Réclamation rattachée : {changed.contract or 'aucun contrat'}."


class RecordMessageView(ComplaintActionView):
    url_name = "message"
    form_class = RecordMessageForm
    page_title = "Enregistrer un message reçu"
    header_icon = "mail"
    button = "Enregistrer le message"

    def get_initial(self) -> dict[str, Any]:
        return {"received_on": present(), "shown_at": present().isoformat()}

    def explanation(self) -> list[str]:
        if self.complaint.is_open:
            return ["Le message s’ajoute à la réclamation. Un accusé de réception part par e-mail."]
        return [
            (
                "La réclamation a reçu une réponse : ce message la rouvre, avec un nouveau jour où une "
                "réponse est attendue. Un simple remerciement ne s’enregistre pas."
            )
        ]

    def act(self, values: dict[str, Any]) -> str:
        sent_at, received_at = instants(values)
        add_message(
            channel=DeclarationChannel(values["channel"]),
            text=values["text"],
            sent_at=sent_at,
            received_at=received_at,
            is_staff=True,
            **self.facts(),
        )
        return "Le message est enregistré."


class AnswerComplaintView(ComplaintActionView):
    """A template is inserted by the server, the text is corrected, read again, then sent."""

    url_name = "answer"
    form_class = AnswerForm
    template_name = "shop/backoffice/complaint_answer.html"
    page_title = "Répondre à une réclamation"
    header_icon = "mail"

    @property
    def step(self) -> str:
        return self.request.POST.get(STEP, "")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.step not in (INSERT, CORRECT):
            return super().post(request, *args, **kwargs)
        typed = request.POST.dict()
        if self.step == INSERT:
            typed["text"] = self._with_template(typed)
        return self.render_to_response(self.get_context_data(form=AnswerForm(initial=typed)))

    def _with_template(self, typed: dict[str, str]) -> str:
        try:
            chosen = AnswerForm.base_fields["template"].clean(typed.get("template"))
        except ValidationError:  # it was deleted meanwhile
            chosen = None
        filled = fill(chosen.text, self._known()) if chosen else ""
        return "\n\n".join(filter(None, [typed.get("text", "").rstrip(), filled]))

    def _known(self) -> dict[str, str]:
        complaint = self.complaint
        return {
            "nom": complaint.name,
            "numero": complaint.number,
            "date": french_date(paris_date(complained(complaint)[0])),
            "contrat": complaint.contract_reference,
        }

    def form_valid(self, form: Form) -> HttpResponse:
        if self.step == SEND:
            return super().form_valid(form)
        context = self.get_context_data(form=form) | {"is_preview": True}
        return self.render_to_response(context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form: Any = context["form"]
        is_ready = form.is_bound and form.is_valid()
        return context | {
            "complaint": self.complaint,
            "is_preview": False,
            "consequences": self._consequences(form.cleaned_data["outcome"]) if is_ready else [],
        }

    def explanation(self) -> list[str]:
        if self.complaint.address:
            return [f"La réponse part par e-mail à {self.complaint.address}."]
        return ["Aucune adresse e-mail n’est connue : postez la réponse, cette page la garde."]

    def _consequences(self, outcome: ComplaintState | None) -> list[str]:
        complaint = self.complaint
        if outcome != ComplaintState.REJECTED or not complaint.is_consumer:
            return []
        if complaint.known_notice:
            return ["L’avis de médiation est déjà parti : il n’est pas envoyé une seconde fois."]
        if missing := missing_of_mediator():
            return [
                f"L’avis de médiation ne pourra pas partir : il manque {', '.join(missing)} du médiateur."
            ]
        last = french_date(last_mediation_day(complained(complaint)[0]))
        return [
            f"L’avis de médiation part aussi : le client a jusqu’au {last} pour saisir le médiateur."
        ]

    def act(self, values: dict[str, Any]) -> str:
        answer = answer_complaint(
            outcome=values["outcome"],
            text=values["text"],
            form_key=values["form_key"],
            **self.facts(),
        )
        return "La réponse est gardée : postez-la." if answer.by_post else "La réponse est envoyée."


class GiveNoticeView(ComplaintActionView):
    url_name = "notice"
    form_class = Form
    page_title = "Envoyer l’avis de médiation"
    header_icon = "mail"
    button = "Établir et envoyer l’avis"

    def explanation(self) -> list[str]:
        last = french_date(last_mediation_day(complained(self.complaint)[0]))
        return [
            (
                "L’avis part de lui-même après un rejet, ou quand la réclamation reste sans solution. "
                "Envoyez-le plus tôt si le désaccord est clair, par exemple après un accord partiel."
            ),
            f"Il n’est établi qu’une fois, et dit que le médiateur se saisit jusqu’au {last} inclus.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        give_mediation_notice(**self.facts())
        return "L’avis de médiation est établi ; son fichier suit dans un instant."


class PostedView(ComplaintActionView):
    url_name = "posted"
    form_class = PostedForm
    page_title = "Noter l’avis posté"
    header_icon = "mail"
    button = "Noter l’envoi"

    def explanation(self) -> list[str]:
        return [
            "Envoyez l’avis de médiation par courrier et gardez la preuve de dépôt.",
            "Cette page ne fait que le noter.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        mark_posted(posted_on=values["posted_on"], **self.facts())
        return "L’envoi par courrier est noté."
