from codecs import lookup
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from csp.constants import SELF

ADMIN_PATH = "/gestion/"
# Wagtail's editor writes inline styles and scripts; the public site and the accounts do not.
ADMIN_POLICY = {
    "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
}


class AdminContentSecurityPolicyMiddleware:
    """Relaxes the content security policy for the editors' back-office and nowhere else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith(ADMIN_PATH):
            response._csp_replace = ADMIN_POLICY  # type: ignore[attr-defined]  # read by django-csp
        return response


class NulAddressMiddleware:
    """PostgreSQL fails when asked for a text with a NUL character, which no address holds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path:
            raise Http404
        return self.get_response(request)


class OnlyUtf8Middleware:
    """Our forms are UTF-8. Other charsets hold characters that no database keeps; some are no text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.encoding and lookup(request.encoding).name != "utf-8":
            raise BadRequest
        return self.get_response(request)
