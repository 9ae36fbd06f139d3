from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

import legal.terms.admin_urls  # noqa: F401  registers the pages about a version
from legal.notices.admin import NoticeViewSet
from legal.notices.to_do import notice_to_dos
from legal.panels import ToDoPanel
from legal.rates.admin import HalfYearRateViewSet, rates_to_enter
from legal.terms.admin import TermsVersionViewSet
from legal.terms.models import TermsVersion
from legal.terms.policy import TermsPermissionPolicy

register_permission_policy(TermsVersion, TermsPermissionPolicy(TermsVersion))


class LegalTextsGroup(ModelViewSetGroup):
    """One menu for the whole app: each room adds its viewset here."""

    items = [TermsVersionViewSet, NoticeViewSet, HalfYearRateViewSet]
    menu_label = "Textes juridiques"
    menu_icon = "doc-full-inverse"
    menu_order = 140


register_snippet(LegalTextsGroup)  # it holds a snippet


@hooks.register("construct_homepage_panels")
def legal_to_dos(request: HttpRequest, panels: list[Component]) -> None:
    today = timezone.localdate()
    found = [*notice_to_dos(request.user, today), rates_to_enter(request.user, today)]
    panels += [ToDoPanel(to_do) for to_do in found if to_do]
