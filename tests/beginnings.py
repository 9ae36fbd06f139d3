"""What most tests begin with, made once for all those that follow one another.

Making the home page, the texts in force and a session again for each of thousands of tests took
most of their time. Each beginning is a savepoint above the one that it needs; a test runs in its
own savepoint above them, and reads from the database: what it changes is undone.
"""

from collections.abc import Callable
from datetime import time
from typing import Any, NamedTuple

from django.core.management import call_command
from django.db import transaction

from wagtail.models import Page, Site

import pytest

from base.organisation import Organisation
from courses.models import HalfDay
from legal.notices.rules import NoticeKind
from pages.models import HomePage
from tests.factories.courses import CoursePageFactory, CourseSessionFactory
from tests.factories.legal import fill_settings, published
from tests.factories.pages import (
    CatalogueIndexPageFactory,
    CategoryPageFactory,
    ContactPageFactory,
    HomePageFactory,
)
from tests.factories.terms import approved, with_pdf

MISSING_IN_FACTORY = {
    "nda_number": "84070000007",
    "nda_region": "Auvergne-Rhône-Alpes",
    "trainee_contact": "Service formation, 04 65 71 00 11",
    "disability_contact": "Référent, 04 65 71 00 12",
}
SOLD_UNDER = (
    NoticeKind.WITHDRAWAL_NOTICE, NoticeKind.WITHDRAWAL_FORM,
    NoticeKind.MEDIATION, NoticeKind.HOUSE_RULES,
)  # fmt: skip


def make_home() -> Any:
    """A published home page as the root of the only site."""
    Page.objects.filter(depth=2).delete()
    root = Page.objects.get(depth=1)
    root.refresh_from_db()
    page = HomePageFactory(parent=root)
    Site.objects.all().delete()
    Site.objects.create(
        hostname="testserver", port=80, root_page=page, is_default_site=True, site_name="LEXOM"
    )
    return page


def make_catalogue(home: Any) -> Any:
    return CatalogueIndexPageFactory(parent=home)


def make_contact_page(home: Any) -> Any:
    return ContactPageFactory(parent=home)


def make_shop(catalogue: Any) -> Any:
    """The company's facts and the legal texts in force today; the catalogue again."""
    fill_settings()
    organisation = Organisation.current()
    for name, value in MISSING_IN_FACTORY.items():
        setattr(organisation, name, value)
    organisation.save()
    for kind in SOLD_UNDER:
        published(kind)
    with_pdf(approved())
    return catalogue


def make_session(shop: Any) -> Any:
    """A day of seven hours in forty days, at 1 188 € tax included, with three seats."""
    course = CoursePageFactory(parent=CategoryPageFactory(parent=shop), complete=True)
    session = CourseSessionFactory(course=course, capacity=3)
    for start, end in ((time(9), time(12, 30)), (time(13, 30), time(17))):
        HalfDay.objects.create(
            session=session, date=session.starts_on, start_time=start, end_time=end
        )
    return session


def make_roles() -> Any:
    """Groups, permissions and what else a site is set up with; its home page, made when it is missing."""
    call_command("setup_site", verbosity=0)
    return HomePage.objects.first()


def make_demo() -> Any:
    """All that ``make run`` shows."""
    home = make_roles()
    call_command("demo", verbosity=0)
    return home


# Each is made above those before it that a test names.
MAKERS: dict[str, Callable[[Any], Any]] = {
    "home": lambda _: make_home(),
    "catalogue": make_catalogue,
    "shop": make_shop,
    "session": make_session,
    "contact_page": lambda _: make_contact_page(HomePage.objects.get()),
    "staff": lambda _: make_roles(),
    "demo": lambda _: make_demo(),
}


def commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


def beginnings_of(item: pytest.Item) -> tuple[str, ...]:
    """Names of fixtures; none for a test that commits or makes its own."""
    named = set(getattr(item, "fixturenames", ()))
    if commits(item) or "own_beginning" in named:
        return ()
    if "shop" not in named:
        named.discard("session")  # some rooms have a session of their own
    return tuple(name for name in MAKERS if name in named)


class Made(NamedTuple):
    name: str
    row: Any
    savepoint: transaction.Atomic

    def read(self) -> Any:
        """From the database: what a test changed in its own copy is not in this one."""
        return type(self.row).objects.get(pk=self.row.pk)


class Beginnings:
    """Those that are made at this moment in this process, each above the one before it."""

    def __init__(self) -> None:
        self.stack: list[Made] = []

    def reach(self, names: tuple[str, ...]) -> None:
        """Undoes what the next test does not begin with, and makes what it lacks."""
        kept = [made.name for made in self.stack]
        while tuple(kept) != names[: len(kept)]:
            kept.pop()
            self._undo()
        for name in names[len(kept) :]:
            self._make(name)

    def read(self, name: str) -> Any:
        """The row of that beginning; None where the test makes it by itself."""
        return next((made.read() for made in self.stack if made.name == name), None)

    def _make(self, name: str) -> None:
        below = self.stack[-1].read() if self.stack else None
        savepoint = transaction.atomic()
        savepoint.__enter__()
        self.stack.append(Made(name, MAKERS[name](below), savepoint))

    def _undo(self) -> None:
        transaction.set_rollback(True)
        self.stack.pop().savepoint.__exit__(None, None, None)
