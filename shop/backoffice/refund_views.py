"""Money that goes back to a client."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from base.clock import present
from base.typography import euros, french_date
from shop.backoffice.access import REFUND
from shop.backoffice.action_views import OrderActionView
from shop.backoffice.credit_preview import CreditPreview, preview
from shop.backoffice.due_views import DueActionView
from shop.backoffice.forms import RefundForm, TransferBackForm
from shop.backoffice.refunds import refund_as_seen, refundable_by_card
from shop.invoices.planning import plan_credits
from shop.payments.models import Attempt
from shop.payments.refund_rows import (
    RefundRefused,
    legal_day,
    paid_amount,
    parts_of,
    refundable,
    refunded_amount,
)
from shop.payments.refunds import paid_by_card
from shop.payments.rules import AttemptState, Channel
from shop.payments.transfers import TransferRefused, record_transfer_back


class RefundView(OrderActionView):
    permission_required = REFUND
    url_name = "refund"
    form_class = RefundForm
    page_title = "Rembourser"
    header_icon = "undo"
    button = "Rembourser"
    is_serious = True

    def get_initial(self) -> dict[str, Any]:
        everything = refundable_by_card(self.order)
        return {
            "amount": everything,
            "previewed": everything,
            "seen": refunded_amount(self.order),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"preview": self.preview(context["form"].amount_shown())}

    def preview(self, amount: Decimal | None) -> CreditPreview | None:
        """None where there is nothing to give back, or too much is asked."""
        try:
            parts = self._parts(amount) if amount else []
        except RefundRefused:
            return None
        today = timezone.localdate(present())
        return preview(lambda: plan_credits(parts, reason="", today=today)) if parts else None

    def _parts(self, amount: Decimal) -> list[tuple[Attempt, Decimal]]:
        return parts_of(paid_by_card(self.order), amount)

    def form_valid(self, form: Any) -> HttpResponse:
        """Another amount gives another credit note: it is shown before anything leaves."""
        if form.is_previewed():
            return super().form_valid(form)
        try:
            self._parts(form.cleaned_data["amount"])
        except RefundRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            form.show_preview()
        return self.form_invalid(form)

    def explanation(self) -> list[str]:
        order = self.order
        lines = [
            (
                f"Payé : {euros(paid_amount(order))}. Déjà rendu ou en cours : "
                f"{euros(refunded_amount(order))}. Au plus : {euros(refundable_by_card(order))} sur la "
                "carte qui a servi au paiement."
            ),
            (
                "L’avoir ci-dessous est émis, puis l’argent part aussitôt et ne se reprend pas. Le "
                "client reçoit l’avoir, et un e-mail quand sa banque a reçu l’argent. La commande et "
                "ses prélèvements à venir ne changent pas."
            ),
        ]
        day = legal_day(order)
        return [*lines, f"Délai légal : avant le {french_date(day)}."] if day else lines

    def act(self, values: dict[str, Any]) -> str:
        refunds = refund_as_seen(
            order=self.order,
            amount=values["amount"],
            seen=values["seen"],
            reason=values["reason"],
            actor=self.actor,
            now=present(),
        )
        total = sum((refund.amount for refund in refunds), Decimal(0))
        return f"Le remboursement de {euros(total)} est en cours."


class TransferBackView(DueActionView):
    permission_required = REFUND
    url_name = "transfer_back"
    form_class = TransferBackForm
    page_title = "Noter un virement rendu"
    header_icon = "undo"
    button = "Noter le virement rendu"

    def explanation(self) -> list[str]:
        return [
            (
                f"Faites d’abord le virement de {euros(self.due.give_back or self.due.amount)} depuis la banque : cette page "
                "ne fait que le noter."
            ),
            (
                "Le remboursement est inscrit comme fait, à cette date et à votre nom, et l’avoir "
                "ci-dessous est émis."
            ),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"preview": self.preview()}

    def preview(self) -> CreditPreview | None:
        transfers = self.due.attempts.filter(channel=Channel.TRANSFER, state=AttemptState.SUCCEEDED)
        parts = [
            (attempt, self.due.give_back or left)
            for attempt in transfers
            if (left := refundable(attempt))
        ]
        today = timezone.localdate(present())
        return preview(lambda: plan_credits(parts, reason="", today=today)) if parts else None

    def act(self, values: dict[str, Any]) -> str:
        record_transfer_back(attempt=self.transfer(), actor=self.actor, now=present(), **values)
        return "Le virement rendu est noté."

    def transfer(self) -> Attempt:
        attempt: Attempt | None = self.due.attempts.filter(
            channel=Channel.TRANSFER, state=AttemptState.SUCCEEDED
        ).first()
        if attempt is None:
            raise TransferRefused("Cette échéance n’a pas été payée par virement.")
        return attempt
