"""Sections of plain text and of lists. Pure."""

import re

from base.importing.lines import Line, fold

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý])")
_AWARD = re.compile(r"\b(?:attestations?|certificats?)\b")
_GIVEN = re.compile(r"\b(?:delivr|remi[st]|remett|envoy|etabli)")
_ITEM_NUMBER = re.compile(r"\d{1,2}\s*[.)]\s+")


def as_text(lines: list[Line]) -> str:
    """Paragraphs parted by blank lines, list items by line ends; a list of one is a paragraph."""
    if len(lines) == 1:
        return lines[0].text
    parts: list[str] = []
    in_list = False
    for line in lines:
        parts.append("\n" if in_list and line.bullet else "\n\n")
        parts.append(f"- {line.text}" if line.bullet else line.text)
        in_list = line.bullet
    return "".join(parts[1:])


def items(lines: list[Line]) -> tuple[list[str], list[Line]]:
    """List items, and the lines around them; without any bullet every line is an item."""
    is_item = _is_item if any(map(_is_item, lines)) else _is_statement
    texts = [_ITEM_NUMBER.sub("", line.text, count=1) for line in lines if is_item(line)]
    around = [line for line in lines if not is_item(line)]
    return [text.rstrip(" ;,") for text in texts], around


def _is_item(line: Line) -> bool:
    return line.bullet or _ITEM_NUMBER.match(line.text) is not None


def _is_statement(line: Line) -> bool:
    return not line.text.endswith(":")


def split_award(lines: list[Line]) -> tuple[list[Line], str]:
    """Take out the sentences that promise an attestation: the award is a fact of its own (T-12)."""
    kept: list[Line] = []
    awards: list[str] = []
    for line in lines:
        sentences = _SENTENCE_END.split(line.text)
        awards += [sentence for sentence in sentences if _promises_award(sentence)]
        others = " ".join(sentence for sentence in sentences if not _promises_award(sentence))
        if others:
            kept.append(Line(line.number, others, line.last_number, bullet=line.bullet))
    return kept, "\n\n".join(awards)


def _promises_award(sentence: str) -> bool:
    folded = fold(sentence)
    return bool(_AWARD.search(folded) and _GIVEN.search(folded))
