"""The least that Django can do: a project of one view that returns bytes it already holds."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="protects-nothing",
)

# Address -> bytes of the page, in base64.
PAGES = {
    address: b64decode(content)
    for address, content in json.loads(Path(os.environ["BENCH_PAGES"]).read_bytes()).items()
}


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGES[request.get_full_path()])


urlpatterns = [re_path("", page)]
application = get_wsgi_application()
