"""What an import did, told to an editor in French or to a program in JSON. Pure."""

from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from base.typography import euros, french_date, french_duration, french_number, french_typography
from courses.catalogue.completeness import REQUIRED_FACTS
from courses.catalogue.importing.sheet import Company, IgnoredSpan, RecognisedSheet

_LABELS = {fact.field: fact.label.capitalize() for fact in REQUIRED_FACTS}
_TEXTS = (
    *("prerequisites", "audience", "teaching_methods", "means", "evaluation_methods"),
    *("certificate", "trainer_qualification", "access_terms", "access_delay"),
    "accessibility_statement",
)
_LONGEST_TEXT = 120
_AMOUNTS = frozenset({"capital", "inter_price_excl_vat", "intra_price_excl_vat"})


def recognised_rows(sheet: RecognisedSheet) -> list[tuple[str, str]]:
    """Label and value of each fact that the sheet states."""
    rows = (
        ("Intitulé", sheet.title),
        ("Référence", sheet.reference),
        ("Catégorie", " › ".join(sheet.category_path)),
        ("Durée", _duration(sheet)),
        ("Objectifs", str(len(sheet.objectives) or "")),
        ("Programme", _programme(sheet)),
        *((_LABELS[name], getattr(sheet, name)) for name in _TEXTS),
        ("Effectif", _group_size(sheet)),
        ("Prix inter par personne HT", _euros(sheet.inter_price_excl_vat)),
        ("Prix intra par jour HT", _euros(sheet.intra_price_excl_vat)),
        ("Indicateurs de résultats", str(len(sheet.indicators) or "")),
        ("Mise à jour", french_date(sheet.content_updated_on) if sheet.content_updated_on else ""),
        ("Introduction du programme (non reprise)", sheet.programme_intro),
        ("Dates et lieux (non repris)", sheet.dates),
        ("Contact (non repris)", sheet.contact),
        ("Paiement et annulation (non repris)", sheet.payment_terms),
    )
    return [(label, french_typography(value)) for label, value in rows if value]


def company_summary(company: Company) -> str:
    """The identity stays out of the course: it is told so that nobody looks for it there."""
    facts = (
        f"{company.legal_form} {company.name}".strip(),
        f"capital {euros(company.capital)}" if company.capital is not None else "",
        company.registered_office,
        company.siret and f"SIRET {company.siret}",
        company.rcs and f"RCS {company.rcs}",
        company.naf and f"NAF {company.naf}",
        company.vat_number and f"TVA {company.vat_number}",
        company.brands and f"marques : {', '.join(company.brands)}",
    )
    return french_typography(" ; ".join(fact for fact in facts if fact))


def ignored_summary(span: IgnoredSpan) -> str:
    lines = (
        f"ligne {span.first_line}"
        if span.first_line == span.last_line
        else f"lignes {span.first_line} à {span.last_line}"
    )
    return f"{span.label} ({lines})"


def text_report(sheet: RecognisedSheet) -> Iterator[str]:
    yield "  Reconnu"
    for label, value in recognised_rows(sheet):
        yield f"    {label} : {_shortened(value)}"
    for half_day in sheet.half_days:
        yield f"      {half_day.label}"
        for module in half_day.modules:
            yield f"        {module.number}. {module.title} ({_count(len(module.points), 'point')})"
    company = company_summary(sheet.company)
    yield from _section("Société, laissée hors de la formation", [company] if company else [])
    yield from _section("Ignoré", [ignored_summary(span) for span in sheet.ignored])
    yield from _section("Manquant", [f"{fact.label} ({fact.law})" for fact in sheet.missing])
    yield from _section("À vérifier", list(sheet.warnings))


def json_report(sheet: RecognisedSheet) -> dict[str, Any]:
    """Every field of the sheet; amounts are strings, so that no cent is lost on the way."""
    return {name: _as_json(name, value) for name, value in asdict(sheet).items()}


def _as_json(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(key, item) for key, item in value.items()}
    if isinstance(value, Decimal):
        is_whole = value == value.to_integral_value()
        return str(value) if name in _AMOUNTS else int(value) if is_whole else float(value)
    if name == "content_updated_on" and value:
        return value.isoformat()
    return value


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"  {title}"
        yield from (f"    {line}" for line in lines)


def _duration(sheet: RecognisedSheet) -> str:
    days = french_duration(sheet.duration_days) if sheet.duration_days is not None else ""
    hours = f"{french_number(sheet.duration_hours)} h" if sheet.duration_hours is not None else ""
    return ", ".join(filter(None, (days, hours)))


def _programme(sheet: RecognisedSheet) -> str:
    if not sheet.half_days:
        return ""
    points = sum(len(module.points) for day in sheet.half_days for module in day.modules)
    return (
        f"{_count(len(sheet.half_days), 'demi-journée')}, "
        f"{_count(sheet.module_count, 'module')}, {_count(points, 'point')}"
    )


def _group_size(sheet: RecognisedSheet) -> str:
    fewest = f"au moins {sheet.group_size_min}" if sheet.group_size_min is not None else ""
    most = f"au plus {sheet.group_size_max}" if sheet.group_size_max is not None else ""
    return ", ".join(filter(None, (fewest, most)))


def _euros(amount: Decimal | None) -> str:
    return euros(amount) if amount is not None else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number >= 2 else ''}"


def _shortened(text: str) -> str:
    line = " ".join(text.split("\n"))
    return line if len(line) <= _LONGEST_TEXT else f"{line[:_LONGEST_TEXT].rstrip()}…"
