"""The pages without which the site cannot answer: created once, never overwritten."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import urlsplit

from django.conf import settings

from wagtail.models import Page, Site

from base.models import Organisation
from courses.models import CatalogueIndexPage
from legal.models import Mediator
from pages.models import ContactPage, HomePage

AnyPage = TypeVar("AnyPage", bound=Page)


def set_up_tree() -> HomePage:
    """Home, catalogue and contact under the default site, whose address is ``SITE_URL``."""
    home = HomePage.objects.first() or _create_home()
    _set_up_site(home)
    for settings_of_the_site in (Organisation, Mediator):
        settings_of_the_site.current()  # the row exists before the first visitor asks for it
    _get_or_add(home, CatalogueIndexPage(title="Formations", slug="formations"))
    _get_or_add(home, ContactPage(title="Contact", slug="contact"))
    return home


def _create_home() -> HomePage:
    root = Page.objects.get(depth=1)
    root.get_children().filter(slug="home").exclude(
        content_type__model="homepage"
    ).delete()  # the welcome page of an empty Wagtail
    root.refresh_from_db()
    home = HomePage(title="LEXOM", slug="accueil", hero_title="Se former, durablement")
    root.add_child(instance=home)
    home.save_revision().publish()
    return home


def _set_up_site(home: HomePage) -> None:
    address = urlsplit(settings.SITE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname or "localhost",
            "port": port,
            "root_page": home,
            "site_name": "LEXOM",
        },
    )


def _get_or_add(parent: Page, page: AnyPage) -> AnyPage:
    existing: AnyPage | None = type(page).objects.child_of(parent).first()
    if existing is not None:
        return existing
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page
