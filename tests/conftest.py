"""Fixtures that every room uses: a site tree, a frozen day, templates that may not guess."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.test import Client

from wagtail.models import Collection, Locale, Page

import pytest
import time_machine
from allauth.account.internal.flows.login import record_authentication
from django_tasks import default_task_backend

from base.append_only import drop_triggers
from tests.beginnings import (
    Beginnings,
    beginnings_of,
    commits,
    make_catalogue,
    make_contact_page,
    make_home,
    make_roles,
)
from tests.migrated import filled, keep, kept_database
from tests.one_day import MORNING
from users.demo_access import give_demo_second_factor
from users.models import User
from users.roles import Role

SHOWS_OR_LAYS_OUT = re.compile(
    r"/backoffice/test_(?!listing)|(views|pages?|admin|backoffice|permissions|matrix|staff|webhooks)\.py$"
    r"|(printing|laying_out|filing|pdf|killed(_worker)?)\.py$"
)


@pytest.fixture(scope="session", autouse=True)
def _one_day() -> Iterator[None]:
    """The suite lives on one morning, whatever the calendar says: the dates that it names stay true.

    Browser journeys follow real processes, so they live today.
    """
    with time_machine.travel(MORNING):
        yield


@pytest.fixture(autouse=True)
def _nothing_left_over() -> Iterator[None]:
    """Cached values and queued tasks of one test must not reach the next."""
    cache.clear()
    default_task_backend.clear()
    yield
    cache.clear()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Races need a server with row locks: they are collected only where there is one, and there
    only with what a database may say differently.

    Tests that commit come last: they empty the tables, which some modules fill by themselves.
    The others stand beside those that begin as they do.
    """
    items.sort(key=lambda item: (commits(item), beginnings_of(item)))
    wanted = depends_on_the_database if connection.vendor == "postgresql" else needs_no_server
    config.hook.pytest_deselected(items=[item for item in items if not wanted(item)])
    items[:] = [item for item in items if wanted(item)]


def needs_no_server(item: pytest.Item) -> bool:
    return item.get_closest_marker("postgresql") is None


def depends_on_the_database(item: pytest.Item) -> bool:
    """Constraints, locks, searches and what is written; what touches no table, and what only shows
    rows as a page or lays them out as a file, is the same for all: once is enough."""
    if not needs_no_server(item):
        return True
    return uses_the_database(item) and not SHOWS_OR_LAYS_OUT.search(item.path.as_posix())


def uses_the_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("journey")
    return bool(marked) or not fixtures.isdisjoint({"db", "transactional_db"})


@pytest.fixture(autouse=True)
def _committed_data_start_and_end_clean(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that commits empties every table afterwards, the first rows of Wagtail included.

    The triggers of proof would refuse that; ``flush`` puts them back.
    """
    if not commits(request.node):
        yield
        return
    request.getfixturevalue("transactional_db")
    Locale.objects.get_or_create(language_code="fr")
    if not Page.objects.exists():
        Page.add_root(title="Root", slug="root")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    yield
    drop_triggers()


@pytest.fixture(scope="session")
def _memory(request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection | None]:
    """The database of the tests before Django opens it; None for a server's."""
    if connection.vendor != "sqlite":
        yield None
        return
    name = connection.creation._get_test_db_name()
    with closing(filled(name, kept_database(request.config))) as memory:
        yield memory


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, _memory: sqlite3.Connection | None
) -> None:
    """Migrating finds what an earlier run has kept."""


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, _memory: sqlite3.Connection | None, request: pytest.FixtureRequest
) -> None:
    """Keeps the tables for the next run, before any row of a test."""
    file = kept_database(request.config)
    if _memory and not file.exists():
        keep(_memory, file)


@pytest.fixture(scope="session")
def _beginnings(django_db_setup: None, django_db_blocker: Any) -> Iterator[Beginnings]:
    made = Beginnings()
    yield made
    with django_db_blocker.unblock():
        made.reach(())


@pytest.fixture
def beginnings(_beginnings: Beginnings) -> Beginnings:
    """What this test begins with; ``pytest_fixture_setup`` has made it before its own savepoint."""
    return _beginnings


@pytest.fixture
def own_beginning() -> None:
    """For a test that makes its home page or its shop by itself, on another day for example."""


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: pytest.FixtureRequest) -> None:
    if fixturedef.argname != "_django_db_helper":
        return
    made = request.getfixturevalue("_beginnings")
    with request.getfixturevalue("django_db_blocker").unblock():
        made.reach(beginnings_of(request.node))
    # A fixture of a module that keeps a transaction open would be undone in the wrong order.
    assert connection.in_atomic_block is bool(made.stack)


@pytest.fixture
def home(db: None, beginnings: Beginnings) -> Any:
    """A published home page as the root of the only site."""
    return beginnings.read("home") or make_home()


@pytest.fixture
def catalogue(home: Any, beginnings: Beginnings) -> Any:
    return beginnings.read("catalogue") or make_catalogue(home)


@pytest.fixture
def contact_page(home: Any, beginnings: Beginnings) -> Any:
    return beginnings.read("contact_page") or make_contact_page(home)


@pytest.fixture
def staff(client: Client, db: None, beginnings: Beginnings) -> Callable[[Role], Client]:
    """Signs a member of a role in, with the second factor that the role asks for."""

    def staff(role: Role) -> Client:
        if not beginnings.read("staff"):
            make_roles()
        user = User.objects.create_user(f"{role.name.lower()}@lexom.example")
        user.groups.add(Group.objects.get(name=role.value))
        give_demo_second_factor(user, "JBSWY3DPEHPK3PXP")
        client.force_login(user)
        request = HttpRequest()
        request.session = client.session
        record_authentication(request, user, "mfa", type="totp")
        request.session.save()
        return client

    return staff


@pytest.fixture
def run_tasks() -> Callable[[], int]:
    """Runs what was enqueued, as the worker would; returns how many tasks ran."""

    def run() -> int:
        queued = list(default_task_backend.results)
        default_task_backend.clear()
        for result in queued:
            result.task.func(*result.args, **result.kwargs)
        return len(queued)

    return run
