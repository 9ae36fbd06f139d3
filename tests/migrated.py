"""An empty database with every table, kept between two runs: replaying hundreds of migrations is slow.

One file for each content of the migrations: a change of one of them makes a new one.
"""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from django.apps import apps

import pytest


def kept_database(config: pytest.Config) -> Path:
    """Where it is, or will be."""
    digest = sha256(version("django").encode())
    for file in sorted(_migrations()):
        digest.update(file.read_bytes())
    return config.cache.mkdir("migrated") / f"{digest.hexdigest()[:24]}.sqlite3"


def _migrations() -> Iterable[Path]:
    for app in apps.get_app_configs():
        yield from (Path(app.path) / "migrations").glob("*.py")


def keep(memory: sqlite3.Connection, file: Path) -> None:
    """Whole or not at all, also when two processes do it at once; in the place of those before it."""
    partial = file.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(partial)) as target:
        memory.backup(target)
    for older in set(file.parent.glob("*.sqlite3")) - {file}:
        older.unlink(missing_ok=True)
    partial.replace(file)


def filled(name: str, file: Path) -> sqlite3.Connection:
    """The database in memory of that name, which lives as long as this or another connection to it."""
    memory = sqlite3.connect(name, uri=True)
    if file.exists():
        with closing(sqlite3.connect(file)) as kept:
            kept.backup(memory)
    return memory
