"""Speed and memory of invoices: their list and what the accountant takes away, among many.

Nothing here is a test: figures of two machines cannot be compared, ratios of one run can.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from demo_site import DemoSite, database
from servers import ROOT
from table import database_name, show

HERE = Path(__file__).parent
EXPORTS = (
    "bare read",
    "sales_journal_csv",
    "sales_journal_xlsx",
    "sales_entries",
    "consumer_sales",
)
PART = 10  # the small period holds one invoice in ten
MEMORY_AIM = 1.2  # peak of the whole against that of the part


def main() -> int:
    options = read_options()
    with (
        tempfile.TemporaryDirectory(prefix="lexom-invoices-") as name,
        database(Path(name), postgresql=options.postgresql) as database_url,
    ):
        site = DemoSite(Path(name), database_url)
        site.run(ROOT / "manage.py", "migrate", "--verbosity", "0")
        built = inside(site, "many_invoices.py", options.invoices)
        show(f"{database_name(postgresql=options.postgresql)}, {options.invoices} invoices")
        show(f"rows built in {built['built']:.0f} s")
        measure_list(site)
        measure_exports(site)
    return 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    parser.add_argument("--invoices", type=int, default=100_000, help="default: 100000")
    return parser.parse_args()


def inside(site: DemoSite, script: str, *arguments: object) -> dict[str, Any]:
    return json.loads(site.run(HERE / script, *map(str, arguments)))


def measure_list(site: DemoSite) -> None:
    found = inside(site, "export_invoices.py", "list", 1)
    show(f"\n{'list':<28}{'ms':>10}{'of reading 50 by key':>24}")
    for name in ("first page", "last page", "one buyer"):
        show(f"{name:<28}{found[name]:>10.1f}{found[name] / found['by key']:>24.1f}")


def measure_exports(site: DemoSite) -> None:
    """Each in a process of its own, whose peak of memory is then that of the export."""
    heads = f"{'seconds':>10}{'of bare read':>14}{'MB':>8}{'peak MB':>10}{'of a tenth':>12}"
    show(f"\n{'export':<28}{heads}  (aim: {MEMORY_AIM})")
    bare = 0.0
    for name in EXPORTS:
        part = inside(site, "export_invoices.py", name, PART)
        whole = inside(site, "export_invoices.py", name, 1)
        bare = bare or whole["seconds"]
        show(
            f"{name:<28}{whole['seconds']:>10.1f}{whole['seconds'] / bare:>14.1f}"
            f"{whole['bytes'] / 1e6:>8.1f}{whole['peak']:>10.0f}"
            f"{whole['peak'] / part['peak']:>12.2f}"
        )


if __name__ == "__main__":
    sys.exit(main())
