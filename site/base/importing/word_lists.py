"""Numbers and bullets that Word draws without writing them in the text. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.styles.style import BaseStyle

_NUMBERED = frozenset({"decimal", "decimalZero", "upperRoman", "lowerRoman"})
_DEEPEST_STYLE = 10
_NUMBERING = f"{qn('w:pPr')}/{qn('w:numPr')}"
BULLET = "- "


class WordLists:
    """Counts the numbered paragraphs of one document, in order."""

    def __init__(self, document: WordDocument) -> None:
        self._top_levels = dict(_top_levels(document))
        self._counts: defaultdict[str, int] = defaultdict(int)

    def mark(self, paragraph: Any, style: BaseStyle | None) -> str:
        """« 3. » or « Module 3 : » at the first level of a numbered list, else a bullet."""
        place = _place(paragraph, style)
        if place is None:
            return ""
        list_id, level = place
        form, template = self._top_levels.get(list_id, ("bullet", ""))
        if level != "0" or form not in _NUMBERED or "%1" not in template:
            return "" if form == "none" else BULLET
        self._counts[list_id] += 1
        return template.replace("%1", str(self._counts[list_id])).strip() + " "


def _place(paragraph: Any, style: BaseStyle | None) -> tuple[str, str] | None:
    """List and level, said by the paragraph or by its style; list 0 takes it out of any list."""
    for properties in _numbering_properties(paragraph, style):
        list_id = _value(properties, "w:numId")
        if list_id:
            return (list_id, _value(properties, "w:ilvl") or "0") if list_id != "0" else None
    return None


def _numbering_properties(paragraph: Any, style: BaseStyle | None) -> Iterator[Any]:
    """From the paragraph to its style and the styles below; a forged loop is cut short."""
    yield from paragraph.iterfind(_NUMBERING)
    for _ in range(_DEEPEST_STYLE):
        if style is None:
            return
        yield from style.element.iterfind(_NUMBERING)
        style = getattr(style, "base_style", None)  # list styles have none


def _top_levels(document: WordDocument) -> Iterator[tuple[str, tuple[str, str]]]:
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.NUMBERING:
            root: Any = relation.target_part
            yield from _read_numbering(root.element)


def _read_numbering(root: Any) -> Iterator[tuple[str, tuple[str, str]]]:
    forms = {
        abstract.get(qn("w:abstractNumId")): (
            _value(level, "w:numFmt"),
            _value(level, "w:lvlText"),
        )
        for abstract in root.iterfind(qn("w:abstractNum"))
        for level in abstract.iterfind(qn("w:lvl"))
        if level.get(qn("w:ilvl")) == "0"
    }
    for concrete in root.iterfind(qn("w:num")):
        form = forms.get(_value(concrete, "w:abstractNumId"), ("bullet", ""))
        yield concrete.get(qn("w:numId")), form


def _value(element: Any, tag: str) -> str:
    child = element.find(qn(tag))
    return child.get(qn("w:val"), "") if child is not None else ""
