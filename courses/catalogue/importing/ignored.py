"""Lines left out of the draft, told to the editor with their numbers. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum

from base.importing.lines import Line
from courses.catalogue.importing.sheet import IgnoredSpan

_LONGEST_EXCERPT = 200


class Kind(StrEnum):
    TERMS = "terms"
    COMPANY = "company"
    PAGE_NUMBER = "page_number"
    DOCUMENT_LABEL = "document_label"
    MARGIN = "margin"
    INTRODUCTION = "introduction"
    UNKNOWN_SECTION = "unknown_section"
    UNREAD = "unread"

    @property
    def label(self) -> str:
        return {
            Kind.TERMS: "conditions générales de vente",
            Kind.COMPANY: "identité de la société et du groupe",
            Kind.PAGE_NUMBER: "numéro de page",
            Kind.DOCUMENT_LABEL: "intitulé du document",
            Kind.MARGIN: "en-tête ou pied de page",
            Kind.INTRODUCTION: "phrase d’introduction",
            Kind.UNKNOWN_SECTION: "rubrique non reconnue",
            Kind.UNREAD: "texte non reconnu",
        }[self]


@dataclass
class Leftovers:
    """``lines`` is the whole sheet: spans run on through blank lines, not through kept ones."""

    lines: list[Line]
    kinds: dict[int, Kind] = field(default_factory=dict)

    def add(self, kind: Kind, *lines: Line) -> None:
        self.kinds.update({line.number: kind for line in lines})

    def spans(self) -> tuple[IgnoredSpan, ...]:
        runs: list[tuple[Kind | None, list[Line]]] = []
        for line in self.lines:
            kind = self.kinds.get(line.number)
            if runs and runs[-1][0] is kind:
                runs[-1][1].append(line)
            else:
                runs.append((kind, [line]))
        return tuple(_span(kind, lines) for kind, lines in runs if kind)


def line_count(lines: list[Line]) -> int:
    return sum(line.last_number - line.number + 1 for line in lines)


def _span(kind: Kind, lines: list[Line]) -> IgnoredSpan:
    excerpt = " ".join(line.text for line in lines[:10])
    is_cut = len(lines) > 10 or len(excerpt) > _LONGEST_EXCERPT
    return IgnoredSpan(
        kind=kind.value,
        label=kind.label,
        first_line=lines[0].number,
        last_line=lines[-1].last_number,
        line_count=line_count(lines),
        excerpt=excerpt[:_LONGEST_EXCERPT].rstrip() + (" …" if is_cut else ""),
    )
