"""What staff do once a proposal is signed; the viewset of proposals plugs ``CONTRACT_ACTIONS`` in."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from wagtail.admin import messages

from base.clock import present
from base.typography import counted, euros, french_date
from shop.backoffice.access import ANSWER_CHANGE, CONCLUDE, NAME_PARTICIPANT
from shop.backoffice.action_views import ActionView
from shop.backoffice.change_forms import AcceptForm, RefuseForm
from shop.backoffice.forms import ReasonForm
from shop.backoffice.order_page import Link
from shop.proposals.agreement.actions import (
    conclude_without_deposit,
    hold_missing_seats,
    settle_question,
)
from shop.proposals.agreement.changes import answer_change
from shop.proposals.agreement.forms import PeopleForm
from shop.proposals.agreement.models import Agreement, ChangeRequest
from shop.proposals.agreement.pages import changes_of
from shop.proposals.agreement.people import name_participants, people_of
from shop.proposals.agreement.rules import Step, step_of
from shop.proposals.models import Proposal
from shop.proposals.rules import ProposalState


class ContractActionView(ActionView):
    url_name = ""

    @cached_property
    def proposal(self) -> Proposal:
        rows = Proposal.objects.select_related("session__venue", "session__course")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def subject(self) -> str:
        return str(self.proposal)

    def get_success_url(self) -> str:
        return reverse("proposal_list:inspect", args=[self.proposal.pk])


class WithoutDepositView(ContractActionView):
    permission_required = CONCLUDE
    url_name = "conclude"
    form_class = ReasonForm
    page_title = "Conclure sans attendre l’acompte"
    button = "Rendre la commande définitive"
    is_serious = True

    def explanation(self) -> list[str]:
        seats = (
            counted(self.proposal.headcount, "place") if self.proposal.session else "aucune place"
        )
        return [
            (
                "D’après les CGV (2.2), une commande est définitive quand la proposition signée et "
                f"l’acompte sont reçus. Vous renoncez à attendre l’acompte de "
                f"{euros(self.proposal.deposit or Decimal(0))} ; il reste dû."
            ),
            (
                f"La session retient {seats}, la convention est établie et envoyée au client. Cela ne "
                "se défait pas. Le motif et votre nom restent sur la page de la proposition."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        proposal = conclude_without_deposit(
            proposal_id=self.proposal.pk,
            reason=values["reason"],
            actor=self.actor,
            now=present(),
        )
        if proposal.asks_staff:
            return f"La commande est définitive. À traiter : {proposal.asks_staff}."
        return "La commande est définitive et la convention est en route."


class HoldSeatsView(ContractActionView):
    permission_required = CONCLUDE
    url_name = "hold_seats"
    form_class = Form
    page_title = "Retenir les places manquantes"
    button = "Retenir les places"

    def explanation(self) -> list[str]:
        session = self.proposal.session
        left = session.seats_left if session else None
        free = "places non limitées" if left is None else counted(left, "place", "libre")
        return [
            f"{session or 'Sans session'} : {free} pour {counted(self.proposal.headcount, 'participant')}.",
            "Les places sont retenues, puis la convention est établie et envoyée au client.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        hold_missing_seats(proposal_id=self.proposal.pk, actor=self.actor, now=present())
        return "Les places sont retenues et la convention est en route."


class SettleContractView(ContractActionView):
    permission_required = CONCLUDE
    url_name = "settle"
    form_class = ReasonForm
    page_title = "Classer un point à traiter"
    button = "Classer"

    def explanation(self) -> list[str]:
        return [
            f"À traiter : {self.proposal.asks_staff or 'rien, ce point est déjà classé.'}",
            (
                "Le point quitte la liste « À faire aujourd’hui ». Aucune place n’est retenue et aucune "
                "convention n’est établie : écrivez ce qui a été convenu avec le client."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        settle_question(
            proposal_id=self.proposal.pk,
            reason=values["reason"],
            actor=self.actor,
            now=present(),
        )
        return "Le point est classé."


class PeopleView(ContractActionView):
    permission_required = NAME_PARTICIPANT
    url_name = "people"
    form_class = PeopleForm
    page_title = "Participants"
    button = "Enregistrer la liste"
    template_name = "shop/backoffice/contract_people.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        data = self.request.POST if self.request.method == "POST" else None
        return {"data": data} | self._list()

    def _list(self) -> dict[str, Any]:
        return {"people": people_of(self.proposal), "headcount": self.proposal.seats_wanted}

    def explanation(self) -> list[str]:
        first = self.proposal.starts_on
        starts = f", premier jour le {french_date(first)}" if first else ""
        return [
            f"{counted(self.proposal.headcount, 'place')}{starts}.",
            (
                "Vous pouvez changer la liste après le dernier jour laissé au client. Un nom écrit à la "
                "place d’un autre le remplace. Avec une adresse, chacun reçoit le programme, les "
                "horaires et le règlement intérieur dès que la convention est établie."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        name_participants(
            proposal_id=self.proposal.pk,
            wanted=self.wanted,
            seen=values["seen"],
            actor=self.actor,
            now=present(),
            is_staff=True,
        )
        return "La liste des participants est enregistrée."

    def form_valid(self, form: Any) -> HttpResponse:
        self.wanted = form.wanted
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Refused as a whole, the list is shown as it is now: what an older page says never fits."""
        refusals = form.non_field_errors()
        if not refusals:
            return super().form_invalid(form)
        for refusal in refusals:
            messages.warning(self.request, refusal)
        context = self.get_context_data(form=PeopleForm(**self._list()))
        return self.render_to_response(context, status=409)


class AnswerView(ActionView):
    """Accepts or refuses a change: the client receives the text as it is written here."""

    permission_required = ANSWER_CHANGE
    accepted: ClassVar[bool]

    @cached_property
    def asked(self) -> ChangeRequest:
        rows = ChangeRequest.objects.select_related("proposal")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def subject(self) -> str:
        return str(self.asked)

    def get_success_url(self) -> str:
        return reverse("change_request:inspect", args=[self.asked.pk])

    def explanation(self) -> list[str]:
        return [
            f"{self.asked.asked_by} demande à changer {self.asked.get_kind_display()} :",
            self.asked.text,
            self.consequence,
        ]

    consequence: ClassVar[str]

    def act(self, values: dict[str, Any]) -> str:
        answer_change(
            request_id=self.asked.pk,
            accepted=self.accepted,
            text=values["text"],
            extra=values.get("extra"),
            actor=self.actor,
            now=present(),
        )
        return "La réponse est envoyée au client."


class AcceptChangeView(AnswerView):
    accepted = True
    url_name = "accept"
    form_class = AcceptForm
    page_title = "Accepter la modification"
    button = "Accepter et envoyer la réponse"
    consequence = (
        "Votre réponse vaut acceptation expresse et écrite (CGV 2.1) ; elle ne se reprend pas. La "
        "proposition signée ne change pas : si la modification a un prix, établissez d’abord une "
        "proposition complémentaire et indiquez son numéro (CGV 2.2)."
    )


class RefuseChangeView(AnswerView):
    accepted = False
    url_name = "refuse"
    form_class = RefuseForm
    page_title = "Refuser la modification"
    button = "Refuser et envoyer la réponse"
    header_icon = "cross"
    is_serious = True
    consequence = "La commande reste telle que le client l’a signée. Dites-lui pourquoi."


CONTRACT_ACTIONS = {
    "conclure": WithoutDepositView,
    "places": HoldSeatsView,
    "classer": SettleContractView,
    "participants": PeopleView,
}


def contract_links(proposal: Proposal, user: Any) -> Iterator[Link]:
    """The actions on a signed proposal that this person may take now."""
    if proposal.is_cancelled:
        return
    step = step_of(ProposalState(proposal.state), proposal.definitive_at)
    seats_missing = (
        step == Step.DEFINITIVE and not Agreement.objects.filter(proposal=proposal).exists()
    )
    wanted = (
        (CONCLUDE, "conclude", "Conclure sans acompte", step == Step.DEPOSIT_AWAITED),
        (CONCLUDE, "hold_seats", "Retenir les places", seats_missing),
        (CONCLUDE, "settle", "Classer", bool(proposal.asks_staff)),
        (NAME_PARTICIPANT, "people", "Participants", step != Step.UNSIGNED),
    )
    for permission, name, label, is_possible in wanted:
        if is_possible and user.has_perm(permission):
            yield Link(label, reverse(f"proposal_list:{name}", args=[proposal.pk]))


def contract_facts(proposal: Proposal, user: Any) -> dict[str, Any]:
    """What ``shop/backoffice/_contract.html`` shows."""
    return {
        "proposal": proposal,
        "agreement": Agreement.objects.filter(proposal=proposal).first(),
        "people": people_of(proposal),
        "changes": changes_of(proposal),
        "contract_links": list(contract_links(proposal, user)),
    }
