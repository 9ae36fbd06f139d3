"""Speed and memory of proposals: from the request of a company to the file that it signed.

Nothing here is a test: figures of two machines cannot be compared, ratios of one run can.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from demo_site import DemoSite, database
from table import database_name, show

HERE = Path(__file__).parent
STEPS = {
    "issued": "asked, numbered, frozen",
    "laid out": "PDF with its annex, sealed",
    "signed": "code, mention, signature",
    "filed": "signed PDF and sealed proof",
    "verified": "both seals checked",
}


def main() -> int:
    options = read_options()
    with (
        tempfile.TemporaryDirectory(prefix="lexom-proposals-") as name,
        database(Path(name), postgresql=options.postgresql) as database_url,
    ):
        site = DemoSite(Path(name), database_url)
        site.prepare()
        site.run(HERE.parents[1] / "manage.py", "development_seal", "--verbosity", "0")
        found = json.loads(site.run(HERE / "sign_proposals.py", str(options.proposals)))
    show(
        f"{database_name(postgresql=options.postgresql)}, {options.proposals} proposals, one worker"
    )
    show(f"{'step':<32}{'seconds':>10}{'of a bare insert':>20}")
    for step, label in STEPS.items():
        show(f"{label:<32}{found[step]:>10.3f}{found[step] / found['bare']:>20.1f}")
    show(f"peak {found['before']:.0f} MB after the first, {found['peak']:.0f} MB at the end")
    return 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    parser.add_argument("--proposals", type=int, default=10, help="default: 10")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
