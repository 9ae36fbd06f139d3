from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.views.generic import TemplateView

from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from base.clock import present
from base.heartbeat import Heartbeat, heartbeat
from shop.backoffice.access import VIEW
from shop.backoffice.to_do import Part, parts_to_do


class ToDoView(WagtailAdminTemplateMixin, PermissionRequiredMixin, TemplateView):
    permission_required = VIEW
    raise_exception = True
    page_title = "À faire aujourd’hui"
    header_icon = "tick"
    template_name = "shop/backoffice/to_do.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        now = present()
        parts = parts_to_do(self.request.user, now)
        return context | {"parts": parts, "heartbeat": heartbeat(now)}


class ToDoPanel(Component):
    """The counts, on the home page of the back-office."""

    order = 5
    template_name = "shop/backoffice/to_do_panel.html"

    def __init__(self, parts: list[Part], beat: Heartbeat) -> None:
        self.parts, self.beat = parts, beat

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"parts": self.parts, "heartbeat": self.beat}
