"""What staff do about one instalment."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property

from base.clock import present
from base.typography import euros, french_date
from shop.backoffice.access import CREDIT, SETTLE
from shop.backoffice.action_views import ActionView
from shop.backoffice.contracts import contract_page
from shop.backoffice.credit_preview import preview
from shop.backoffice.forms import ReasonForm, TransferForm
from shop.invoices.actions import credit_unpaid
from shop.invoices.planning import plan_unpaid_credit
from shop.payments.companies import receive_transfer
from shop.payments.models import Due
from shop.payments.pausing import settle_question
from shop.payments.reminding import stop_reminding
from shop.payments.transfers import record_transfer


class DueActionView(ActionView):
    url_name = ""

    @cached_property
    def due(self) -> Due:
        return get_object_or_404(
            Due.objects.select_related("order", "proposal"), pk=self.kwargs["pk"]
        )

    def subject(self) -> str:
        return f"{self.due.contract} – {self.due.label} de {euros(self.due.amount)}"

    def get_success_url(self) -> str:
        return contract_page(self.due.contract)


class TransferView(DueActionView):
    permission_required = SETTLE
    url_name = "transfer"
    form_class = TransferForm
    page_title = "Noter un virement reçu"
    header_icon = "download"
    button = "Noter le virement"

    def get_initial(self) -> dict[str, Any]:
        return {"amount": self.due.amount}

    def explanation(self) -> list[str]:
        if self.due.proposal:
            return [
                f"{self.due.label} : {euros(self.due.amount)}. Un virement moindre en paie une partie.",
                "L’entreprise reçoit un accusé de paiement et sa facture d’acompte.",
            ]
        return [
            self._when(),
            (
                f"{self.due.label} : {euros(self.due.amount)}, exactement. L’échéance devient payée, la "
                "carte n’est plus débitée pour elle et le client reçoit un accusé de paiement."
            ),
        ]

    def _when(self) -> str:
        first = self.due.not_before
        if first is None:
            return (
                "Rien ne peut être encaissé : la confirmation n’est pas encore remise au client, "
                "son délai de rétractation n’a pas commencé."
            )
        day = french_date(timezone.localdate(first))
        return f"Aucun paiement ne peut être encaissé avant le {day} (Code du travail, L6353-6)."

    def act(self, values: dict[str, Any]) -> str:
        receive = receive_transfer if self.due.proposal else record_transfer
        attempt = receive(due=self.due, actor=self.actor, now=present(), **values)
        return f"Le virement de {euros(attempt.amount)} est noté."


class SettleView(DueActionView):
    permission_required = SETTLE
    url_name = "settle"
    form_class = ReasonForm
    page_title = "Classer un point à traiter"
    button = "Classer"

    def explanation(self) -> list[str]:
        return [
            f"À traiter : {self.due.asks_staff or 'rien, ce point est déjà classé.'}",
            (
                "Le point quitte la liste « À faire aujourd’hui ». Les débits automatiques de ce "
                "versement peuvent reprendre, sauf si les prélèvements sont suspendus."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        settle_question(due=self.due, actor=self.actor, reason=values["reason"], now=present())
        return "Le point est classé."


class QuietView(DueActionView):
    permission_required = SETTLE
    url_name = "quiet"
    form_class = ReasonForm
    page_title = "Ne plus envoyer de rappels"
    button = "Arrêter les rappels"

    def explanation(self) -> list[str]:
        sent = self.due.reminders
        return [
            f"Rappels déjà envoyés pour cette demande : {sent}.",
            (
                "Le client ne reçoit plus de rappel automatique. L’échéance reste due et son lien de "
                "paiement reste valable."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        stop_reminding(due=self.due, actor=self.actor, reason=values["reason"], now=present())
        return "Aucun autre rappel ne partira pour cette demande."


class GiveUpView(DueActionView):
    permission_required = CREDIT
    url_name = "give_up"
    form_class = ReasonForm
    page_title = "Renoncer à une échéance facturée"
    header_icon = "cross"
    button = "Émettre l’avoir"
    is_serious = True

    def explanation(self) -> list[str]:
        return [
            (
                "Le client n’a plus à payer cette échéance : rien n’est débité ni demandé pour elle, "
                "et l’avoir ci-dessous diminue d’autant la facture. Un avoir émis ne se reprend pas."
            ),
            "Le client reçoit l’avoir par e-mail. Le motif y est imprimé.",
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate(present())
        shown = preview(lambda: [plan_unpaid_credit(self.due, reason="", today=today)])
        return super().get_context_data(**kwargs) | {"preview": shown}

    def act(self, values: dict[str, Any]) -> str:
        credit = credit_unpaid(
            due=self.due, reason=values["reason"], actor=self.actor, now=present()
        )
        return f"L’avoir {credit} de {euros(credit.incl_vat)} est émis."
