from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import FormView

from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from base.typography import french_typography
from mail.actions import MessageRefused, mark_bounced, resend, resend_to
from mail.display import file_response, html_response
from mail.forms import BouncedForm, ResendForm
from mail.labels import holds_code
from mail.models import OutgoingMessage


class MessageView(PermissionRequiredMixin, View):
    permission_required = "mail.view_outgoingmessage"
    raise_exception = True

    @cached_property
    def message(self) -> OutgoingMessage:
        return get_object_or_404(OutgoingMessage, pk=self.kwargs["pk"])


class MessageHtmlView(MessageView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if holds_code(self.message.template):
            raise PermissionDenied
        return html_response(self.message)


class AttachedFileView(MessageView):
    def get(self, request: HttpRequest, pk: int, sha256: str) -> HttpResponse:
        return file_response(self.message, sha256)


class MessageActionView(WagtailAdminTemplateMixin, MessageView, FormView[Form]):
    """A page that says what will happen, then one button that does it."""

    permission_required = "mail.resend_outgoingmessage"
    template_name = "mail/admin/action.html"
    header_icon = "mail"
    explanation = ""
    button = ""
    done = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"message": self.message, "back_url": self.get_success_url()}

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            self.act(form.cleaned_data)
        except MessageRefused as refusal:
            messages.error(self.request, french_typography(str(refusal)))
        else:
            messages.success(self.request, self.done)
        return redirect(self.get_success_url())

    def act(self, values: dict[str, Any]) -> None:
        raise NotImplementedError

    def get_success_url(self) -> str:
        return reverse("outgoingmessage:inspect", args=[self.message.pk])


class ResendView(MessageActionView):
    form_class = ResendForm
    page_title = "Renvoyer un message"
    explanation = "Le même contenu, avec les mêmes pièces jointes, repart dans la minute."
    button = "Renvoyer"
    done = "Le message est en attente d’envoi."

    def get_initial(self) -> dict[str, Any]:
        return {"address": self.message.recipient}

    def act(self, values: dict[str, Any]) -> None:
        actor, address = str(self.request.user), values["address"]
        if address == self.message.recipient:
            resend(message=self.message, actor=actor)
        else:
            resend_to(message=self.message, address=address, actor=actor)


class BouncedView(MessageActionView):
    form_class = BouncedForm
    page_title = "Marquer comme non remis"
    header_icon = "warning"
    explanation = (
        "Le message ne compte plus comme reçu : un délai qui courait depuis sa réception s’arrête."
    )
    button = "Marquer comme non remis"
    done = "Le message est marqué comme non remis."

    def act(self, values: dict[str, Any]) -> None:
        mark_bounced(message=self.message, reason=values["reason"], actor=str(self.request.user))
