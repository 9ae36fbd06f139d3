from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from base.typography import french_typography
from courses.catalogue.importing.drafting import (
    DraftRefused,
    Outcome,
    draft_course,
    existing_course,
)
from courses.catalogue.importing.forms import CourseSheetForm
from courses.catalogue.importing.previews import PreviewExpired, seal, unseal
from courses.catalogue.importing.report import company_summary, recognised_rows
from courses.models import CatalogueIndexPage

_DONE = {
    Outcome.CREATED: "Le brouillon est créé. Complétez-le avant de le publier.",
    Outcome.UPDATED: "Le brouillon est mis à jour. La version en ligne n’a pas changé.",
    Outcome.UNCHANGED: "La fiche ne change rien : la formation dit déjà tout cela.",
}


def may_import(user: Any) -> bool:
    """Whoever may add pages to the catalogue may import sheets into it."""
    catalogue = CatalogueIndexPage.objects.first()
    return catalogue is not None and catalogue.permissions_for_user(user).can_add_subpage()


class ImportCourseView(WagtailAdminTemplateMixin, View):
    """Upload, then preview of what is recognised, then draft: only the last step writes."""

    page_title = "Importer une fiche de formation"
    header_icon = "upload"
    breadcrumbs_items: ClassVar = [
        *WagtailAdminTemplateMixin.breadcrumbs_items,
        {"url": "", "label": "Importer une fiche"},
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_import(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show_form(CourseSheetForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if "sealed" in request.POST:
            return self._create_draft(request.POST["sealed"])
        form = CourseSheetForm(request.POST, request.FILES)
        return self._show_preview(form) if form.is_valid() else self._show_form(form)

    def _show_form(self, form: CourseSheetForm) -> HttpResponse:
        context = self.get_context_data(form=form)
        return render(self.request, "courses/admin/import_form.html", context)

    def _show_preview(self, form: CourseSheetForm) -> HttpResponse:
        name = form.cleaned_data["file"].name
        context = self.get_context_data(
            name=name,
            sheet=form.sheet,
            rows=recognised_rows(form.sheet),
            company=company_summary(form.sheet.company),
            existing=existing_course(form.sheet),
            sealed=seal(name=name, lines=form.lines, user=self.request.user),
        )
        return render(self.request, "courses/admin/import_preview.html", context)

    def _create_draft(self, sealed: str) -> HttpResponse:
        try:
            sheet = unseal(sealed, user=self.request.user)
            draft = draft_course(sheet=sheet, user=self.request.user)
        except PreviewExpired:
            return self._refuse("Cet aperçu n’est plus valable : choisissez à nouveau le fichier.")
        except DraftRefused as error:
            return self._refuse(str(error))
        except ValidationError as error:
            return self._refuse(" ".join(error.messages))
        messages.success(self.request, french_typography(_DONE[draft.outcome]))
        return redirect(draft.edit_url)

    def _refuse(self, reason: str) -> HttpResponse:
        messages.error(self.request, french_typography(reason))
        return redirect("import_course")
