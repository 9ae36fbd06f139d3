"""Pages whose address opens somebody's order: nobody keeps them, no other site learns the address."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt


class ForeignPost(PermissionDenied):
    """A form that another site sent, or a browser that hides where it was: nothing was done."""


View = Callable[..., HttpResponseBase]

# Of random or signed text: the slugs of pages have neither capitals nor colons.
SECRET = re.compile(r"(?=[\w.-]*[A-Z:])[\w.:-]{40,}")


def private_page(view: View) -> View:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        hide(response)
        return response

    return wrapped


def hide(response: HttpResponseBase) -> None:
    patch_cache_control(response, private=True, no_store=True)
    # Without any referrer the forms of the page itself would seem to come from elsewhere.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"


def own_pages_only(view: View) -> View:
    """Instead of Django's token, which needs a cookie: whoever refuses cookies may use the page.

    For pages to which no session gives any power; what a foreign site must not do is press the
    button. Raises ForeignPost.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and comes_from_elsewhere(request):
            raise ForeignPost
        return view(request, *args, **kwargs)

    return csrf_exempt(wrapped)


def comes_from_elsewhere(request: HttpRequest) -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and _host(origin) != request.get_host()


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


class WithoutSecrets(logging.Filter):
    """Refused requests are logged with their address, which may open an order."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                SECRET.sub("…", argument) if isinstance(argument, str) else argument
                for argument in record.args
            )
        return True
