from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from time import sleep
from zoneinfo import ZoneInfo

import pikepdf
import pytest

from documents import typefaces
from documents.rendering import Attachment, RenderingFailed, engine, render
from documents.rendering.engine import Written
from tests.documents.validation import failures

HTML = """<!DOCTYPE html>
<html lang="fr">
  <head><title>Épreuve</title></head>
  <body data-issuer="LEXOM" data-running="Essai" data-legal="SAS LEXOM">
    <h1>Épreuve</h1><p>Du texte, <em>souligné</em>, et un prix : 1\u202f188,00\u00a0€.</p>
  </body>
</html>
"""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
PDF_UA_PART = "{http://www.aiim.org/pdfua/ns/id/}part"


def with_body(fragment):
    return HTML.replace("<h1>", f"{fragment}<h1>")


@pytest.fixture(scope="module")
def rendered():
    return render(HTML, stylesheet="course_sheet")


@pytest.fixture(scope="module")
def to_be_signed():
    return render(HTML, stylesheet="course_sheet", signable=True)


@pytest.fixture(scope="module")
def with_attachment():
    dated = datetime(2026, 11, 18, 10, 30, tzinfo=ZoneInfo("Europe/Paris"))
    attachment = Attachment("preuve.xml", b"<preuve/>", "Preuve", dated)
    return render(HTML, stylesheet="course_sheet", attachments=[attachment, attachment])


def test_render_describes_what_it_returns(rendered):
    with pikepdf.open(BytesIO(rendered.content)) as pdf:
        pages = len(pdf.pages)

    assert (rendered.pages, rendered.sha256) == (pages, sha256(rendered.content).hexdigest())


def test_render_conforms_to_archive_and_accessibility_standards(rendered):
    assert [failures(rendered.content, profile) for profile in ("3a", "ua1")] == [[], []]


def test_render_declares_accessibility_unless_it_is_to_be_signed(rendered, to_be_signed):
    declared = []
    for document in (rendered, to_be_signed):
        with pikepdf.open(BytesIO(document.content)) as pdf, pdf.open_metadata() as metadata:
            declared.append((metadata.pdfa_status, metadata.get(PDF_UA_PART)))

    assert declared == [("3A", "1"), ("3A", None)]
    assert failures(to_be_signed.content, "3a") == []


def test_render_writes_one_readable_metadata_block(rendered):
    assert rendered.content.count(b"<rdf:RDF") == 1


def test_render_writes_plain_objects_that_seals_are_verified_quickly_over(rendered):
    assert b"/ObjStm" not in rendered.content


def test_render_gives_the_same_bytes_every_time(rendered):
    assert render(HTML, stylesheet="course_sheet").sha256 == rendered.sha256


def test_render_lays_out_one_document_at_a_time(monkeypatch):
    running, peaks = [], []

    def write(html, **options):
        running.append(html)
        sleep(0.01)
        peaks.append(len(running))
        running.pop()
        return Written(b"", 0, {})

    monkeypatch.setattr("documents.rendering.engine.write", write)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: render(HTML, stylesheet="course_sheet"), range(3)))

    assert peaks == [1, 1, 1]


def test_render_embeds_only_our_fonts_whatever_the_page_asks(rendered):
    asking = with_body('<p style="font-family: monospace">Chasse fixe, 中文, عربي, 🎓</p>')

    content = render(asking, stylesheet="course_sheet").content

    with pikepdf.open(BytesIO(content)) as pdf:
        fonts = {
            str(o.FontName)
            for o in pdf.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
        }
    assert {name.split("+")[1][:13] for name in fonts} == {"Source-Sans-3"}
    assert failures(content, "3a") == []


def test_render_lists_each_attachment_once(with_attachment):
    with pikepdf.open(BytesIO(with_attachment.content)) as pdf:
        associated = [str(item.AFRelationship) for item in pdf.Root.AF]
        names = sorted(pdf.attachments)

    assert (associated, names) == (["/Data", "/Data"], ["preuve.xml"])


def test_render_dates_an_attachment_as_told(with_attachment):
    with pikepdf.open(BytesIO(with_attachment.content)) as pdf:
        file = pdf.attachments["preuve.xml"].get_file()
        dates = (file.creation_date, file.mod_date, file.read_bytes())

    dated = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
    assert dates == (dated, dated, b"<preuve/>")
    assert failures(with_attachment.content, "3a") == []


def test_render_shows_an_asset_that_it_was_given():
    html = with_body('<img src="asset:logo.svg" alt="LEXOM">')

    rendered = render(html, stylesheet="course_sheet", assets={"logo.svg": SVG})

    assert failures(rendered.content, "ua1") == []


HOSTILE = "file:///etc/hostname"
NESTED = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E"
    "%3Cimage href='file:///etc/hostname' width='9' height='9'/%3E%3C/svg%3E"
)


@pytest.mark.parametrize(
    "fragment",
    [
        f'<link rel="stylesheet" href="{HOSTILE}">',
        f'<link rel="attachment" href="{HOSTILE}">',
        f'<style>@import "{HOSTILE}";</style>',
        f'<style>@font-face {{ font-family: x; src: url("{HOSTILE}") }}</style>',
        f'<p style="background: url({HOSTILE})">x</p>',
        f'<ul style="list-style: url({HOSTILE})"><li>x</li></ul>',
        f"<style>p::before {{ content: url({HOSTILE}) }}</style>",
        f'<img src="{HOSTILE}" alt="">',
        f'<object data="{HOSTILE}"></object>',
        f'<embed src="{HOSTILE}">',
        f'<svg width="9" height="9"><image href="{HOSTILE}" width="9" height="9"/></svg>',
        f'<img src="{NESTED}" alt="">',
        '<base href="file:///etc/"><img src="hostname" alt="">',
        '<img src="hostname" alt="">',
        '<img src="/etc/hostname" alt="">',
        '<img src="http://127.0.0.1:9/x.png" alt="">',
        '<img src="asset:absent.svg" alt="">',
    ],
)
def test_render_refuses_whatever_it_was_not_given(fragment):
    with pytest.raises(RenderingFailed):
        render(with_body(fragment), stylesheet="course_sheet")


def test_render_refuses_html_nested_without_end():
    with pytest.raises(RenderingFailed):
        render(with_body("<div>" * 1000), stylesheet="course_sheet")


def test_render_refuses_to_draw_without_its_fonts(monkeypatch, tmp_path):
    monkeypatch.setattr(typefaces, "FOLDER", tmp_path)
    monkeypatch.setattr(engine, "_fonts", engine._fonts.__wrapped__)

    with pytest.raises(RenderingFailed, match=r"SourceSans3-Bold\.ttf"):
        render(HTML, stylesheet="course_sheet")
