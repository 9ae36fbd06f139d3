from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from csp.decorators import csp_update

View = Callable[..., HttpResponseBase]


def may_lead_to_checkout(view: View) -> View:
    """A form of this page may end on Stripe's: Chromium blocks that silently otherwise."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        allow = csp_update({"form-action": [settings.STRIPE_CHECKOUT_ORIGIN]})
        return allow(view)(request, *args, **kwargs)

    return wrapped
