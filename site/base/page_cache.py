"""Anonymous pages kept in the memory of each process, all forgotten when anything is published.

The rendered bytes are local (no network, no unpickling); only a small *generation* is shared
through the default cache. Content changes replace the generation, so that every process drops
what it kept. The Paris date is part of the key: pages list what is upcoming.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

logger = logging.getLogger(__name__)

GENERATION_KEY = "page-generation"
MAX_URL_LENGTH = 300
# Rows whose change is never visible to an anonymous visitor, or is announced by another model: a
# sale shows in the seats of its session.
UNSEEN_APPS = frozenset(
    {
        "account",
        "admin",
        "auth",
        "contenttypes",
        "django_tasks_database",
        "mfa",
        "sessions",
        "shop",
    }
)
SEEN_MODELS = frozenset({"shop.salessettings"})
UNSEEN_MODELS = frozenset(
    {
        "base.event",
        "base.eventlink",
        "base.jobrun",
        "courses.waitingentry",
        "documents.issueddocument",
        "legal.acceptance",
        "mail.deliveryattempt",
        "mail.outgoingmessage",
        "pages.contactmessage",
        "users.user",
        "wagtailcore.pagelogentry",
        "wagtailcore.modellogentry",
        "wagtailcore.pagesubscription",
        "wagtailcore.referenceindex",
        "wagtailcore.revision",
        "wagtailadmin.editingsession",
        "wagtailsearch.indexentry",
        "wagtailusers.userprofile",
    }
)


@dataclass(frozen=True)
class KeptPage:
    """Enough of a response to send it again; ``headers`` hold no cookie."""

    content: bytes
    headers: tuple[tuple[str, str], ...]

    def response(self) -> HttpResponse:
        return HttpResponse(self.content, headers=dict(self.headers))


class KeptPages:
    """Least recently used pages of one process, shared by its threads, bounded in bytes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pages: OrderedDict[tuple[str, ...], KeptPage] = OrderedDict()
        self._bytes = 0
        self._generation = ""

    def enter(self, generation: str) -> None:
        with self._lock:
            if generation != self._generation:
                self._pages.clear()
                self._bytes = 0
                self._generation = generation

    def get(self, key: tuple[str, ...]) -> KeptPage | None:
        with self._lock:
            page = self._pages.get(key)
            if page:
                self._pages.move_to_end(key)
            return page

    def put(self, key: tuple[str, ...], page: KeptPage, generation: str) -> None:
        """Keeps the page unless content changed since the request began."""
        with self._lock:
            if generation != self._generation or key in self._pages:
                return
            self._pages[key] = page
            self._bytes += weight(key, page)
            while self._bytes > settings.PAGE_CACHE_BYTES:
                self._bytes -= weight(*self._pages.popitem(last=False))


def weight(key: tuple[str, ...], page: KeptPage) -> int:
    """Bytes kept, address and headers of the visitor included: they choose their length."""
    return len(page.content) + sum(map(len, key))


class PageCacheMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.pages = KeptPages()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_anonymous_read(request):
            return self.get_response(request)
        generation = generation_of(request)
        if generation is None:
            return self.get_response(request)
        self.pages.enter(generation)
        key = page_key(request)
        kept = self.pages.get(key)
        if kept is None:
            response = self.get_response(request)
            if not is_shareable(response):
                return response
            kept = keep(response)
            self.pages.put(key, kept, generation)
        return conditional(request, kept)


def is_anonymous_read(request: HttpRequest) -> bool:
    """True for a plain page request that carries no cookie at all."""
    return (
        request.method == "GET"
        and not request.META.get("HTTP_COOKIE")
        and not request.META.get("HTTP_AUTHORIZATION")
        and len(request.get_full_path()) <= MAX_URL_LENGTH
    )


def is_shareable(response: HttpResponseBase) -> bool:
    """True when the answer is the same for everybody: no cookie set, nothing private."""
    cache_control = response.get("Cache-Control", "")
    return (
        response.status_code == 200
        and isinstance(response, HttpResponse)
        and response.get("Content-Type", "").startswith("text/html")
        and not response.cookies
        and "Cookie" not in response.get("Vary", "")
        and not any(word in cache_control for word in ("private", "no-store", "no-cache"))
    )


def page_key(request: HttpRequest) -> tuple[str, ...]:
    host = request.META.get("HTTP_HOST", "")
    return (
        request.scheme or "",
        host,
        request.get_full_path(),
        request.META.get("HTTP_X_FORWARDED_PROTO", ""),
        timezone.localdate().isoformat(),
    )


def keep(response: HttpResponseBase) -> KeptPage:
    assert isinstance(response, HttpResponse)  # noqa: S101  narrows the type, see is_shareable
    digest = hashlib.sha256(response.content).hexdigest()[:32]
    response["ETag"] = f'"{digest}"'
    response["Last-Modified"] = http_date(timezone.now().timestamp())
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return KeptPage(response.content, tuple(response.headers.items()))


def conditional(request: HttpRequest, kept: KeptPage) -> HttpResponseBase:
    response = kept.response()
    if "HTTP_IF_NONE_MATCH" not in request.META and "HTTP_IF_MODIFIED_SINCE" not in request.META:
        return response
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def generation_of(request: HttpRequest) -> str | None:
    """The generation when the request first asked: what it reads afterwards is at least as new."""
    known = request.__dict__
    if "_generation" not in known:
        known["_generation"] = current_generation()
    generation: str | None = known["_generation"]
    return generation


def current_generation() -> str | None:
    """None while the shared cache is out of order: pages are then rendered each time."""
    try:
        generation: str | None = cache.get(GENERATION_KEY)
        if generation is None:
            generation = secrets.token_hex(8)
            cache.set(GENERATION_KEY, generation, None)
    except Exception:  # each kind of cache fails in its own way
        logger.exception("Le cache ne répond pas : aucune page n’est gardée.")
        return None
    return generation


def forget_pages() -> None:
    """Every process renders its pages afresh from its next request on; works on a full disk."""
    cache.delete(GENERATION_KEY)


def forget_after_commit(sender: type[models.Model], **kwargs: Any) -> None:
    label = sender._meta.label_lower
    is_unseen = sender._meta.app_label in UNSEEN_APPS or label in UNSEEN_MODELS
    if is_unseen and label not in SEEN_MODELS:
        return
    transaction.on_commit(forget_pages, robust=True)  # what was saved is saved


def connect_signals() -> None:
    signals: Iterable[Any] = (post_save, post_delete, m2m_changed)
    for signal in signals:
        signal.connect(forget_after_commit, dispatch_uid="page-cache")
