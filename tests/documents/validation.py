"""Independent judgement of a PDF file: PDF/A and PDF/UA rules, syntax."""

import subprocess
from io import BytesIO

import page
import pikepdf

# False alarms of the validator: qpdf's own check replaces the first, pdfsig and pyHanko the second,
# which it raises on whatever was signed twice.
TOLERATED = ("STREAM-LENGTH-001", "SIGNATURE-BYTERANGE-001")


def failures(content, profile):
    """Rules broken and syntax errors."""
    report = page.validate_pdf_bytes(content, profile=profile)
    with pikepdf.open(BytesIO(content)) as pdf:
        syntax = pdf.check_pdf_syntax()
    rules = [failure.rule_id for failure in report.failures]
    return syntax + [rule for rule in rules if not rule.endswith(TOLERATED)]


def command(path, *arguments):
    """Standard output of a command of poppler or qpdf."""
    run = subprocess.run([*arguments, str(path)], capture_output=True, text=True, check=True)  # noqa: S603
    return run.stdout


def text_of(path):
    """The text of each page, in the order of the file."""
    command = ["pdftotext", "-raw", str(path), "-"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return run.stdout.split("\f")[:-1]
