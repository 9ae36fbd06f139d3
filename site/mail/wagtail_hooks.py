from __future__ import annotations

from django.http import HttpRequest

from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.model import ModelViewSet

from mail.admin import OutgoingMessageViewSet, UndeliveredPanel
from mail.models import OutgoingMessage


@hooks.register("register_admin_viewset")
def outgoing_viewset() -> ModelViewSet:
    return OutgoingMessageViewSet()


@hooks.register("construct_homepage_panels")
def undelivered_panel(request: HttpRequest, panels: list[Component]) -> None:
    if not request.user.has_perm("mail.view_outgoingmessage"):
        return
    if count := OutgoingMessage.objects.undelivered().count():
        panels.insert(0, UndeliveredPanel(count))


@hooks.register("register_permissions")
def mail_permissions() -> object:
    from django.contrib.auth.models import Permission  # a queryset: apps must be ready

    return Permission.objects.filter(
        content_type__app_label="mail", content_type__model="outgoingmessage"
    )
