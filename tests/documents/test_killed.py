"""A process that dies while it issues a document: nothing is lost, doubled or half-written."""

import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256
from time import monotonic, sleep

import pytest

from base.private_storage import PARTIAL
from tests.migrated import kept_database
from tests.mortal import Nursery

DATABASE = "lexom.sqlite3"
PATIENCE = 60  # seconds

PREPARE = """
import sys
from time import sleep
from django.db.models.signals import post_save
from base.models import JobRun
from documents.issued import IssuedDocument, issue
from documents.rendering import Rendered, render
from tests.documents.samples import text

def say(word):
    print(word, flush=True)

def issue_once(rendered):
    if not IssuedDocument.objects.filter(kind="essai", number="A-1").exists():
        issue(kind="essai", number="A-1", title="Essai", file_name="essai.pdf",
              owner=JobRun(pk=1), rendered=rendered, template_version="1", context={})
    say("issued")

def wait(**kwargs):
    say("saved")
    sleep(600)
"""
NORMAL = 'issue_once(render(text("Essai", 2), stylesheet="plain"))'
RENDERING = 'say("rendering"); issue_once(render(text("Essai", 400), stylesheet="plain"))'
WRITING = 'say("writing"); issue_once(Rendered(b"%PDF" * 30_000_000, 1, ""))'
NOT_COMMITTED = f"post_save.connect(wait, sender=IssuedDocument); {NORMAL}"


@pytest.fixture(scope="module")
def nursery(tmp_path_factory):
    with Nursery(tmp_path_factory.mktemp("var")) as running:
        yield running


@pytest.fixture
def folder(nursery, django_db_setup, request):
    """With every table, and no document yet."""
    folder = nursery.log.parent
    shutil.copy(kept_database(request.config), folder / DATABASE)
    shutil.rmtree(folder / "private", ignore_errors=True)
    return folder


def documents(folder):
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return connection.execute("SELECT number, sha256 FROM documents_issueddocument").fetchall()


def files(folder):
    return [path for path in (folder / "private").rglob("*") if path.is_file()]


def finished(folder):
    return [path for path in files(folder) if not path.name.startswith(PARTIAL)]


def wait_for(condition):
    limit = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < limit
        sleep(0.001)


def kill_during(nursery, folder, code, word, *, when):
    process = nursery.start(PREPARE + code)
    assert process.says() == word
    when(folder)
    process.kill()


def a_moment_later(folder):
    sleep(0.3)


def file_appears(folder):
    wait_for(lambda: files(folder))


def at_once(folder):
    pass


@pytest.mark.parametrize(
    ("code", "word", "when"),
    [
        (RENDERING, "rendering", a_moment_later),
        (WRITING, "writing", file_appears),
        (NOT_COMMITTED, "saved", at_once),
    ],
    ids=["while rendering", "while writing", "before the commit"],
)
def test_process_killed_while_issuing_leaves_nothing_half_done(nursery, folder, code, word, when):
    kill_during(nursery, folder, code, word, when=when)

    assert documents(folder) == []
    assert [p for p in finished(folder) if sha256(p.read_bytes()).hexdigest() != p.name] == []

    for _ in range(2):
        again = nursery.start(PREPARE + NORMAL)
        assert (again.says(), again.ends()) == ("issued", 0)
    [(number, digest)] = documents(folder)
    assert number == "A-1"
    assert digest in [path.name for path in finished(folder)]
