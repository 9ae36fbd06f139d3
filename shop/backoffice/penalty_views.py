"""The invoice for late payment: its whole calculation first, then one button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property

from base.clock import present
from base.typography import euros, french_date
from legal.rates.rules import RateMissing
from shop.backoffice.collection_forms import PenaltyForm
from shop.backoffice.collection_views import CaseActionView
from shop.collection.actions import CollectionRefused
from shop.collection.penalties import PlannedPenalty, issue_penalty, plan_penalty
from shop.collection.reading import debts_of, paid_up_on
from shop.collection.wording import SegmentRow, rows_of
from shop.invoices.issuing import refuse_faulty
from shop.invoices.rules import NotInvoiceable


@dataclass(frozen=True)
class PenaltyPreview:
    """``problem`` is why nothing can be issued, in French."""

    rows: tuple[SegmentRow, ...] = ()
    interest: str = ""
    recovery: str = ""
    total: str = ""
    rule: str = ""
    fingerprint: str = ""
    problem: str = ""


class PenaltyView(CaseActionView):
    url_name = "bill"
    form_class = PenaltyForm
    page_title = "Facturer les pénalités de retard"
    header_icon = "doc-full-inverse"
    button = "Émettre la facture"
    is_serious = True
    template_name = "shop/backoffice/penalty.html"

    @cached_property
    def default_day(self) -> date:
        """The day asked for; else today, or the day on which all was paid."""
        return self._asked or paid_up_on(debts_of(self.case)) or self.today

    @property
    def _asked(self) -> date | None:
        try:
            return parse_date(self.request.GET.get("au", ""))
        except ValueError:  # well written, and no day of any month
            return None

    def get_initial(self) -> dict[str, Any]:
        shown = self._preview(self.default_day).fingerprint
        return {"until": self.default_day, "shown": shown}

    def explanation(self) -> list[str]:
        invoice = self.case.invoice
        return [
            (
                f"Facture {invoice.number}, à payer au plus tard le {french_date(invoice.due_on)} : les "
                "intérêts courent dès le lendemain, sans rappel, sur le TTC impayé (CGV 3.4 ; C. com., "
                "L441-10). L’indemnité de 40 € n’est demandée qu’une fois par facture."
            ),
            (
                "La facture est sans TVA, prend un numéro de la série et part au client par e-mail. Elle ne "
                "se modifie pas : un avoir la corrige."
            ),
        ]

    def _preview(self, until: date) -> PenaltyPreview:
        try:
            planned = plan_penalty(self.case, until=until, today=self.today)
            refuse_faulty(planned.content)
        except (CollectionRefused, RateMissing, NotInvoiceable) as problem:
            return PenaltyPreview(problem=str(problem))
        return _shown(planned)

    def form_valid(self, form: Form) -> HttpResponse:
        if "voir" in self.request.POST:
            return redirect(f"{self.request.path}?au={form.cleaned_data['until'].isoformat()}")
        return super().form_valid(form)

    def act(self, values: dict[str, Any]) -> str:
        invoice = issue_penalty(case_id=self.case.pk, actor=self.actor, now=present(), **values)
        return f"La facture {invoice} de {euros(invoice.incl_vat)} est émise et part au client."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form: Any = context["form"]
        until = getattr(form, "cleaned_data", {}).get("until") or self.default_day
        preview = self._preview(until)
        if form.is_bound:
            # The next confirmation is of what this page shows, not of what an older one did.
            form.data = form.data.copy()
            form.data["shown"] = preview.fingerprint
        return context | {"penalty": preview}


def _shown(planned: PlannedPenalty) -> PenaltyPreview:
    bill = planned.bill
    return PenaltyPreview(
        rows=tuple(rows_of(bill.interest.segments)),
        interest=euros(bill.interest.amount),
        recovery=euros(bill.recovery) if bill.recovery else "",
        total=euros(bill.amount),
        rule=bill.rule.label,
        fingerprint=bill.fingerprint,
    )
