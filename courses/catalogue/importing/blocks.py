"""The parts of a sheet, one per heading. Pure."""

from dataclasses import dataclass, field

from base.importing.lines import Line
from courses.catalogue.importing.ignored import Kind, Leftovers
from courses.catalogue.importing.section_words import Section

_NAMES = frozenset({Section.HEADER, Section.TITLE, Section.REFERENCE, Section.CATEGORY})


@dataclass
class Block:
    """A heading's lines, without the heading; ``heading`` is None for the top of the sheet."""

    section: Section
    heading: Line | None = None
    numbered: bool = False
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Sections:
    """A section may come several times: « Pédagogie », then « Méthodes pédagogiques »."""

    blocks: list[Block]
    leftovers: Leftovers
    cautions: list[str] = field(default_factory=list)

    def lines(self, section: Section) -> list[Line]:
        return [line for block in self._named(section) for line in block.lines]

    def body(self) -> list[Line]:
        """Running text: titles and categories would only quote themselves."""
        return [
            line for block in self.blocks if block.section not in _NAMES for line in block.lines
        ]

    def labelled(self, section: Section) -> list[str]:
        """Lines with their label, which may say half of the fact: « Tarif intra HT : 900 € »."""
        return [
            f"{_label(block)} : {line.text}"
            for block in self._named(section)
            for line in block.lines
        ]

    def set_aside(self, section: Section, kind: Kind) -> None:
        for block in self._named(section):
            self.leftovers.add(kind, *([block.heading] if block.heading else []), *block.lines)

    def _named(self, section: Section) -> list[Block]:
        return [block for block in self.blocks if block.section is section]


def _label(block: Block) -> str:
    return block.heading.text.partition(":")[0].strip() if block.heading else ""
