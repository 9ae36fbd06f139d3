"""The list of versions and the editor of a draft."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import Button, HeaderButton, MenuItem
from wagtail.snippets.views.snippets import (
    CreateView,
    DeleteView,
    EditView,
    IndexView,
    SnippetViewSet,
)

from base.typography import french_date
from legal.terms.actions import register_draft
from legal.terms.models import TermsVersion

HELP = (
    "<p>Un brouillon se modifie librement. Une fois soumis, il ne bouge plus : une autre personne "
    "l’approuve et fixe sa date d’effet, ou le renvoie en rédaction. Une version approuvée ne "
    "change plus jamais.</p>"
)


def follow_up_url(version: TermsVersion) -> str:
    return reverse("terms_follow_up", args=[version.pk])


class TermsForm(WagtailAdminModelForm):
    """Whoever saves becomes the author: somebody else will have to approve."""

    def save(self, commit: bool = True) -> TermsVersion:
        version: TermsVersion = super().save(commit=False)
        version.drafted_by = self.for_user
        if not commit:
            return version
        if version.pk is None:
            return register_draft(version=version)
        version.save()
        return version


class TermsIndexView(IndexView):
    add_item_label = "Nouvelle version"

    def get_edit_url(self, instance: TermsVersion) -> str:
        if instance.is_editable and self.user_has_permission("change"):
            return str(super().get_edit_url(instance))
        return follow_up_url(instance)

    def get_list_more_buttons(self, instance: TermsVersion) -> list[Any]:
        follow_up = MenuItem("Suivi", url=follow_up_url(instance), icon_name="history", priority=5)
        buttons = super().get_list_more_buttons(instance)
        if instance.is_editable:
            return [follow_up, *buttons]
        return [follow_up]

    @property
    def header_buttons(self) -> list[Any]:
        buttons = list(super().header_buttons)
        if self.user_has_permission("add"):
            address = reverse("import_terms")
            buttons.append(HeaderButton("Importer un fichier", url=address, icon_name="upload"))
        return buttons


class TermsCreateView(CreateView):
    def get_success_url(self) -> str:
        return follow_up_url(self.object)


class DraftOnlyMixin:
    """A version that was submitted opens on its follow-up, whatever was asked of it."""

    object: TermsVersion
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.object.is_editable:
            return redirect(follow_up_url(self.object))
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a view follows in the MRO
        return response


class TermsEditView(DraftOnlyMixin, EditView):
    def save_instance(self) -> Any:
        """Under the row's lock: somebody may have submitted it in the meantime."""
        stored = TermsVersion.objects.select_for_update().get(pk=self.object.pk)
        if not stored.is_editable:
            raise PermissionDenied
        return super().save_instance()

    @property
    def header_more_buttons(self) -> list[Any]:
        return [
            Button("Suivi et approbation", url=follow_up_url(self.object), icon_name="history"),
            *super().header_more_buttons,
        ]


class TermsDeleteView(DraftOnlyMixin, DeleteView):
    pass


def state_label(version: TermsVersion) -> str:
    return version.state.label


def start_label(version: TermsVersion) -> str:
    return french_date(version.in_force_from) if version.in_force_from else ""


class TermsVersionViewSet(SnippetViewSet):
    model = TermsVersion
    icon = "doc-full"
    menu_label = "Conditions générales"
    url_prefix = "cgv"
    url_namespace = "terms_admin"
    index_view_class = TermsIndexView
    add_view_class = TermsCreateView
    edit_view_class = TermsEditView
    delete_view_class = TermsDeleteView
    copy_view_enabled = False
    list_display: ClassVar = [
        "__str__",
        Column("state", label="État", accessor=state_label),
        Column("get_audience_display", label="S’adresse aux"),
        Column("start", label="En vigueur à partir du", accessor=start_label),
        Column("drafted_by", label="Rédigée par"),
        Column("approved_by", label="Approuvée par"),
    ]
    list_filter: ClassVar = {"audience": ["exact"], "in_force_from": ["gte"]}
    list_export: ClassVar = [
        "number", "audience", "in_force_from", "in_force_until", "approved_at", "revoked_at",
    ]  # fmt: skip
    search_fields: ClassVar = ["number", "changes"]
    edit_handler = ObjectList(
        [
            HelpPanel(content=HELP),
            FieldPanel("audience"),
            FieldPanel("late_rate"),
            FieldPanel("changes"),
            FieldPanel("content"),
        ],
        base_form_class=TermsForm,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return TermsVersion.objects.defer("content").select_related("drafted_by", "approved_by")
