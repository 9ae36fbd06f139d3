"""Staff read what was issued; nobody adds, changes or deletes it, superusers included."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

import django_filters

from base.day_filters import DaysFilter
from documents.issued import IssuedDocument
from documents.views import send


class ReadOnlyPermissionPolicy(ModelPermissionPolicy):
    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return "view" in actions and self.user_has_permission(user, "view")


def download_address(document: IssuedDocument) -> str:
    return reverse("issueddocument:download", args=[document.pk])


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.has_perm("documents.view_issueddocument"):
        raise PermissionDenied
    return send(request, get_object_or_404(IssuedDocument, pk=pk))


class IssuedDocumentFilterSet(WagtailFilterSet):
    kind = django_filters.AllValuesFilter(label="Nature")
    issued_at = DaysFilter(label="Émis")

    class Meta:
        model = IssuedDocument
        fields = ["kind", "issued_at", "specimen"]


def in_words(value: Any) -> Any:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "–" if value in (None, "") else value


def sealed(document: IssuedDocument) -> str:
    return str(in_words(document.sealed_at is not None))


def marked(document: IssuedDocument) -> str:
    return str(in_words(document.specimen))


class IssuedDocumentInspectView(InspectView):
    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        return in_words(super().get_field_display_value(field_name, field))

    def get_fields_context(self) -> list[dict[str, Any]]:
        link = format_html(
            '<a href="{}">{}</a>', download_address(self.object), self.object.file_name
        )
        return [{"label": "Fichier", "value": link}, *super().get_fields_context()]


class IssuedDocumentViewSet(ModelViewSet):
    model = IssuedDocument
    icon = "doc-full"
    menu_label = "Documents émis"
    menu_order = 140
    url_prefix = "documents-emis"
    add_to_admin_menu = True
    form_fields: list[str] = []
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_class = IssuedDocumentInspectView
    inspect_view_fields = [
        "kind", "number", "title", "issued_at", "sealed_at", "specimen", "pages", "variant",
        "terms_number", "template_version", "predecessor", "owner_type", "owner_id", "sha256",
    ]  # fmt: skip
    filterset_class = IssuedDocumentFilterSet
    list_display = [
        TitleColumn("title", label="Titre", url_name="issueddocument:inspect", sort_key="title"),
        Column("number", label="Numéro", sort_key="number"),
        Column("kind", label="Nature", sort_key="kind"),
        Column("pages", label="Pages"),
        DateColumn("issued_at", label="Émis", sort_key="issued_at"),
        Column("sealed", label="Scellé", accessor=sealed),
        Column("specimen", label="Spécimen", accessor=marked),
    ]
    list_export = [
        "issued_at", "kind", "number", "title", "file_name", "pages", "terms_number", "sealed_at",
        "specimen", "sha256",
    ]  # fmt: skip
    export_filename = "documents-emis"
    search_fields = ["number", "title"]

    def get_urlpatterns(self) -> list[URLPattern]:
        """Reading only: the addresses that would write do not exist."""
        kept = {"index", "index_results", "inspect"}
        patterns = [found for found in super().get_urlpatterns() if found.name in kept]
        return [*patterns, path("<int:pk>/", download, name="download")]
