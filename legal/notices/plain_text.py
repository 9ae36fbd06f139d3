"""The words of an HTML fragment, line by line: what a fingerprint is computed on. Pure."""

from __future__ import annotations

from html.parser import HTMLParser

_LINES = {"p", "h2", "h3", "h4", "ul", "ol", "div", "table", "caption", "tr", "br"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            self.pieces.append("\n- ")
        elif tag in _LINES:
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append(" | ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _LINES:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data.replace("\n", " "))


def text_of(html: str) -> str:
    """One line a paragraph, item or table row, without empty lines; unbreakable spaces are kept."""
    words = _Words()
    words.feed(html)
    words.close()
    lines = (" ".join(line.split(" ")).strip(" |\t") for line in "".join(words.pieces).splitlines())
    return "\n".join(_single_spaced(line) for line in lines if line.strip(" -"))


def _single_spaced(line: str) -> str:
    return " ".join(word for word in line.replace("\t", " ").split(" ") if word)
