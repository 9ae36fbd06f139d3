"""What staff do about a withdrawal: write one down, accept it, set it aside, lift a freeze."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from base.clock import present
from base.typography import euros, french_date
from shop.backoffice.access import DECIDE, RECORD_WITHDRAWAL
from shop.backoffice.action_views import ActionView, OrderActionView
from shop.backoffice.forms import (
    DecisionForm,
    ReasonForm,
    RecordWithdrawalForm,
    RefusalForm,
    instants,
)
from shop.payments.refunds import paid_amount, refunded_amount
from shop.withdrawal.actions import lift_freeze, match_declaration, record_by_staff
from shop.withdrawal.models import (
    ChargeFreeze,
    DeclarationChannel,
    MatchOutcome,
    WithdrawalDeclaration,
)
from shop.withdrawal.rules import REFUND_DAYS


class RecordView(OrderActionView):
    permission_required = RECORD_WITHDRAWAL
    url_name = "record_withdrawal"
    form_class = RecordWithdrawalForm
    page_title = "Enregistrer une rétractation reçue"
    header_icon = "undo"
    button = "Enregistrer la rétractation"
    is_serious = True

    def get_initial(self) -> dict[str, Any]:
        order = self.order
        return {
            "name": order.full_name,
            "email": order.email,
            "contract": f"Commande {order.reference}, {order.course_title}",
            "received_on": timezone.localdate(present()),
            "shown_at": present().isoformat(),
        }

    def explanation(self) -> list[str]:
        order, paid = self.order, paid_amount(self.order) - refunded_amount(self.order)
        last = order.withdrawal_last_day
        limit = f"jusqu’au {french_date(last)} inclus" if last else "car son délai n’a pas commencé"
        return [
            (
                f"Envoyée à temps ({limit}), elle termine la commande : la place est libérée, plus rien "
                f"n’est prélevé et {euros(paid)} sont rendus dans les {REFUND_DAYS} jours de la "
                "réception."
            ),
            (
                "Envoyée plus tard, elle est gardée et les prélèvements sont gelés : vous décidez "
                "ensuite de la suite. Dans les deux cas, le client est averti. Une déclaration ne "
                "s’efface pas."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        sent_at, received_at = instants(values)
        declaration = record_by_staff(
            channel=DeclarationChannel(values["channel"]),
            name=values["name"],
            email=values["email"],
            contract=values["contract"],
            comment=values["comment"],
            sent_at=sent_at,
            received_at=received_at,
            actor=self.actor,
        )
        outcomes = ", ".join(str(match) for match in declaration.matches.all())
        return f"Déclaration enregistrée. {outcomes or 'Aucune commande reconnue : à rapprocher'}."


class DeclarationActionView(ActionView):
    permission_required = DECIDE
    url_name = ""

    @cached_property
    def declaration(self) -> WithdrawalDeclaration:
        found: WithdrawalDeclaration = get_object_or_404(
            WithdrawalDeclaration, pk=self.kwargs["pk"]
        )
        return found

    def subject(self) -> str:
        return f"Déclaration n° {self.declaration.pk}, {self.declaration.name}"

    def get_success_url(self) -> str:
        return reverse("withdrawaldeclaration:inspect", args=[self.declaration.pk])

    def decide(self, values: dict[str, Any], outcome: MatchOutcome) -> None:
        match_declaration(
            declaration=self.declaration,
            order=values["reference"],
            outcome=outcome,
            actor=self.actor,
            reason=values["reason"],
            now=present(),
        )


class AcceptView(DeclarationActionView):
    url_name = "accept"
    form_class = DecisionForm
    page_title = "Prendre en compte une rétractation"
    button = "Prendre en compte"
    is_serious = True

    def get_initial(self) -> dict[str, Any]:
        """The order that is held back for it, when there is only one."""
        held = {
            freeze.order.reference for freeze in self.declaration.freezes.select_related("order")
        }
        return {"reference": held.pop()} if len(held) == 1 else {}

    def explanation(self) -> list[str]:
        return [
            (
                "La commande prend fin, même si la déclaration est arrivée tard : la place est libérée, "
                "plus rien n’est prélevé, ce qui a été payé par carte est rendu."
            ),
            "Les autres commandes gelées par cette déclaration sont dégelées. Le client est averti.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        self.decide(values, MatchOutcome.ACCEPTED)
        return f"La commande {values['reference'].reference} est rétractée."


class RefuseView(DeclarationActionView):
    url_name = "refuse"
    form_class = RefusalForm
    page_title = "Écarter une déclaration"
    button = "Écarter"

    def explanation(self) -> list[str]:
        return [
            (
                "La déclaration reste au dossier avec votre motif. Les prélèvements gelés pour elle "
                "reprennent, ou seulement ceux de la commande indiquée."
            ),
            (
                "Une déclaration envoyée à temps ne s’écarte pas : elle ne demande aucun motif au client "
                "(Code de la consommation, L221-18). Prévenez le client de votre décision."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        self.decide(values, MatchOutcome.REFUSED)
        return "La déclaration est écartée."


class LiftView(DeclarationActionView):
    url_name = "lift"
    form_class = ReasonForm
    page_title = "Lever un gel de prélèvement"
    header_icon = "lock-open"
    button = "Lever le gel"

    @cached_property
    def freeze(self) -> ChargeFreeze:
        rows = ChargeFreeze.objects.select_related("order").filter(declaration=self.declaration)
        return get_object_or_404(rows, pk=self.kwargs["freeze_pk"])

    def explanation(self) -> list[str]:
        return [
            (
                f"La déclaration ne concerne pas la commande {self.freeze.order} : ses prélèvements "
                "reprennent à leurs dates. La déclaration reste à rapprocher d’une autre commande."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        lift_freeze(freeze=self.freeze, actor=self.actor, reason=values["reason"], now=present())
        return "Le gel est levé."
