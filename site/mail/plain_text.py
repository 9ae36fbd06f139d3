"""The plain text of an e-mail, read from its HTML: the words are written once.

Only the elements below may appear in a body; another one is refused rather than lost.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

BLOCKS = {"h1", "h2", "p", "li", "dt", "dd", "blockquote"}
CONTAINERS = {"html", "body", "main", "header", "footer", "ul", "ol", "dl"}
INLINE = {"a", "strong", "em", "br"}
UNSEEN = {"head", "meta", "title", "style"}
SIGNATURE = "-- "  # with its space: mail programs fold what follows (RFC 3676, 4.3)


class UnknownElement(Exception):
    def __init__(self, tag: str) -> None:
        super().__init__(f"Un e-mail ne peut pas contenir l’élément <{tag}>.")


def subject_of(html: str) -> str:
    """The text of ``<title>`` on one line, so that no value can add a header."""
    reader = _Reader()
    reader.feed(html)
    return " ".join("".join(reader.title).split(None))


def plain_text(html: str) -> str:
    """Raises UnknownElement."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._href = ""
        self._label_start = 0
        self._number = 0
        self._term = ""

    def text(self) -> str:
        joined = "".join(self._pieces)
        return re.sub(r"\n{3,}", "\n\n", joined).strip("\n ") + "\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in BLOCKS | CONTAINERS | INLINE | UNSEEN:
            raise UnknownElement(tag)
        if tag == "br":
            self._pieces.append("\n")
        elif tag == "a":
            self._href = dict(attrs).get("href") or ""
            self._label_start = len(self._pieces)
        elif tag not in {"meta", "strong", "em"}:
            self._open.append(tag)
            self._begin(tag)

    def _begin(self, tag: str) -> None:
        if tag in {"ul", "ol", "dl"}:
            self._number = 0
            self._pieces.append("\n")
        elif tag == "li":
            self._number += 1
            self._pieces.append(f"{self._number}. " if "ol" in self._open else "- ")
        elif tag == "footer":
            self._pieces.append(f"\n\n{SIGNATURE}\n")
        elif tag in {"h1", "h2", "p", "blockquote"} and "footer" not in self._open:
            self._pieces.append("\n")
        self._start = len(self._pieces)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._close_link()
        elif tag in self._open:
            self._finish(tag)
            self._open.remove(tag)

    def _finish(self, tag: str) -> None:
        if tag == "dt":
            self._pieces.append("\u00a0: ")
        elif tag == "blockquote":
            self._quote()
        elif tag in {"li", "dd"}:
            self._pieces.append("\n")
        elif tag in {"h1", "h2", "p"}:
            self._pieces.append("\n" if "footer" in self._open else "\n\n")
        elif tag in {"ul", "ol", "dl"}:
            self._pieces.append("\n")

    def _quote(self) -> None:
        lines = "".join(self._pieces[self._start :]).split("\n")
        quoted = "\n".join(f"> {line}".rstrip() for line in lines)
        self._pieces[self._start :] = [quoted, "\n\n"]

    def _close_link(self) -> None:
        label = "".join(self._pieces[self._label_start :]).strip()
        if self._href.startswith("http") and label != self._href:
            self._pieces.append(f" <{self._href}>")

    def handle_data(self, data: str) -> None:
        if "title" in self._open:
            self.title.append(data)
        elif set(self._open) & (BLOCKS - {"head"}):
            self._pieces.append(self._spaced(data))

    def _spaced(self, data: str) -> str:
        """White space as a browser shows it: one space, none at the start of a line."""
        text = re.sub(r"[ \t\r\n]+", " ", data)
        before = self._pieces[-1] if self._pieces else "\n"
        at_start = len(self._pieces) == self._start or before.endswith(("\n", " "))
        return text.lstrip(" ") if at_start else text
