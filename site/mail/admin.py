"""Staff read every message that left, and send again what did not arrive."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse

from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

import django_filters

from mail.admin_views import AttachedFileView, BouncedView, MessageHtmlView, ResendView
from mail.labels import holds_code, template_choices, template_label
from mail.models import OutgoingMessage
from mail.rules import UNDELIVERED, State, may_become

RESEND = "mail.resend_outgoingmessage"


class UndeliveredPanel(Component):
    order = 20
    template_name = "mail/admin/undelivered_panel.html"

    def __init__(self, count: int) -> None:
        self.count = count

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"count": self.count, "states": sorted(UNDELIVERED)}


class OutgoingMessageFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(
        label="État",
        choices=[(state.value, state.label.capitalize()) for state in State],
        widget=forms.CheckboxSelectMultiple,
    )
    template = django_filters.ChoiceFilter(label="Nature", choices=template_choices)

    class Meta:
        model = OutgoingMessage
        fields: ClassVar = ["state", "template"]


class OutgoingMessageIndexView(IndexView):
    def get_base_queryset(self) -> QuerySet[OutgoingMessage]:
        """Without the bodies, which a list does not show."""
        found: QuerySet[OutgoingMessage] = super().get_base_queryset().defer("text", "html")
        return found


class OutgoingMessageInspectView(InspectView):
    page_title = "Message"
    fields: ClassVar = ["recipient"]  # the template shows the rest

    @property
    def header_more_buttons(self) -> list[Button]:
        return [
            Button(
                label, url=reverse(f"outgoingmessage:{name}", args=[self.object.pk]), icon_name=icon
            )
            for name, label, icon, wanted in (
                ("resend", "Renvoyer", "mail", State.QUEUED),
                ("bounced", "Marquer comme non remis", "warning", State.BOUNCED),
            )
            if self.request.user.has_perm(RESEND) and may_become(self.object.state, wanted)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["nature"] = template_label(self.object.template)
        context["holds_code"] = holds_code(self.object.template)
        context["attempts"] = self.object.delivery_attempts.all()
        context["successors"] = self.object.successors.all()
        return context


class OutgoingMessageViewSet(ModelViewSet):
    """A proof is read, never edited: there is no address to add, change or delete one."""

    model = OutgoingMessage
    name = "outgoingmessage"
    url_prefix = "messages-envoyes"
    icon = "mail"
    menu_label = "Messages envoyés"
    menu_order = 131
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = OutgoingMessageIndexView
    inspect_view_class = OutgoingMessageInspectView
    inspect_template_name = "mail/admin/inspect.html"
    filterset_class = OutgoingMessageFilterSet
    list_display: ClassVar = [
        "recipient",
        Column("subject", label="Objet"),
        Column("template", label="Nature", accessor=lambda row: template_label(row.template)),
        Column("get_state_display", label="État", sort_key="state"),
        DateColumn("queued_at", label="Écrit"),
    ]
    search_fields: ClassVar = ["recipient", "subject"]
    ordering: ClassVar = ["-queued_at"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        closed = ("add", "edit", "delete", "history", "usage")
        none = {f"{name}_url_name": None for name in closed}
        given: dict[str, Any] = super().get_common_view_kwargs(**none | kwargs)
        return given

    def register_admin_url_finder(self) -> None:
        """Its addresses would lead to an edit view."""

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", self.inspect_view, name="inspect"),
            path("<int:pk>/contenu/", MessageHtmlView.as_view(), name="html"),
            path("<int:pk>/fichier/<str:sha256>/", AttachedFileView.as_view(), name="file"),
            path("<int:pk>/renvoyer/", ResendView.as_view(), name="resend"),
            path("<int:pk>/non-remis/", BouncedView.as_view(), name="bounced"),
        ]
