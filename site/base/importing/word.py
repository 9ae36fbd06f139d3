"""A Word document -> lines that keep what its layout says: headings, lists, bold. Pure."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.exceptions import PythonDocxError
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from base.importing.word_lists import BULLET, WordLists

_LARGEST_CONTENT = 50 * 1024 * 1024
_MOST_PARTS = 500
# A truncated or forged package can fail anywhere inside python-docx and lxml, whose syntax
# errors are Python ``SyntaxError``; an encrypted archive is a ``RuntimeError``.
_FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    OpcError,
    PythonDocxError,
    LookupError,
    ValueError,
    AttributeError,
    TypeError,
    SyntaxError,
    RuntimeError,
    AssertionError,
    EOFError,
    OSError,
)
_PARAGRAPH, _TEXT, _BREAK, _TAB = qn("w:p"), qn("w:t"), qn("w:br"), qn("w:tab")
_HYPHEN, _MOVED_AWAY = qn("w:noBreakHyphen"), qn("w:moveFrom")
# Older copy of a text box, kept for programs that do not know the newer one.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING_STYLE = re.compile(r"(?i)(?:heading|titre)\s*(?P<level>[1-9])|title|titre")
MARGIN_HEADING = "# En-tête et pied de page"


class MalformedDocument(Exception):
    """The message completes a French sentence."""


def word_lines(content: bytes) -> list[str]:
    try:
        _refuse_archive(content)
        document = Document(io.BytesIO(content))
        return [*_body_lines(document), *_margin_lines(document)]
    except _FAILURES as error:
        raise MalformedDocument("le fichier est abîmé ou d’une autre nature") from error


def _refuse_archive(content: bytes) -> None:
    """A small archive may hold gigabytes: sizes are checked before anything is unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if "word/document.xml" not in {part.filename for part in parts}:
        raise MalformedDocument("cette archive ne contient pas de document Word")
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_CONTENT:
        raise MalformedDocument("son contenu est démesuré")


def _body_lines(document: WordDocument) -> Iterator[str]:
    """Every paragraph in reading order, in tables, text boxes and content controls too."""
    lists = WordLists(document)
    for element in document.element.body.iter(_PARAGRAPH):
        if not any(ancestor.tag == _FALLBACK for ancestor in element.iterancestors()):
            yield from _paragraph_lines(element, Paragraph(element, document), lists)


def _paragraph_lines(element: Any, paragraph: Paragraph, lists: WordLists) -> Iterator[str]:
    text = _text(element)
    if not text.strip():
        yield ""
        return
    mark = lists.mark(element, paragraph.style)
    first, *others = text.strip().split("\n")
    yield _heading_mark(paragraph) + mark + _in_bold(paragraph, first)
    yield from others
    if mark != BULLET:
        yield ""


def _margin_lines(document: WordDocument) -> list[str]:
    kinds = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
    parts = [rel.target_part for rel in document.part.rels.values() if rel.reltype in kinds]
    texts = [_text(p) for part in parts for p in _root(part).iter(_PARAGRAPH)]
    lines = [line for text in dict.fromkeys(texts) for line in text.split("\n") if line.strip()]
    return ["", MARGIN_HEADING, "", *lines] if lines else []


def _root(part: Any) -> Any:
    """python-docx gives a part no public element, only its XML parts have one."""
    return part.element


def _text(paragraph: Any) -> str:
    """Text of the paragraph without that of the text boxes anchored in it."""
    pieces = {_BREAK: "\n", _TAB: "\t", _HYPHEN: "-"}
    return "".join(
        node.text or "" if node.tag == _TEXT else pieces[node.tag]
        for node in paragraph.iter(_TEXT, *pieces)
        if _belongs(node, paragraph)
    )


def _belongs(node: Any, paragraph: Any) -> bool:
    for ancestor in node.iterancestors():
        if ancestor.tag in (_PARAGRAPH, _MOVED_AWAY):
            return ancestor is paragraph
    return False


def _heading_mark(paragraph: Paragraph) -> str:
    style = paragraph.style
    found = _HEADING_STYLE.fullmatch((style.name or "").strip()) if style else None
    return "#" * int(found["level"] or 1) + " " if found else ""


def _in_bold(paragraph: Paragraph, text: str) -> str:
    runs = [run for run in paragraph.runs if run.text.strip()]
    return f"**{text}**" if runs and all(run.bold for run in runs) else text
