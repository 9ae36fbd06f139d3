"""What surrounds every page: the company, the menus, the addresses of fixed places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import get_urlconf, resolve

from wagtail.models import Page, Site

from base.organisation import Organisation

register = template.Library()

# Known by name: this app may not import the apps that define them.
CATALOGUE, CONTACT = "catalogueindexpage", "contactpage"
KEPT_AS = "_site_chrome"  # on the request, for its other templates
# Permanent addresses of the legal pages; each is listed as soon as a view answers it. The first
# is the wording that the law asks for on every page (C. conso. D221-5, law.md F-02).
LEGAL_PLACES = (
    ("Renoncer au contrat ici", "/renoncer/"),
    ("Conditions générales de vente", "/cgv/"),
    ("Droit de rétractation", "/retractation/"),
    ("Règlement intérieur", "/reglement-interieur/"),
    ("Mentions légales", "/mentions-legales/"),
    ("Confidentialité", "/confidentialite/"),
    ("Accessibilité", "/accessibilite/"),
    ("Réclamation", "/reclamation/"),
    ("Médiation", "/mediation/"),
)


@dataclass(frozen=True)
class Link:
    """``current`` is the value of ``aria-current``: "page", "true" for a part, or empty."""

    title: str
    url: str
    current: str = ""


@dataclass(frozen=True)
class Chrome:
    """``menu`` is in the header, ``pages`` in the footer; an address is empty without its page."""

    organisation: Organisation
    origin: str
    home_url: str
    catalogue_url: str
    contact_url: str
    menu: tuple[Link, ...]
    pages: tuple[Link, ...]
    legal: tuple[Link, ...]


@register.simple_tag(takes_context=True)
def site_chrome(context: Context) -> Chrome:
    """Two queries at the first call of a request (three where Wagtail has not found the site)."""
    request: HttpRequest = context["request"]
    kept: Chrome | None = getattr(request, KEPT_AS, None)
    if kept is None:
        kept = build_chrome(request)
        setattr(request, KEPT_AS, kept)
    return kept


def build_chrome(request: HttpRequest) -> Chrome:
    site = Site.find_for_request(request)
    pages = pages_below(site.root_page)
    urls = {page.content_type.model: page.get_url(request) for page in reversed(pages)}
    return Chrome(
        organisation=Organisation.for_request(request),
        origin=f"{request.scheme}://{request.get_host()}",
        home_url=site.root_page.get_url(request),
        catalogue_url=urls.get(CATALOGUE, ""),
        contact_url=urls.get(CONTACT, ""),
        menu=links(request, menu_pages(pages)),
        pages=links(request, pages),
        legal=tuple(
            Link(title, url, current(url, request.path))
            for title, url in legal_places(get_urlconf())
        ),
    )


def pages_below(root: Page) -> list[Page]:
    pages = Page.objects.child_of(root).live().filter(view_restrictions__isnull=True)
    return list(pages.select_related("content_type").order_by("path"))


def menu_pages(pages: Iterable[Page]) -> list[Page]:
    """The catalogue first, then the text pages marked for the menus, contact last."""
    ranks = {CATALOGUE: 0, CONTACT: 2}
    chosen = [page for page in pages if page.show_in_menus or page.content_type.model in ranks]
    return sorted(chosen, key=lambda page: ranks.get(page.content_type.model, 1))


def links(request: HttpRequest, pages: Iterable[Page]) -> tuple[Link, ...]:
    urls = [(page.title, page.get_url(request)) for page in pages]
    return tuple(Link(title, url, current(url, request.path)) for title, url in urls)


def current(url: str, path: str) -> str:
    if url == path:
        return "page"
    return "true" if path.startswith(url) else ""


@cache
def legal_places(urlconf: str | None) -> tuple[tuple[str, str], ...]:
    return tuple(
        (title, path)
        for title, path in LEGAL_PLACES
        # Wagtail answers every address that no view claims; its pages are listed as pages.
        if resolve(path, urlconf).url_name != "wagtail_serve"
    )


@register.simple_tag(takes_context=True)
def ancestors_of(context: Context, page: Page) -> list[Page]:
    """Published pages from the home page down to the parent, for a breadcrumb."""
    home: Page = Site.find_for_request(context["request"]).root_page
    if page.depth <= home.depth + 1:
        return [home]
    return [home, *page.get_ancestors().live().filter(depth__gt=home.depth)]
