from django.core.checks import run_checks

from documents import checks, typefaces


def reported():
    return [message.id for message in run_checks() if message.id.startswith("documents.")]


def test_checks_are_silent_on_a_complete_machine():
    assert reported() == []


def test_checks_warn_without_the_font_subsetter(monkeypatch):
    monkeypatch.setattr(checks, "SUBSETTERS", ("libabsente.so.0",))

    assert reported() == ["documents.W001"]


def test_checks_refuse_a_font_that_changed_or_is_missing(monkeypatch):
    changed = {"SourceSans3-Bold.ttf": "0" * 64, "Absente.ttf": "0" * 64}
    monkeypatch.setattr(typefaces, "SHA256", changed)

    assert reported() == ["documents.E001", "documents.E001"]
