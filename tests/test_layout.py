"""The house rules that a machine can check."""

import site as standard_site
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [
    path
    for folder in ("site", "courses", "legal", "shop")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
]
LONGEST_MODULE = 400
LONGEST_TEMPLATE = 150
# Standards' own addresses, never requested by a page.
ALLOWED_HOSTS = {"schema.org", "www.sitemaps.org", "www.w3.org", "ogp.me"}


def test_site_is_a_folder_and_not_a_package():
    assert not (ROOT / "site" / "__init__.py").exists()
    assert not str(standard_site.__file__).startswith(str(ROOT))


def test_every_source_file_is_tracked():
    listed = subprocess.run(
        ["git", "status", "--porcelain", "--ignored", "--", "site", "courses", "legal", "shop", "templates"],  # noqa: S607  git of the machine
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip

    ignored = [line for line in listed if line.startswith("!!") and "__pycache__" not in line]

    assert ignored == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_is_short(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())

    assert lines <= LONGEST_MODULE


def test_templates_are_short_and_hold_no_inline_code():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= LONGEST_TEMPLATE, path
        assert "<style" not in text or "documents" in path.parts, path
        assert " style=" not in text, path
        assert "onclick" not in text, path


def test_no_template_or_stylesheet_asks_a_third_party():
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "site").rglob("*.css")]

    for path in files:
        for word in path.read_text(encoding="utf-8").replace('"', " ").replace("'", " ").split():
            if word.startswith(("http://", "https://")):
                assert urlsplit(word).hostname in ALLOWED_HOSTS, f"{path}: {word}"
