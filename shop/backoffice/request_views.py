"""What staff do about a cancellation or a postponement: write one down, decide, choose a date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from base.clock import present
from base.typography import counted, euros, french_date
from courses.sessions.models import CourseSession
from shop.backoffice.access import DECIDE_REQUEST, RECORD_REQUEST
from shop.backoffice.action_views import ActionView, OrderActionView
from shop.backoffice.agreement_views import ContractActionView
from shop.backoffice.order_page import Link
from shop.backoffice.request_forms import (
    RETAINED,
    DecideForm,
    PostponeForm,
    RecordRequestForm,
    SessionForm,
    SetAsideForm,
)
from shop.changes.actions import (
    choose_session,
    close_window,
    decide_request,
    postpone_request,
    record_in_writing,
    set_aside,
)
from shop.changes.asking import Wanted
from shop.changes.models import RequestOutcome, WrittenRequest
from shop.changes.reading import commitment_of, quote_of
from shop.changes.rules import Cause, Wish
from shop.changes.views import sessions_for
from shop.orders.models import Order
from shop.payments.models import Contract
from shop.proposals.rules import ProposalState
from shop.withdrawal.models import DeclarationChannel

LAW = (
    "Un particulier ne doit jamais le prix entier : au plus l’acompte déjà versé, ou les heures données. "
    "Pour une force majeure ou un motif légitime et impérieux, seulement les heures données."
)


def request_page(asked: WrittenRequest) -> str:
    return reverse("written_request:inspect", args=[asked.pk])


class _Recording(ActionView):
    permission_required = RECORD_REQUEST
    url_name = "record_request"
    form_class = RecordRequestForm
    page_title = "Enregistrer une annulation ou un report"
    header_icon = "undo"
    button = "Enregistrer la demande"

    @property
    def contract(self) -> Contract:
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return kwargs | {"most": max(commitment_of(self.contract).left, 1)}

    def get_initial(self) -> dict[str, Any]:
        return {
            "asked_by": self.contract.full_name,
            "heads": commitment_of(self.contract).left,
            "received_on": timezone.localdate(present()),
        }

    def explanation(self) -> list[str]:
        return [
            (
                "La demande est gardée telle quelle et le client reçoit un accusé de réception. Rien "
                "n’est encore annulé : vous décidez à la page suivante, qui montre le coût."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        now = present()
        received_at = min(_noon(values["received_on"]), now)
        record_in_writing(
            contract=self.contract,
            wanted=Wanted(
                wish=Wish(values["wish"]),
                cause=Cause(values["cause"]),
                asked_by=values["asked_by"],
                heads=values["heads"],
                text=values["text"],
            ),
            channel=DeclarationChannel(values["channel"]),
            sent_at=min(_noon(values["sent_on"]), received_at),
            received_at=received_at,
            actor=self.actor,
            now=now,
        )
        return "La demande est enregistrée. Décidez-en dans « Annulations et reports »."


class RecordOrderRequestView(_Recording, OrderActionView):
    @property
    def contract(self) -> Contract:
        return self.order


class RecordProposalRequestView(_Recording, ContractActionView):
    @property
    def contract(self) -> Contract:
        return self.proposal

    def get_form_kwargs(self) -> dict[str, Any]:
        """Nothing can be asked of a proposal that nobody signed."""
        if self.proposal.state != ProposalState.SIGNED:
            return {**ActionView.get_form_kwargs(self), "most": 1}
        return super().get_form_kwargs()

    def get_initial(self) -> dict[str, Any]:
        if self.proposal.state != ProposalState.SIGNED:
            return {}
        return super().get_initial()


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


class RequestActionView(ActionView):
    permission_required = DECIDE_REQUEST
    url_name = ""

    @cached_property
    def asked(self) -> WrittenRequest:
        rows = WrittenRequest.objects.select_related("order", "proposal", "session", "outcome")
        found: WrittenRequest = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found

    @property
    def contract(self) -> Contract:
        return self.asked.contract

    def subject(self) -> str:
        return str(self.asked)

    def get_success_url(self) -> str:
        return request_page(self.asked)


class DecideView(RequestActionView):
    url_name = "decide"
    form_class = DecideForm
    page_title = "Décider d’une annulation"
    button = "Appliquer et répondre au client"
    is_serious = True

    def get_initial(self) -> dict[str, Any]:
        """Nothing is proposed where a person has to weigh: a consumer without a cause in law."""
        asked = self.asked
        weighs = asked.order is not None and asked.cause in (Cause.CLIENT, Cause.ABSENCE)
        shown = Cause.CLIENT if asked.cause == Cause.ABSENCE else Cause(asked.cause)
        amount = None if weighs or asked.is_settled else quote_of(asked).due
        return {"cause": shown.value, "amount": amount}

    def explanation(self) -> list[str]:
        if self.asked.is_settled:
            return ["Cette demande est déjà réglée."]
        asked = self.asked
        sent, received = (
            french_date(timezone.localdate(at)) for at in (asked.sent_at, asked.received_at)
        )
        lines = [
            (
                f"Envoyée le {sent}, reçue le {received}, pour {counted(asked.heads, 'participant')}. Motif "
                f"invoqué : {asked.get_cause_display()}."
            ),
            *filter(None, [asked.text]),
            *self._ceilings(),
        ]
        return [*lines, LAW] if asked.order else lines

    def _ceilings(self) -> Iterator[str]:
        """The same function as the client's preview, for each cause that may be retained."""
        for cause in RETAINED:
            found = quote_of(self.asked, cause=cause)
            yield (
                f"Si le motif retenu est « {cause.label} » : au plus {euros(found.due)} (article "
                f"{found.clause}), {euros(found.paid)} étant payés."
            )

    def act(self, values: dict[str, Any]) -> str:
        outcome = decide_request(
            request_id=self.asked.pk,
            cause=Cause(values["cause"]),
            amount=values["amount"],
            text=values["text"],
            delivered=values["delivered"],
            actor=self.actor,
            now=present(),
        )
        return (
            f"Annulation appliquée : {euros(outcome.kept)} conservés, {euros(outcome.refund)} "
            f"remboursés, {euros(outcome.owed)} restant dus."
        )


class PostponeView(RequestActionView):
    url_name = "postpone"
    form_class = PostponeForm
    page_title = "Accepter un report"
    button = "Reporter et répondre au client"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return kwargs | {"sessions": sessions_for(self.contract)}

    def get_initial(self) -> dict[str, Any]:
        return {"session": self.asked.session}

    def explanation(self) -> list[str]:
        if self.asked.is_settled:
            return ["Cette demande est déjà réglée."]
        found = quote_of(self.asked)
        return [
            f"Article {found.clause} : {found.explanation}",
            "La place est prise sur la nouvelle session, l’ancienne est libérée, le client est averti.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        postpone_request(
            request_id=self.asked.pk,
            session=values["session"],
            text=values["text"],
            actor=self.actor,
            now=present(),
        )
        return "Le report est fait et le client averti."


class SetAsideView(RequestActionView):
    url_name = "set_aside"
    form_class = SetAsideForm
    page_title = "Ne pas donner suite"
    header_icon = "cross"
    button = "Écarter et répondre au client"

    def explanation(self) -> list[str]:
        return [
            "La commande continue comme convenu ; le client lit votre réponse.",
            "Par exemple : le client a changé d’avis, ou un participant absent ne change pas le prix.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        set_aside(request_id=self.asked.pk, text=values["text"], actor=self.actor, now=present())
        return "La demande est écartée et le client averti."


class _Window(RequestActionView):
    @property
    def outcome(self) -> RequestOutcome:
        found: RequestOutcome = get_object_or_404(RequestOutcome, request=self.asked)
        return found


class ChooseSessionView(_Window):
    url_name = "choose_session"
    form_class = SessionForm
    page_title = "Choisir la session d’un report"
    header_icon = "calendar-alt"
    button = "Choisir cette session"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return kwargs | {"sessions": self.sessions()}

    def sessions(self) -> QuerySet[CourseSession]:
        last = self.outcome.window_until
        return (
            sessions_for(self.contract).filter(starts_on__lte=last)
            if last
            else (CourseSession.objects.none())
        )

    def explanation(self) -> list[str]:
        last = self.outcome.window_until
        limit = f"au plus tard le {french_date(last)}" if last else "sans délai"
        return [f"La formation reportée commence {limit}. Les places y sont prises."]

    def act(self, values: dict[str, Any]) -> str:
        choose_session(
            outcome_id=self.outcome.pk, session=values["session"], actor=self.actor, now=present()
        )
        return "La session est choisie et le client averti."


class CloseWindowView(_Window):
    url_name = "close_window"
    form_class = Form
    page_title = "Clore un report sans nouvelle date"
    header_icon = "cross"
    button = "Clore et demander le prix entier"
    is_serious = True

    def explanation(self) -> list[str]:
        return [
            (
                "Aucune date n’a été choisie dans le délai : d’après les CGV (3.6), le prix entier reste "
                "acquis à titre d’indemnité et la commande prend fin. Cela ne se défait pas."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        outcome = close_window(outcome_id=self.outcome.pk, actor=self.actor, now=present())
        return f"La commande est terminée : {euros(outcome.owed or Decimal(0))} restent dus."


REQUEST_ACTIONS = {
    "decider": DecideView,
    "reporter": PostponeView,
    "ecarter": SetAsideView,
    "choisir": ChooseSessionView,
    "clore": CloseWindowView,
}


def request_links(asked: WrittenRequest, user: Any, today: date) -> Iterator[Link]:
    """The actions that this person may take now."""
    outcome = getattr(asked, "outcome", None)
    waits = outcome is None
    keeps = waits and quote_of(asked).keeps_contract
    last = outcome.window_until if outcome and outcome.window_closed_at is None else None
    is_open, is_over = last is not None, last is not None and last < today
    wanted = (
        ("decide", "Décider", waits and not keeps),
        ("postpone", "Accepter le report", keeps),
        ("set_aside", "Ne pas donner suite", waits),
        ("choose_session", "Choisir une session", is_open and not is_over),
        ("close_window", "Clore sans nouvelle date", is_over),
    )
    for name, label, is_possible in wanted:
        if is_possible and user.has_perm(DECIDE_REQUEST):
            yield Link(label, reverse(f"written_request:{name}", args=[asked.pk]))


def may_record(contract: Contract, user: Any) -> bool:
    is_open = (
        contract.is_active
        if isinstance(contract, Order)
        else contract.state == ProposalState.SIGNED and not contract.is_cancelled
    )
    return is_open and bool(user.has_perm(RECORD_REQUEST))
