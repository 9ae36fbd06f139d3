"""Each section of a sheet -> the facts it states. Pure."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from courses.catalogue.importing.blocks import Block, Sections
from courses.catalogue.importing.boilerplate import is_document_label
from courses.catalogue.importing.casing import is_guess, unshout, vocabulary
from courses.catalogue.importing.cautions import about_capitals, about_price, with_cautions
from courses.catalogue.importing.identity import (
    Identity,
    merge,
    read_category,
    read_identity,
)
from courses.catalogue.importing.ignored import Kind, Leftovers
from courses.catalogue.importing.measures import (
    UNSTATED,
    Duration,
    read_date,
    read_duration,
    read_group_size,
)
from courses.catalogue.importing.offer import read_indicators, read_prices
from courses.catalogue.importing.programme import read_programme
from courses.catalogue.importing.prose import as_text, items, split_award
from courses.catalogue.importing.section_words import Section
from courses.catalogue.importing.sheet import RecognisedSheet

_TEXTS = (
    Section.PREREQUISITES,
    Section.AUDIENCE,
    Section.TEACHING_METHODS,
    Section.MEANS,
    Section.TRAINER_QUALIFICATION,
    Section.ACCESS_TERMS,
    Section.ACCESS_DELAY,
    Section.ACCESSIBILITY,
    Section.PRICE,
    Section.DATES,
    Section.CONTACT,
    Section.PAYMENT_TERMS,
)


def read_facts(blocks: list[Block], leftovers: Leftovers) -> RecognisedSheet:
    sections = Sections(blocks, leftovers)
    sections.set_aside(Section.UNKNOWN, Kind.UNKNOWN_SECTION)
    sections.set_aside(Section.MARGIN, Kind.MARGIN)
    facts: dict[str, Any] = {}
    for read in _READERS:
        facts |= read(sections)
    return with_cautions(RecognisedSheet(**facts), sections.cautions)


def _texts(sections: Sections) -> dict[str, Any]:
    return {section.value: as_text(sections.lines(section)) for section in _TEXTS}


def _identity(sections: Sections) -> dict[str, Any]:
    found = read_identity(sections.lines(Section.HEADER))
    beside = _beside_reference(sections)
    categories = [read_category(line.text) for line in sections.lines(Section.CATEGORY)]
    title = _title(sections, found)
    path = found.category_path or beside.category_path or next(filter(None, categories), ())
    known = vocabulary(sections.body())
    guesses = [unshout(name, known) for name in (title, *path) if is_guess(name, known)]
    sections.cautions.extend(about_capitals(name) for name in guesses)
    return {
        "title": unshout(title, known).rstrip(" ."),
        "reference": found.reference or beside.reference,
        "category_path": tuple(unshout(level, known) for level in path),
        **_duration(sections, merge(found.duration, beside.duration)),
    }


def _beside_reference(sections: Sections) -> Identity:
    """« Réf. : X – 2 jours »: a line that starts with the reference may say more."""
    lines = sections.lines(Section.REFERENCE)
    found = read_identity([replace(line, text=f"Réf : {line.text}") for line in lines])
    sections.leftovers.add(Kind.UNREAD, *found.unread, *([found.title] if found.title else []))
    return found


def _title(sections: Sections, found: Identity) -> str:
    """A labelled title comes before the one that the top of the sheet lets guess."""
    labelled = sections.lines(Section.TITLE)
    guess = [found.title] if found.title else []
    for line in (*found.unread, *labelled[1:], *(guess if labelled else [])):
        kind = Kind.DOCUMENT_LABEL if is_document_label(line) else Kind.UNREAD
        sections.leftovers.add(kind, line)
    return next((line.text for line in (*labelled, *guess)), "")


def _duration(sections: Sections, guess: Duration) -> dict[str, Any]:
    """What a « Durée » label says comes before what the top of the sheet lets guess."""
    duration = UNSTATED
    for line in sections.lines(Section.DURATION):
        said = read_duration(line.text)
        duration = merge(duration, said)
        if not said.is_stated:
            sections.leftovers.add(Kind.UNREAD, line)
    duration = merge(duration, guess)
    return {"duration_days": duration.days, "duration_hours": duration.hours}


def _objectives(sections: Sections) -> dict[str, Any]:
    objectives, around = items(sections.lines(Section.OBJECTIVES))
    sections.leftovers.add(Kind.INTRODUCTION, *around)
    return {"objectives": tuple(objectives)}


def _programme(sections: Sections) -> dict[str, Any]:
    programme = read_programme(sections.lines(Section.PROGRAMME))
    sections.cautions.extend(programme.warnings)
    return {
        "half_days": programme.half_days,
        "programme_intro": programme.introduction,
    }


def _evaluation(sections: Sections) -> dict[str, Any]:
    lines = sections.lines(Section.EVALUATION_METHODS)
    stated = as_text(sections.lines(Section.CERTIFICATE))
    kept, promised = (lines, "") if stated else split_award(lines)
    return {"evaluation_methods": as_text(kept), "certificate": stated or promised}


def _offer(sections: Sections) -> dict[str, Any]:
    prices = read_prices(sections.labelled(Section.PRICE))
    indicators, unread = read_indicators(sections.lines(Section.INDICATORS))
    sections.leftovers.add(Kind.UNREAD, *unread)
    sections.cautions.extend(about_price(text) for text in prices.unread)
    fewest, most = read_group_size(" ".join(sections.labelled(Section.GROUP_SIZE)))
    updated_on = read_date(" ".join(sections.labelled(Section.UPDATED_ON)))
    if fewest is None and most is None:
        sections.leftovers.add(Kind.UNREAD, *sections.lines(Section.GROUP_SIZE))
    if updated_on is None:
        sections.leftovers.add(Kind.UNREAD, *sections.lines(Section.UPDATED_ON))
    return {
        "inter_price_excl_vat": prices.inter,
        "intra_price_excl_vat": prices.intra,
        "indicators": tuple(indicators),
        "group_size_min": fewest,
        "group_size_max": most,
        "content_updated_on": updated_on,
    }


_READERS: tuple[Callable[[Sections], dict[str, Any]], ...] = (
    _texts,
    _identity,
    _objectives,
    _programme,
    _evaluation,
    _offer,
)
