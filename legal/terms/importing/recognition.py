"""Lines of a document -> the terms of sale that it contains. Pure; never raises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import groupby

from base.importing.lines import Line, parse_lines
from base.importing.word import MARGIN_HEADING
from legal.terms.text import Article, Part, Terms

TITLES_EXPECTED = 5
_TITLE = re.compile(r"conditions generales (de vente|de prestations?|d'inscription)|cgv\b")
_PART = re.compile(r"(?P<number>[IVX]{1,6})\s*[.)–-]\s*(?P<title>\S.*)")
_ARTICLE = re.compile(
    r"(?:article\s+)?(?P<number>[1-9]\d?\.[1-9]\d?(?:\.[1-9]\d?)?)\s*[.):–-]?\s+(?P<title>[^\W\d_].*)",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"(?:page\s*)?\d{1,3}(?:\s*(?:/|sur)\s*\d{1,3})?", re.IGNORECASE)
_COMPANY = re.compile(
    r"(?:(?:sas|sarl|sa|sasu)\s+[^.]{1,40}$|au capital (?:social )?de|siege social\s*:"
    r"|n° ?siret|siret\s*:|code naf|rcs\s)"
)
_MARGIN = MARGIN_HEADING.removeprefix("# ")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_LONGEST_HEADING = 160
_LONGEST_COMPANY_LINE = 120
_LINK = re.compile(r"&lt;(https://[^\s<>&]+)&gt;|(?<!\S)(https://[^\s<>&]+?)(?=[.,;)]?(?:\s|$))")


@dataclass(frozen=True)
class Ignored:
    """Consecutive lines left out; numbers count from 1 in the file."""

    label: str
    first_line: int
    last_line: int
    excerpt: str


@dataclass(frozen=True)
class RecognisedTerms:
    text: Terms
    ignored: tuple[Ignored, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def is_terms(self) -> bool:
        return bool(self.text.parts)


@dataclass
class _Passage:
    """A part or an article while its lines are being read."""

    number: str
    title: str
    lines: list[Line] = field(default_factory=list)

    @property
    def html(self) -> str:
        return "".join(_html(self.lines))


def recognise(raw_lines: Iterable[str]) -> RecognisedTerms:
    lines = parse_lines(raw_lines)
    start = _start(lines)
    if start is None:
        return RecognisedTerms(Terms(()))
    end = next((i for i, line in enumerate(lines) if line.text == _MARGIN), len(lines))
    left_out: dict[int, str] = dict.fromkeys(range(start), "texte qui précède les conditions")
    left_out |= dict.fromkeys(range(end, len(lines)), "en-tête ou pied de page")
    parts = _read(lines, range(start, end), left_out)
    text = Terms(tuple(_part(passages) for passages in parts))
    return RecognisedTerms(text, _ignored(lines, left_out), tuple(_missing(text)))


def _start(lines: list[Line]) -> int | None:
    """The title of the terms that the first part follows, or that part itself."""
    first = next((i for i, line in enumerate(lines) if _part_heading(line, [])), None)
    if first is None:
        return None
    titles = [i for i in range(first) if _is_title(lines[i])]
    return titles[-1] if titles else first


def _is_title(line: Line) -> bool:
    return len(line.text) < _LONGEST_HEADING and bool(_TITLE.match(line.folded))


def _read(
    lines: list[Line], places: Iterable[int], left_out: dict[int, str]
) -> list[list[_Passage]]:
    """Parts, each a list of passages: the part itself, then its articles."""
    parts: list[list[_Passage]] = []
    for place in places:
        line = lines[place]
        if why := _is_noise(line):
            left_out[place] = why
        elif number_and_title := _part_heading(line, parts):
            parts.append([_Passage(*number_and_title)])
        elif not parts:
            left_out[place] = "intitulé du document"
        elif number_and_title := _article_heading(line, parts):
            parts[-1].append(_Passage(*number_and_title))
        else:
            parts[-1][-1].lines.append(line)
    return parts


def _part_heading(line: Line, parts: list[list[_Passage]]) -> tuple[str, str] | None:
    """« II. Titre », in order: a list numbered I, II inside an article is not taken for parts."""
    found = _PART.fullmatch(line.text)
    if not found or line.bullet or len(line.text) > _LONGEST_HEADING:
        return None
    expected = _ROMAN[len(parts)] if len(parts) < len(_ROMAN) else ""
    return (found["number"], found["title"]) if found["number"] == expected else None


def _article_heading(line: Line, parts: list[list[_Passage]]) -> tuple[str, str] | None:
    """« 3.5. Titre » under part III; a number of another part is a reference, not a heading."""
    found = _ARTICLE.fullmatch(line.text)
    if not found or line.bullet or len(line.text) > _LONGEST_HEADING:
        return None
    if found["number"].split(".")[0] != str(len(parts)) or found["title"].endswith((".", ";")):
        return None
    used = {passage.number for passages in parts for passage in passages}
    return None if found["number"] in used else (found["number"], found["title"])


def _is_noise(line: Line) -> str:
    if _PAGE_NUMBER.fullmatch(line.text):
        return "numéro de page"
    if len(line.text) < _LONGEST_COMPANY_LINE and _COMPANY.match(line.folded):
        return "identité de la société"
    return ""


def _part(passages: list[_Passage]) -> Part:
    head, *articles = passages
    return Part(
        number=head.number,
        title=head.title,
        introduction=head.html,
        articles=tuple(Article(a.number, a.title, a.html) for a in articles),
    )


def _html(lines: list[Line]) -> Iterator[str]:
    for is_list, group in groupby(lines, key=lambda line: line.bullet):
        texts = [_LINK.sub(_link, escape(line.text, quote=False)) for line in group]
        if is_list:
            yield "<ul>" + "".join(f"<li>{text}</li>" for text in texts) + "</ul>"
        else:
            yield "".join(f"<p>{text}</p>" for text in texts)


def _link(found: re.Match[str]) -> str:
    address = found[1] or found[2]
    return f'<a href="{escape(address)}">{address}</a>'


def _ignored(lines: list[Line], left_out: dict[int, str]) -> tuple[Ignored, ...]:
    spans = []
    for why, group in groupby(range(len(lines)), key=lambda place: left_out.get(place, "")):
        places = list(group)
        if why:
            excerpt = " ".join(lines[place].text for place in places[:4])[:160]
            first, last = lines[places[0]].number, lines[places[-1]].last_number
            spans.append(Ignored(why, first, last, excerpt))
    return tuple(spans)


def _missing(text: Terms) -> Iterator[str]:
    if 0 < len(text.parts) < TITLES_EXPECTED:
        yield f"Seulement {len(text.parts)} titres sur les {TITLES_EXPECTED} attendus."
    for part in text.parts:
        ranks = [int(a.number.split(".")[1]) for a in part.articles if a.number.count(".") == 1]
        for rank in sorted(set(range(1, max(ranks, default=0) + 1)) - set(ranks)):
            yield f"L’article {_ROMAN.index(part.number) + 1}.{rank} n’a pas été trouvé."
        if not part.introduction and not part.articles:
            yield f"Le titre {part.number} est vide."
    for article in text.articles:
        if not article.html:
            yield f"L’article {article.number} est vide."
