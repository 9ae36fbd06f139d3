"""What staff do about a line of a statement."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.forms import Form
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from wagtail.admin import messages

from base.clock import present
from base.typography import euros, french_typography
from shop.backoffice.access import SETTLE
from shop.backoffice.action_views import ActionView
from shop.backoffice.bank_forms import AllocationForm, AsideForm, BankReturnForm
from shop.payments.bank.actions import allocate, noted_payment, record_return, reopen, set_aside
from shop.payments.bank.confirming import Pair, certain_now, confirm_certain
from shop.payments.bank.models import BankLine
from shop.payments.models import Due

FOR_GOOD = (
    "Une affectation ne se défait pas : la facture d’acompte part avec elle, s’il y a lieu. Une erreur "
    "se répare par un avoir et un remboursement, puis par une autre affectation : vérifiez avant."
)


class BankLineActionView(ActionView):
    permission_required = SETTLE
    url_name = ""

    @cached_property
    def line(self) -> BankLine:
        line: BankLine = get_object_or_404(BankLine.objects.with_sums(), pk=self.kwargs["pk"])
        return line

    def subject(self) -> str:
        return str(self.line)

    def get_success_url(self) -> str:
        return reverse("bank_line:inspect", args=[self.line.pk])


class AllocateView(BankLineActionView):
    url_name = "allocate"
    form_class = AllocationForm
    page_title = "Affecter un virement"
    header_icon = "link"
    button = "Affecter"

    @cached_property
    def due(self) -> Due:
        rows = Due.objects.select_related("order", "proposal")
        return get_object_or_404(rows, pk=self.kwargs["due_pk"])

    @property
    def most(self) -> Decimal:
        return min(self.line.remainder, self.due.amount)

    def get_initial(self) -> dict[str, Any]:
        return {"amount": self.most}

    def explanation(self) -> list[str]:
        contract = self.due.contract
        lines = [
            f"Libellé : {self.line.text or 'aucun'}.",
            (
                f"Affecté à : {self.due.label} de {euros(self.due.amount)}, "
                f"{contract.payment_reference}, {contract.payer_name}."
            ),
        ]
        if noted_payment(self.due):
            return [
                *lines,
                "Ce paiement est déjà noté à la main : la ligne lui est rattachée, rien n’est ajouté.",
            ]
        return [*lines, self._difference(), FOR_GOOD]

    def _difference(self) -> str:
        left, owed = self.line.remainder, self.due.amount
        if left == owed:
            return "Le montant reçu est celui dû : le client reçoit un accusé de paiement."
        if left > owed:
            return (
                f"Reçu {euros(left)} pour {euros(owed)} dus : le reste de la ligne, "
                f"{euros(left - owed)}, attendra d’être affecté ou rendu."
            )
        if self.due.proposal_id:
            return f"Reçu {euros(left)} pour {euros(owed)} dus : le reste, {euros(owed - left)}, restera dû."
        return f"Reçu {euros(left)} pour {euros(owed)} dus : un particulier paie l’échéance exactement."

    def act(self, values: dict[str, Any]) -> str:
        given = allocate(
            line=self.line, due=self.due, amount=values["amount"], actor=self.actor, now=present()
        )
        reference = self.due.contract.payment_reference
        return f"{euros(given.amount)} sont affectés à {reference}."


class GiveBackView(BankLineActionView):
    url_name = "give_back"
    form_class = BankReturnForm
    page_title = "Noter un virement rendu"
    header_icon = "undo"
    button = "Noter le virement rendu"

    def get_initial(self) -> dict[str, Any]:
        return {"amount": self.line.remainder}

    def explanation(self) -> list[str]:
        return [
            f"Reste de la ligne : {euros(self.line.remainder)}.",
            (
                "Faites d’abord le virement dans l’espace de la banque, vers le compte qui a payé. Il "
                "est noté ici pour la comptabilité : rien n’est envoyé au client."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        row = record_return(line=self.line, actor=self.actor, now=present(), **values)
        return f"{euros(row.amount)} sont notés comme rendus."


class AsideView(BankLineActionView):
    url_name = "set_aside"
    form_class = AsideForm
    page_title = "Écarter un virement"
    header_icon = "bin"
    button = "Écarter"

    def get_initial(self) -> dict[str, Any]:
        return {"reason": "Sans rapport avec une vente"}

    def explanation(self) -> list[str]:
        return [
            f"Reste de la ligne : {euros(self.line.remainder)}.",
            "Elle quitte les virements à rapprocher. Elle reste lisible, et peut y revenir.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        set_aside(line=self.line, reason=values["reason"], actor=self.actor, now=present())
        return "La ligne est écartée."


class ReopenView(BankLineActionView):
    url_name = "reopen"
    form_class = AsideForm
    page_title = "Remettre à rapprocher"
    header_icon = "redirect"
    button = "Remettre à rapprocher"

    def explanation(self) -> list[str]:
        return [f"Écartée pour ce motif : {self.line.set_aside_reason or 'aucun'}."]

    def act(self, values: dict[str, Any]) -> str:
        reopen(line=self.line, reason=values["reason"], actor=self.actor, now=present())
        return "La ligne est de nouveau à rapprocher."


class CertainView(ActionView):
    """All that is certain, in one click of the person who has just read it."""

    permission_required = SETTLE
    form_class = Form
    template_name = "shop/backoffice/bank_certain.html"
    page_title = "Confirmer les rapprochements certains"
    button = "Confirmer ces affectations"

    def subject(self) -> str:
        return "Relevés bancaires"

    def get_success_url(self) -> str:
        return reverse("bank_line:index")

    def explanation(self) -> list[str]:
        return [
            (
                "La référence est citée et le montant est exactement celui dû. Chaque client reçoit son "
                "accusé de paiement."
            ),
            FOR_GOOD,
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"sure": certain_now()}

    def act(self, values: dict[str, Any]) -> str:
        outcome = confirm_certain(shown=self._shown(), actor=self.actor, now=present())
        for refusal in outcome.refused:
            messages.warning(self.request, french_typography(refusal))
        total = sum((given.amount for given in outcome.done), Decimal(0))
        return f"Virements affectés : {len(outcome.done)}, pour {euros(total)}."

    def _shown(self) -> set[Pair]:
        pairs = self.request.POST.getlist("pair")
        sent = (re.fullmatch(r"(\d{1,18})-(\d{1,18})", pair, re.ASCII) for pair in pairs)
        return {Pair(int(found[1]), int(found[2])) for found in sent if found}
