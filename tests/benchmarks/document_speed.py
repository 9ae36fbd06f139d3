"""Speed and memory of documents: ``python tests/benchmarks/document_speed.py``; read the ratios."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
ROUNDS, MINUTE_SAMPLE, MEMORY_SAMPLE = 5, 40, 200
ARTICLES_OF_SIX_PAGES, ARTICLES_OF_FOUR_PAGES = 20, 12


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="lexom-documents-") as folder:
        prepare(folder)
        show(f"{'first use of a process':<44}{first_use():>10.2f} s")
        measure_layout()
        measure_issuing()
        measure_memory()


def prepare(folder: str) -> None:
    """An empty SQLite file and private files on the disk."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    os.environ["VAR_DIR"] = folder
    os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", "documents", verbosity=0)


def first_use() -> float:
    """Seconds of CPU from nothing to the first page: WeasyPrint's import, fonts, one layout."""
    return seconds(lambda: one_page("Première"))


def one_page(title: str) -> None:
    from documents.rendering import render
    from tests.documents.samples import text

    render(text(title, 2), stylesheet="plain")


def measure_layout() -> None:
    """Interleaved, so that a slower moment of the machine slows every variant."""
    from documents.rendering import Part, render
    from documents.rendering.engine import _part_pages
    from tests.documents.samples import text

    proposal = text("Proposition", ARTICLES_OF_SIX_PAGES)
    terms = Part(text("Conditions", ARTICLES_OF_FOUR_PAGES), "plain")

    def afresh() -> int:
        _part_pages.cache_clear()
        return render(proposal, stylesheet="plain", appended=[terms]).pages

    def reused() -> int:
        return render(proposal, stylesheet="plain", appended=[terms]).pages

    def alone() -> int:
        return render(proposal, stylesheet="plain").pages

    variants: dict[str, Callable[[], int]] = {
        "appended pages laid out each time": afresh,
        "appended pages reused": reused,
        "first pages alone": alone,
    }
    times: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(ROUNDS):
        for name, run in variants.items():
            times[name].append(seconds(run))
    base = median(times["appended pages laid out each time"])
    show(f"\n{'one document':<36}{'pages':>8}{'CPU s':>9}{'ratio':>8}")
    for name, run in variants.items():
        found = median(times[name])
        show(f"{name:<36}{run():>8}{found:>9.2f}{found / base:>8.2f}")


def measure_issuing() -> None:
    from django.utils import timezone

    from base.models import JobRun
    from documents.issued import issue
    from documents.rendering import Part, render
    from tests.documents.samples import text

    terms = Part(text("Conditions", ARTICLES_OF_FOUR_PAGES), "plain")
    started = timezone.now()
    for number in range(MINUTE_SAMPLE):
        html = text(f"Proposition {number}", ARTICLES_OF_SIX_PAGES)
        rendered = render(html, stylesheet="plain", appended=[terms])
        issue(
            kind="proposition", number=f"P-{number}", title="Proposition", file_name="p.pdf",
            owner=JobRun(pk=1), rendered=rendered, template_version="1", context={},
        )  # fmt: skip
    elapsed = (timezone.now() - started).total_seconds()
    show(
        f"\n{'issued by one process (10 pages, SQLite)':<44}{MINUTE_SAMPLE / elapsed * 60:>10.0f} /min"
    )


def measure_memory() -> None:
    before = resident()
    for number in range(MEMORY_SAMPLE):
        one_page(f"Document {number}")
    show(
        f"{f'resident before and after {MEMORY_SAMPLE} more renders':<44}"
        f"{before:>6.0f} and {resident():.0f} MB"
    )


def seconds(run: Callable[[], object]) -> float:
    start = process_time()
    run()
    return process_time() - start


def resident() -> float:
    """Megabytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def show(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
