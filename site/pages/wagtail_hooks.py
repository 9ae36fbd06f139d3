from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from wagtail import hooks
from wagtail.admin.menu import DismissibleMenuItem, MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.model import ModelViewSet

from base.organisation import Organisation
from pages.admin import ContactMessageViewSet, MissingFactsPanel


@hooks.register("register_admin_viewset")
def contact_viewset() -> ModelViewSet:
    return ContactMessageViewSet()


@hooks.register("construct_homepage_panels")
def missing_facts_panel(request: HttpRequest, panels: list[Component]) -> None:
    facts = Organisation.for_request(request).missing_facts
    if facts and request.user.has_perm("base.change_organisation"):
        panels.insert(0, MissingFactsPanel(facts))


@hooks.register("construct_homepage_summary_items", order=100)  # after Wagtail's own
def no_image_counts(request: HttpRequest, items: list[Any]) -> None:
    """The counts of images and documents teach an editor nothing; the page count stays."""
    items[:] = items[:1]


@hooks.register("construct_help_menu")
def help_in_french_only(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """The release notes and the guide of Wagtail are in English, and ask to be read."""
    menu_items[:] = [item for item in menu_items if not isinstance(item, DismissibleMenuItem)]
