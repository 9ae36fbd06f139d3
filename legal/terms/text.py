"""The words of a version: titles, numbered articles, paragraphs and lists. Pure.

Rich text comes in as an editor or an import left it and goes out with nothing but paragraphs,
lists, emphasis and links to secure pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any

from base.typography import french_typography

_BLOCKS = frozenset({"p", "ul", "ol", "li"})
_EMPHASIS = {"b": "strong", "strong": "strong", "i": "em", "em": "em"}
_UNSEEN = frozenset({"script", "style", "template", "title"})
SECURE = "https://"
ARTICLE_NUMBER = re.compile(r"[1-9]\d?(?:\.[1-9]\d?){0,2}")
PART_NUMBER = re.compile(r"[IVX]{1,6}")


@dataclass(frozen=True)
class Article:
    number: str
    title: str
    html: str

    @property
    def anchor(self) -> str:
        return article_anchor(self.number)

    @property
    def heading(self) -> str:
        return f"{self.number}. {self.title}".strip()

    @property
    def plain(self) -> str:
        return plain_text(self.html)


@dataclass(frozen=True)
class Part:
    number: str
    title: str
    introduction: str
    articles: tuple[Article, ...]

    @property
    def anchor(self) -> str:
        return part_anchor(self.number)

    @property
    def heading(self) -> str:
        return f"{self.number}. {self.title}".strip()


@dataclass(frozen=True)
class Terms:
    parts: tuple[Part, ...]

    @property
    def articles(self) -> tuple[Article, ...]:
        return tuple(article for part in self.parts for article in part.articles)

    @property
    def anchors(self) -> frozenset[str]:
        parts = {part.anchor for part in self.parts}
        return frozenset(parts | {article.anchor for article in self.articles})


def article_anchor(number: str) -> str:
    return "article-" + number.replace(".", "-")


def part_anchor(number: str) -> str:
    return "titre-" + number.lower()


def numbering_faults(terms: Terms) -> list[str]:
    """A French sentence for each number that is malformed or used twice: anchors come from it."""
    faults = [
        f"« {part.number} » n’est pas un numéro de titre (I, II, III…)."
        for part in terms.parts
        if not PART_NUMBER.fullmatch(part.number)
    ]
    faults += [
        f"« {article.number} » n’est pas un numéro d’article (par exemple 3.5)."
        for article in terms.articles
        if not ARTICLE_NUMBER.fullmatch(article.number)
    ]
    faults += _repeated("de titre", [part.number for part in terms.parts])
    return faults + _repeated("d’article", [article.number for article in terms.articles])


def _repeated(kind: str, numbers: list[str]) -> list[str]:
    twice = dict.fromkeys(number for number in numbers if numbers.count(number) > 1)
    return [f"Plusieurs passages portent le numéro {kind} {number}." for number in twice]


@lru_cache(maxsize=2048)
def clean_html(source: str) -> str:
    """``source`` with French typography and only ``p ul ol li strong em`` and secure links."""
    writer = _Writer()
    writer.feed(source)
    writer.close()
    return writer.result()


@lru_cache(maxsize=2048)
def plain_text(source: str) -> str:
    """One line a paragraph or list item."""
    text = re.sub(r"</(?:p|li)>", "\n", clean_html(source))
    lines = (unescape(line).strip() for line in re.sub(r"<[^>]*>", "", text).split("\n"))
    return "\n".join(line for line in lines if line)


def unsafe_links(source: str) -> list[str]:
    """Targets of the links that are not addresses of secure pages."""
    reader = _Links()
    reader.feed(source)
    reader.close()
    return [target for target in reader.targets if not _is_secure(target)]


def _is_secure(target: str) -> bool:
    return target.startswith(SECURE) and not re.search(r"[\s\"'<>\\]", target)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.targets.append(dict(attrs).get("href") or "")


class _Writer(HTMLParser):
    """Builds well-formed HTML whatever comes in: text is always inside a block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._hidden += 1
        elif tag == "br":
            self.handle_data(" ")
        elif tag in _BLOCKS:
            self._start_block(tag)
        elif tag in _EMPHASIS:
            self._start_inline(_EMPHASIS[tag], "")
        elif tag == "a":
            target = dict(attrs).get("href") or ""
            if _is_secure(target):
                self._start_inline("a", f' href="{escape(target)}"')

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._hidden = max(0, self._hidden - 1)
        name = _EMPHASIS.get(tag, tag)
        if name in self._open:
            while self._close() != name:
                pass

    def handle_data(self, data: str) -> None:
        if self._hidden or not (data.strip() or self._inside_text()):
            return
        self._open_text()
        self._pieces.append(escape(french_typography(data.replace("\n", " ")), quote=False))

    def result(self) -> str:
        while self._open:
            self._close()
        html = "".join(self._pieces)
        for _ in range(4):
            html = re.sub(r"<(p|ul|ol|li|strong|em|a)(?: [^>]*)?>\s*</\1>", "", html)
        return html

    def _start_block(self, tag: str) -> None:
        if tag == "li":
            self._close_down_to({"ul", "ol"})
            if not self._open:
                self._push("ul")
        elif tag == "p" and "li" in self._open:
            return
        else:
            self._close_down_to({"li"} if tag != "p" and "li" in self._open else set())
            if self._open:  # a list inside a list: its items join the list around it
                return
        self._push(tag)

    def _start_inline(self, tag: str, attributes: str) -> None:
        if tag not in self._open:
            self._open_text()
            self._push(tag, attributes)

    def _open_text(self) -> None:
        if not self._inside_text():
            self._start_block("li" if self._open else "p")

    def _inside_text(self) -> bool:
        return bool({"p", "li"} & set(self._open))

    def _close_down_to(self, kept: set[str]) -> None:
        while self._open and self._open[-1] not in kept:
            self._close()

    def _push(self, tag: str, attributes: str = "") -> None:
        self._open.append(tag)
        self._pieces.append(f"<{tag}{attributes}>")

    def _close(self) -> str:
        tag = self._open.pop()
        self._pieces.append(f"</{tag}>")
        return tag


def as_data(terms: Terms) -> list[dict[str, Any]]:
    """What JSON keeps of the text, as the issued document and the imports hold it."""
    return [
        {
            "number": part.number,
            "title": part.title,
            "introduction": part.introduction,
            "articles": [
                {"number": a.number, "title": a.title, "text": a.html} for a in part.articles
            ],
        }
        for part in terms.parts
    ]


def from_data(parts: list[dict[str, Any]]) -> Terms:
    return Terms(
        tuple(
            Part(
                number=part["number"] or "",
                title=part["title"] or "",
                introduction=str(part.get("introduction") or ""),
                articles=tuple(
                    Article(a["number"] or "", a["title"] or "", str(a["text"] or ""))
                    for a in part["articles"]
                ),
            )
            for part in parts
        )
    )
