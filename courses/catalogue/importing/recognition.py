"""Lines of text -> what they say about a course. Pure; never raises, whatever the text."""

from collections.abc import Iterable
from dataclasses import replace

from base.importing.lines import Line, parse_lines
from courses.catalogue.importing.boilerplate import is_page_number, terms_lines
from courses.catalogue.importing.company import read_company
from courses.catalogue.importing.facts import read_facts
from courses.catalogue.importing.footers import company_lines
from courses.catalogue.importing.gaps import missing_from
from courses.catalogue.importing.headings import heading_of
from courses.catalogue.importing.ignored import Kind, Leftovers, line_count
from courses.catalogue.importing.sections import cut
from courses.catalogue.importing.sheet import RecognisedSheet


def recognise(raw_lines: Iterable[str]) -> RecognisedSheet:
    lines = parse_lines(raw_lines)
    leftovers = Leftovers(lines)
    body = _without_page_numbers(_without_terms(lines, leftovers), leftovers)
    of_company = company_lines(body)
    company = [line for place, line in enumerate(body) if place in of_company]
    leftovers.add(Kind.COMPANY, *company)
    course = [line for place, line in enumerate(body) if place not in of_company]
    sheet = replace(
        read_facts(cut(course), leftovers),
        company=read_company(company),
        line_count=line_count(lines),
        ignored=leftovers.spans(),
    )
    return replace(sheet, missing=missing_from(sheet))


def _without_terms(lines: list[Line], leftovers: Leftovers) -> list[Line]:
    terms = terms_lines(lines)
    leftovers.add(Kind.TERMS, *(line for place, line in enumerate(lines) if place in terms))
    return [line for place, line in enumerate(lines) if place not in terms]


def _without_page_numbers(lines: list[Line], leftovers: Leftovers) -> list[Line]:
    """A figure on its own is a page number, unless a label just before asked for it."""
    kept: list[Line] = []
    for line in lines:
        is_answer = bool(kept) and line.text.isdecimal() and heading_of(kept[-1]) is not None
        if is_page_number(line) and not is_answer:
            leftovers.add(Kind.PAGE_NUMBER, line)
        else:
            kept.append(line)
    return kept
