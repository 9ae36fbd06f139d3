"""A statement is read, then shown with what would match, then imported: only the last step writes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from base.clock import present
from base.identifiers import compact_iban, spaced_iban
from base.organisation import Organisation
from base.typography import euros, french_date_range, french_typography
from shop.backoffice.access import SETTLE
from shop.backoffice.bank_forms import StatementForm
from shop.backoffice.bank_previews import PreviewExpired, seal, unseal
from shop.payments.bank.importing import NewLine, Preview, import_statement
from shop.payments.bank.matching import match_received
from shop.payments.bank.rules import Candidate, Certainty, Received
from shop.payments.bank.statements import Entry, Statement, StatementRefused

SHOWN = 200
WORDS = {
    Certainty.CERTAIN: "certain",
    Certainty.PROBABLE: "probable",
    Certainty.UNKNOWN: "inconnu",
}
TOO_LONG = "Ce relevé est trop long pour être importé d’un coup : exportez une période plus courte."
EXPIRED = "Cet aperçu n’est plus valable : choisissez à nouveau le fichier."


@dataclass(frozen=True)
class PreviewedLine:
    line: NewLine
    best: Candidate | None

    @property
    def amount(self) -> str:
        entry = self.line.entry
        return (
            euros(entry.amount) if entry.currency == "EUR" else f"{entry.amount} {entry.currency}"
        )


class ImportView(WagtailAdminTemplateMixin, PermissionRequiredMixin, View):
    permission_required = SETTLE
    raise_exception = True
    page_title = "Importer un relevé bancaire"
    header_icon = "upload"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        lines = {"url": reverse("bank_line:index"), "label": "Relevés bancaires"}
        return [*self.breadcrumbs_items, lines, {"url": "", "label": "Importer"}]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show_form(StatementForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if "sealed" in request.POST:
            return self._import(request.POST["sealed"])
        form = StatementForm(request.POST, request.FILES)
        return self._show_preview(form) if form.is_valid() else self._show_form(form)

    def _show_form(self, form: StatementForm) -> HttpResponse:
        status = 422 if form.is_bound else 200
        context = self.get_context_data(form=form)
        return render(self.request, "shop/backoffice/bank_import.html", context, status=status)

    def _show_preview(self, form: StatementForm) -> HttpResponse:
        name = form.cleaned_data["file"].name
        sealed = seal(name=name, content=form.content, user=self.request.user)
        if not sealed:
            form.add_error("file", TOO_LONG)
            return self._show_form(form)
        lines = previewed(form.preview)
        context = self.get_context_data(
            name=name,
            sealed=sealed,
            preview=form.preview,
            period=_period(form.preview.statement),
            total=euros(form.preview.statement.total),
            lines=lines[:SHOWN],
            more=max(0, len(lines) - SHOWN),
            counts=counted(lines),
            warnings=list(warnings(form.preview)),
        )
        return render(self.request, "shop/backoffice/bank_preview.html", context)

    def _import(self, sealed: str) -> HttpResponse:
        try:
            name, content = unseal(sealed, user=self.request.user)
            statement = import_statement(
                name=name, content=content, actor=str(self.request.user), now=present()
            )
        except PreviewExpired:
            return self._refuse(EXPIRED)
        except StatementRefused as refusal:
            return self._refuse(str(refusal))
        count = statement.line_count
        done = f"{count} virement{'s' if count > 1 else ''} importé{'s' if count > 1 else ''}."
        messages.success(self.request, french_typography(f"« {statement.name} » : {done}"))
        return redirect("bank_line:index")

    def _refuse(self, reason: str) -> HttpResponse:
        messages.error(self.request, french_typography(reason))
        return redirect("bank_line:import")


def previewed(preview: Preview) -> list[PreviewedLine]:
    found = match_received([_received(line.entry) for line in preview.lines])
    return [
        PreviewedLine(line, candidates[0] if candidates else None)
        for line, candidates in zip(preview.lines, found, strict=True)
    ]


def _period(statement: Statement) -> str:
    first, last = statement.first_day, statement.last_day
    return french_date_range(first, last) if first and last else ""


def _received(entry: Entry) -> Received:
    return Received(
        amount=entry.amount,
        received_on=entry.booked_on,
        searched=entry.searched,
        payer=entry.payer,
        payer_iban=entry.payer_iban,
        currency=entry.currency,
        is_reversal=entry.is_reversal,
    )


def counted(lines: list[PreviewedLine]) -> list[tuple[str, int]]:
    """How many lines of each certainty, those that there are."""
    counts = Counter(line.best.certainty if line.best else Certainty.UNKNOWN for line in lines)
    return [
        (word if counts[certainty] == 1 else f"{word}s", counts[certainty])
        for certainty, word in WORDS.items()
        if counts[certainty]
    ]


def warnings(preview: Preview) -> list[str]:
    ours, told = compact_iban(Organisation.current().iban), preview.statement.account
    found = list(preview.statement.ignored.sentences)
    if preview.known:
        found.insert(
            0, f"Déjà importés par un autre relevé : {preview.known}. Ils ne le sont pas deux fois."
        )
    if ours and told and ours != told:
        found.insert(
            0,
            f"Ce relevé est celui du compte {spaced_iban(told)} ; le compte des réglages est "
            f"{spaced_iban(ours)}.",
        )
    if resembling := sum(line.resembles for line in preview.lines):
        found.append(
            f"De même jour et de même montant qu’un virement d’un autre relevé : {resembling}. Si c’est "
            "le même compte dans un autre format, n’importez pas ce fichier."
        )
    return found
