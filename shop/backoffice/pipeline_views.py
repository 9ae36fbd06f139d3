"""« Suivi » of companies' proposals: where each one stands."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.urls import reverse
from django.views.generic import TemplateView

from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from base.clock import present
from shop.backoffice.access import VIEW_PROPOSAL
from shop.backoffice.pipeline import pipeline

DOORS = {
    "proposal_list:index": "Liste",
    "proposal_list:pipeline": "Suivi",
    "proposal_list:conversion": "Conversion",
}


class ProposalsView(WagtailAdminTemplateMixin, PermissionRequiredMixin, TemplateView):
    permission_required = VIEW_PROPOSAL
    raise_exception = True
    header_icon = "doc-full"
    door: ClassVar[str]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        proposals = {"url": reverse("proposal_list:index"), "label": "Propositions"}
        return [*self.breadcrumbs_items, proposals, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"doors": DOORS, "door": self.door}


class PipelineView(ProposalsView):
    door = "proposal_list:pipeline"
    page_title = "Suivi des propositions"
    template_name = "shop/backoffice/pipeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"columns": pipeline(present())}
