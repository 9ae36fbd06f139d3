"""What an import read, told in French or in JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from legal.terms.importing.recognition import Ignored, RecognisedTerms


def ignored_summary(span: Ignored) -> str:
    lines = (
        f"ligne {span.first_line}"
        if span.first_line == span.last_line
        else f"lignes {span.first_line} à {span.last_line}"
    )
    return f"{span.label} ({lines})"


def text_report(recognised: RecognisedTerms) -> Iterator[str]:
    text = recognised.text
    yield f"  Reconnu : {len(text.parts)} titres, {len(text.articles)} articles"
    for part in text.parts:
        yield f"    {part.heading}"
        yield from (f"      {article.heading}" for article in part.articles)
    yield from _section("Ignoré", [ignored_summary(span) for span in recognised.ignored])
    yield from _section("Manquant", list(recognised.missing))


def json_report(recognised: RecognisedTerms) -> dict[str, Any]:
    return {
        "titles": len(recognised.text.parts),
        "articles": [article.number for article in recognised.text.articles],
        "text": asdict(recognised.text),
        "ignored": [asdict(span) for span in recognised.ignored],
        "missing": list(recognised.missing),
    }


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"  {title}"
        yield from (f"    {line}" for line in lines)
