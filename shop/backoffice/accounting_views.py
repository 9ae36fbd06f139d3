"""« Comptabilité »: a period, then what the accountant takes away from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import TemplateView, View

from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from base.typography import euros, french_date_range
from shop.backoffice.access import ACCOUNTS, EXPORT
from shop.backoffice.filters import rate_label
from shop.backoffice.period_form import PeriodForm
from shop.backoffice.periods import Days, Span
from shop.invoices.accounting import exports

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain; charset=utf-8"
ZIP = "application/zip"


@dataclass(frozen=True)
class Export:
    """``write`` gives the pieces of the file of a period."""

    key: str
    label: str
    explanation: str
    suffix: str
    content_type: str
    write: Callable[[date, date], Iterator[bytes]]


EXPORTS = {
    export.key: export
    for export in (
        Export(
            "journal-csv", "Journal des ventes (CSV)", "Une ligne par facture et par taux.",
            "csv", CSV, exports.sales_journal_csv,
        ),
        Export(
            "journal-xlsx", "Journal des ventes (XLSX)", "Le même, pour un tableur.",
            "xlsx", XLSX, exports.sales_journal_xlsx,
        ),
        Export(
            "ecritures-ventes", "Écritures de ventes",
            "Les dix-huit colonnes du FEC, prêtes à importer.", "txt", TEXT, exports.sales_entries,
        ),
        Export(
            "ecritures-banque", "Écritures de banque",
            "Paiements et remboursements, au même format.", "txt", TEXT, exports.bank_entries,
        ),
        Export(
            "factures", "Factures et avoirs (ZIP)",
            "Les fichiers tels qu’émis, avec leur liste et leurs empreintes.",
            "zip", ZIP, exports.invoice_archive,
        ),
        Export(
            "registre", "Registre des paiements", "Chaque mouvement, chaîné au précédent.",
            "csv", CSV, exports.ledger_csv,
        ),
        Export(
            "clotures", "Clôtures", "Totaux du jour, du mois et de l’année, avec leurs cumuls.",
            "csv", CSV, exports.closings_csv,
        ),
        Export(
            "e-reporting", "Données d’e-reporting", "Les deux tableaux ci-dessous.",
            "csv", CSV, exports.consumer_report_csv,
        ),
    )
}  # fmt: skip


class AccountingView(WagtailAdminTemplateMixin, PermissionRequiredMixin, TemplateView):
    permission_required = EXPORT
    raise_exception = True
    page_title = "Comptabilité"
    header_icon = "table"
    template_name = "shop/backoffice/accounting.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        asked = self.request.GET if "periode" in self.request.GET else {"periode": Span.THIS_MONTH}
        form = PeriodForm(asked)
        days = form.days if form.is_valid() else None
        return context | {
            "form": form,
            "period": french_date_range(days.first, days.last) if days else "",
            "exports": list(_links(days)) if days else [],
            "sales": _sales(days) if days else [],
            "receipts": _receipts(days) if days else [],
            "may_set_accounts": self.request.user.has_perm(ACCOUNTS),
            "accounts_url": reverse("wagtailsettings:edit", args=("shop", "accountingsettings")),
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        status = 200 if context["form"].is_valid() else 422
        return super().render_to_response(context, status=status, **kwargs)


def _links(days: Days) -> Iterator[tuple[Export, str]]:
    query = urlencode({"periode": Span.FREE.value, "du": days.first, "au": days.last})
    for export in EXPORTS.values():
        yield export, f"{reverse('accounting:export', args=[export.key])}?{query}"


def _sales(days: Days) -> list[tuple[Any, ...]]:
    return [
        (
            row.day, rate_label(row.rate), euros(row.excl_vat), euros(row.vat),
            euros(row.excl_vat + row.vat), row.transactions,
        )
        for row in exports.consumer_sales(days.first, days.last)
    ]  # fmt: skip


def _receipts(days: Days) -> list[tuple[Any, ...]]:
    return [
        (row.day, rate_label(row.rate), euros(row.amount))
        for row in exports.consumer_receipts(days.first, days.last)
    ]


class ExportView(PermissionRequiredMixin, View):
    permission_required = EXPORT
    raise_exception = True

    def get(self, request: HttpRequest, key: str) -> HttpResponseBase:
        export = EXPORTS.get(key)
        if export is None:
            raise Http404
        form = PeriodForm(request.GET)
        if not form.is_valid():
            messages.error(request, "Choisissez d’abord une période.")
            return redirect("accounting:index")
        pieces = export.write(form.days.first, form.days.last)
        response = StreamingHttpResponse(pieces, content_type=export.content_type)
        response["Content-Disposition"] = f'attachment; filename="{file_name(export, form.days)}"'
        response["Cache-Control"] = "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


def file_name(export: Export, days: Days) -> str:
    kind = export.key.removesuffix(f"-{export.suffix}")
    return f"LEXOM-{kind}-{days.first:%Y%m%d}-{days.last:%Y%m%d}.{export.suffix}"
