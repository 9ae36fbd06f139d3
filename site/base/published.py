"""The site and the published tree as every visitor sees them."""

from __future__ import annotations

from copy import copy

from django.http import Http404, HttpRequest

from wagtail.models import Page, Site

from base.kept_facts import kept

WAGTAIL_KEEPS_SITE = "_wagtail_site"  # attribute of the request that Site.find_for_request reads


def site_of(request: HttpRequest) -> Site:
    """The site of the request, with its home page in full; Wagtail finds it on the request too.

    Raises Http404 where no site has been set up.
    """
    if not hasattr(request, WAGTAIL_KEEPS_SITE):
        key = ("site", request.get_host(), request.get_port())
        site = copy(kept(request, key, lambda: site_with_home(request)))
        site.root_page = copy(site.root_page)  # a page that is served may be written upon
        setattr(request, WAGTAIL_KEEPS_SITE, site)
    found: Site | None = Site.find_for_request(request)
    if found is None:
        raise Http404
    return found


def site_with_home(request: HttpRequest) -> Site:
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    site.root_page = site.root_page.specific
    return site


def published_ancestors(request: HttpRequest, page: Page) -> list[Page]:
    """Published pages from the home page down to the parent."""
    home: Page = site_of(request).root_page
    if page.depth <= home.depth + 1:
        return [home]
    return [
        home,
        *kept(
            request,
            ("ancestors", home.path, page.path[: -Page.steplen]),
            lambda: list(page.get_ancestors().live().filter(depth__gt=home.depth)),
        ),
    ]
