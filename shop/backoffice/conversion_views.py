"""« Conversion »: what became of the proposals asked for during a period."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.generic import View

from wagtail.admin import messages

from base.clock import present
from base.typography import french_date_range
from shop.backoffice.access import VIEW_PROPOSAL
from shop.backoffice.accounting_views import CSV, XLSX
from shop.backoffice.conversion import (
    EXPORT_HEADINGS,
    Journey,
    by_course,
    by_format,
    delays_of,
    endings_of,
    export_rows,
    figures_of,
    lines_of,
)
from shop.backoffice.conversion_reading import journeys_of
from shop.backoffice.period_form import EVERYTHING, CohortForm
from shop.backoffice.periods import Days, Span
from shop.backoffice.pipeline_views import PipelineView, ProposalsView
from shop.invoices.accounting.tables import csv_file, xlsx_file

FILES: dict[str, tuple[str, Callable[..., Iterator[bytes]]]] = {
    "csv": (CSV, csv_file),
    "xlsx": (XLSX, xlsx_file),
}


class ConversionView(ProposalsView):
    door = "proposal_list:conversion"
    page_title = "Conversion des propositions"
    template_name = "shop/backoffice/conversion.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        asked = self.request.GET if "periode" in self.request.GET else {"periode": Span.YEAR}
        form = CohortForm(asked)
        return context | {"form": form, **(_figures(form.cohort) if form.is_valid() else {})}

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        status = 200 if context["form"].is_valid() else 422
        return super().render_to_response(context, status=status, **kwargs)


def _figures(days: Days | None) -> dict[str, Any]:
    journeys = journeys_of(days, present())
    figures = figures_of(journeys)
    return {
        "period": period_label(days),
        "asked": figures.asked,
        "lines": [*lines_of(figures), *endings_of(figures)],
        "overall": figures.definitive_of_asked,
        "delays": delays_of(figures),
        "groups": _groups(journeys),
        "files": [(kind, _file_url(kind, days)) for kind in FILES],
    }


def _groups(journeys: list[Journey]) -> list[tuple[str, str, Any]]:
    return [
        ("formations", "Par formation", by_course(journeys)),
        ("formules", "Par formule", by_format(journeys)),
    ]


def period_label(days: Days | None) -> str:
    return french_date_range(days.first, days.last) if days else "depuis le début"


def _file_url(kind: str, days: Days | None) -> str:
    period = {"periode": Span.FREE.value, "du": days.first, "au": days.last} if days else {}
    query = urlencode(period or {"periode": EVERYTHING})
    return f"{reverse('proposal_list:conversion_file', args=[kind])}?{query}"


class ConversionFileView(PermissionRequiredMixin, View):
    permission_required = VIEW_PROPOSAL
    raise_exception = True

    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        if kind not in FILES:
            raise Http404
        form = CohortForm(request.GET)
        if not form.is_valid():
            messages.error(request, "Choisissez d’abord une période.")
            return redirect("proposal_list:conversion")
        content_type, write = FILES[kind]
        rows = export_rows(journeys_of(form.cohort, present()))
        response = StreamingHttpResponse(write(EXPORT_HEADINGS, rows), content_type=content_type)
        name = f"LEXOM-conversion-{_file_period(form.cohort)}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _file_period(days: Days | None) -> str:
    return f"{days.first:%Y%m%d}-{days.last:%Y%m%d}" if days else EVERYTHING


PATTERNS = [
    path("suivi/", PipelineView.as_view(), name="pipeline"),
    path("conversion/", ConversionView.as_view(), name="conversion"),
    path("conversion/<slug:kind>/", ConversionFileView.as_view(), name="conversion_file"),
]
