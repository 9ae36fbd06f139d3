"""A process that dies while it issues a document: nothing is lost, doubled or half-written."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

import pytest

from base.private_storage import PARTIAL

ROOT = Path(__file__).resolve().parents[2]
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


def environment(folder):
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return inherited | {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings.dev"}


def command(*arguments):
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


def start(folder, code):
    return subprocess.Popen(  # noqa: S603
        command("shell", "--no-imports", "--command", PREPARE + code),
        cwd=ROOT, env=environment(folder), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("var")
    arguments = command("migrate", "documents", "--verbosity", "0")
    subprocess.run(arguments, cwd=ROOT, env=environment(folder), check=True)  # noqa: S603
    return folder / DATABASE


@pytest.fixture
def folder(migrated, tmp_path):
    shutil.copy(migrated, tmp_path / DATABASE)
    return tmp_path


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


def kill_during(folder, code, word, *, when):
    with start(folder, code) as process:
        assert process.stdout.readline().strip() == word
        when(folder)
        assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)


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
def test_process_killed_while_issuing_leaves_nothing_half_done(folder, code, word, when):
    kill_during(folder, code, word, when=when)

    assert documents(folder) == []
    assert [p for p in finished(folder) if sha256(p.read_bytes()).hexdigest() != p.name] == []

    for _ in range(2):
        with start(folder, NORMAL) as again:
            assert again.communicate(timeout=PATIENCE)[0] == "issued\n"
    [(number, digest)] = documents(folder)
    assert number == "A-1"
    assert digest in [path.name for path in finished(folder)]
