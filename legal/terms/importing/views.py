from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.views import View

from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from legal.terms.importing.drafting import draft_imported
from legal.terms.importing.forms import TermsFileForm
from legal.terms.importing.report import ignored_summary


class ImportTermsView(WagtailAdminTemplateMixin, View):
    """Reads a file into a draft, then tells what was and was not recognised."""

    page_title = "Importer des conditions générales"
    header_icon = "upload"
    breadcrumbs_items: ClassVar = [
        *WagtailAdminTemplateMixin.breadcrumbs_items,
        {"url": reverse_lazy("terms_admin:list"), "label": "Conditions générales"},
        {"url": "", "label": "Importer"},
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm("legal.add_termsversion"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show_form(TermsFileForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TermsFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show_form(form)
        name, recognised = form.cleaned_data["file"].name, form.recognised
        context = self.get_context_data(
            name=name,
            recognised=recognised,
            ignored=[(ignored_summary(span), span.excerpt) for span in recognised.ignored],
            draft=draft_imported(name=name, recognised=recognised, user=request.user),
        )
        return render(request, "legal/admin/import_report.html", context)

    def _show_form(self, form: TermsFileForm) -> HttpResponse:
        context = self.get_context_data(form=form)
        return render(self.request, "legal/admin/import_form.html", context)
