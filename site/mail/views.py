"""The messages of a machine without a mail server, for whoever develops or tries the site."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from csp.constants import SELF
from csp.decorators import csp_update

from mail.display import file_response, html_response
from mail.models import OutgoingMessage

SHOWN = 100
P = ParamSpec("P")
View = Callable[P, HttpResponse]


def for_demonstration(view: View[P]) -> View[P]:
    """Everybody's mail, without any login: it does not exist where customers are real."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMO_LOGINS:
            raise Http404
        response = view(*args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    return guarded


@for_demonstration
def outbox(request: HttpRequest) -> HttpResponse:
    sent = OutgoingMessage.objects.defer("text", "html")[:SHOWN]
    return render(request, "mail/outbox.html", {"sent": sent})


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know no other argument
@for_demonstration
def outbox_message(request: HttpRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(OutgoingMessage, pk=pk)
    return render(request, "mail/outbox_message.html", {"message": message})


@for_demonstration
def outbox_html(request: HttpRequest, pk: int) -> HttpResponse:
    return html_response(get_object_or_404(OutgoingMessage, pk=pk))


@for_demonstration
def outbox_file(request: HttpRequest, pk: int, sha256: str) -> HttpResponse:
    return file_response(get_object_or_404(OutgoingMessage, pk=pk), sha256)
