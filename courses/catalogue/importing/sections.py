"""A sheet cut at its headings. Pure."""

from dataclasses import dataclass, field

from base.importing.lines import Line
from courses.catalogue.importing.blocks import Block
from courses.catalogue.importing.headings import Heading, heading_of
from courses.catalogue.importing.identity import read_identity
from courses.catalogue.importing.measures import read_duration
from courses.catalogue.importing.section_words import Section
from courses.catalogue.importing.timetable import half_day_mark, numbering_of

# « Réf. : X » states its fact on one line, or on the next one, and does not open a section.
_ONE_LINERS = frozenset(
    {
        Section.TITLE,
        Section.REFERENCE,
        Section.CATEGORY,
        Section.DURATION,
        Section.UPDATED_ON,
    }
)
_NOT_IN_PROGRAMME = frozenset({Section.TITLE, Section.REFERENCE, Section.CATEGORY})
_LONGEST_HEADING = 100


@dataclass
class _Cutting:
    blocks: list[Block] = field(default_factory=lambda: [Block(Section.HEADER)])
    open: Block = field(init=False)
    awaiting: Block | None = None
    is_labelled: bool = False

    def __post_init__(self) -> None:
        self.open = self.blocks[0]

    def add(self, line: Line) -> None:
        if self.awaiting:
            self.awaiting.lines.append(line)
            self.awaiting = None
        else:
            self.open.lines.append(line)

    def start(self, line: Line, heading: Heading) -> None:
        block = Block(heading.section, line, heading.numbered)
        self.blocks.append(block)
        if heading.value:
            block.lines.append(Line(line.number, heading.value, line.last_number))
        if heading.section in _ONE_LINERS or line.bullet:
            self.awaiting = None if heading.value else block
        else:
            self.awaiting, self.open = None, block


def cut(lines: list[Line]) -> list[Block]:
    cutting = _Cutting()
    for place, line in enumerate(lines):
        heading = _heading(cutting, line)
        if heading and _labels_the_document(cutting, heading, lines, place):
            _keep_title(cutting, line, heading)
        elif heading:
            cutting.start(line, heading)
        else:
            cutting.add(line)
    return cutting.blocks


def _heading(cutting: _Cutting, line: Line) -> Heading | None:
    block = cutting.open
    if block.section is Section.MARGIN:
        return None
    in_programme = block.section is Section.PROGRAMME
    heading = heading_of(line, with_digits=not in_programme or block.numbered)
    if heading and in_programme and not _ends_programme(cutting, line, heading):
        heading = None
    if heading and heading.section is Section.TITLE and block.section is not Section.HEADER:
        heading = None
    return heading or _unknown_heading(block, line)


def _ends_programme(cutting: _Cutting, line: Line, heading: Heading) -> bool:
    """A module may have its own goal, duration or bulleted « Évaluation : quiz »."""
    if line.bullet or heading.section in _NOT_IN_PROGRAMME:
        return False
    if heading.section is Section.OBJECTIVES:
        is_first = all(block.section is not Section.OBJECTIVES for block in cutting.blocks)
        return is_first and not heading.value
    if heading.section is Section.DURATION:
        return read_duration(heading.value).days is not None
    return True


def _unknown_heading(block: Block, line: Line) -> Heading | None:
    """A heading set apart by its layout, whose words say nothing to us."""
    if line.bullet or len(line.text) > _LONGEST_HEADING or block.section is Section.HEADER:
        return None
    if block.section is Section.PROGRAMME:
        return Heading(Section.UNKNOWN) if _leaves_programme(block, line) else None
    uses_bold = block.heading is not None and block.heading.bold
    is_set_apart = line.heading > 0 or (line.bold and uses_bold)
    return Heading(Section.UNKNOWN) if is_set_apart else None


def _leaves_programme(block: Block, line: Line) -> bool:
    """A Word heading at least as high as that of the programme, and no module or half-day."""
    level = block.heading.heading if block.heading else 0
    if not 0 < line.heading <= level:
        return False
    return half_day_mark(line) is None and numbering_of([line]) is None


def _labels_the_document(
    cutting: _Cutting, heading: Heading, lines: list[Line], place: int
) -> bool:
    """« PROGRAMME DE FORMATION » above the title: the programme itself comes later."""
    if heading.section is not Section.PROGRAMME or cutting.open.section is not Section.HEADER:
        return False
    if cutting.is_labelled:
        return False
    if any(block.section is Section.TITLE for block in cutting.blocks):
        return False
    if read_identity(cutting.open.lines).title:
        return False
    later = (heading_of(line) for line in lines[place + 1 :])
    return any(h and h.section in (Section.PROGRAMME, Section.OBJECTIVES) for h in later)


def _keep_title(cutting: _Cutting, line: Line, heading: Heading) -> None:
    """« Programme de formation : Gérer son temps »."""
    cutting.is_labelled = True
    text = heading.value or line.text
    cutting.add(Line(line.number, text, line.last_number, heading=line.heading))
