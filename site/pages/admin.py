from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import BooleanColumn, DateColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from base.organisation import MandatoryFact
from base.spreadsheets import VISITORS_WORDS
from pages.contact import ContactMessage


class MissingFactsPanel(Component):
    """First thing that whoever keeps the organisation's facts sees on the admin home page."""

    order = 10
    template_name = "pages/admin/missing_facts_panel.html"

    def __init__(self, facts: Sequence[MandatoryFact]) -> None:
        self.facts = facts

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"facts": self.facts}


class ContactMessageIndexView(IndexView):
    custom_value_preprocess: ClassVar = IndexView.custom_value_preprocess | VISITORS_WORDS


class ContactMessageViewSet(ModelViewSet):
    """Messages are read and ticked off, never rewritten."""

    model = ContactMessage
    index_view_class = ContactMessageIndexView
    name = "contactmessage"
    url_prefix = "messages"
    icon = "mail"
    menu_label = "Messages reçus"
    menu_order = 130
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = [
        "reason",
        "name",
        "email",
        "phone",
        "company",
        "course",
        "session",
        "message",
        "created_at",
        "handled_at",
        "handled_by",
    ]
    form_fields = ["handled_at"]
    list_display = [
        "name",
        "get_reason_display",
        "email",
        DateColumn("created_at", label="Reçu"),
        BooleanColumn("handled_at", label="Traité"),
    ]
    list_filter = {"reason": ["exact"], "handled_at": ["isnull"], "created_at": ["gte"]}
    list_export = ["created_at", "reason", "name", "email", "phone", "company", "message"]
    search_fields = ["name", "email", "message"]
    ordering = ["-created_at"]
