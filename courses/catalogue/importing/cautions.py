"""What an editor should look at twice before publishing an imported course. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from base.typography import french_duration
from courses.catalogue.importing.sheet import RecognisedSheet

# The lengths that the course page accepts.
_LONGEST_OBJECTIVE = 300
_LONGEST_MODULE_TITLE = 200
_LONGEST_POINT = 400
_LONGEST_DELAY = 200


def with_cautions(sheet: RecognisedSheet, found_while_reading: list[str]) -> RecognisedSheet:
    fitted, about_delay = _fit_delay(sheet)
    cautions = (
        *found_while_reading,
        *about_delay,
        *_about_days(fitted),
        *_about_dates(fitted),
        *_about_lengths(fitted),
    )
    return replace(fitted, warnings=cautions)


def about_capitals(name: str) -> str:
    return f"En capitales dans la fiche, vérifiez les accents et les noms propres : « {name} »."


def about_price(text: str) -> str:
    return f"Prix non repris, à saisir hors taxes : « {text} »."


def _fit_delay(sheet: RecognisedSheet) -> tuple[RecognisedSheet, list[str]]:
    """The page has one short line for the delay: a longer text joins the access terms."""
    if len(sheet.access_delay) <= _LONGEST_DELAY:
        return sheet, []
    terms = f"{sheet.access_terms}\n\n{sheet.access_delay}".strip()
    moved = replace(sheet, access_terms=terms, access_delay="")
    return moved, [
        "Le délai d’accès est trop long pour son champ : il est placé dans les modalités d’accès."
    ]


def _about_days(sheet: RecognisedSheet) -> Iterator[str]:
    described = max((half_day.day for half_day in sheet.half_days), default=0)
    announced = sheet.duration_days
    if described and announced is not None and not described - 1 < announced <= described:
        said = french_duration(announced)
        yield f"La fiche annonce {said}, son programme va jusqu’au jour {described}."


def _about_dates(sheet: RecognisedSheet) -> Iterator[str]:
    if sheet.dates:
        yield "Les dates et lieux de la fiche ne créent pas de session : saisissez-les à part."


def _about_lengths(sheet: RecognisedSheet) -> Iterator[str]:
    modules = [module for half_day in sheet.half_days for module in half_day.modules]
    limits = (
        ("objectif", _LONGEST_OBJECTIVE, sheet.objectives),
        ("titre de module", _LONGEST_MODULE_TITLE, [module.title for module in modules]),
        ("point", _LONGEST_POINT, [point for module in modules for point in module.points]),
    )
    for name, longest, texts in limits:
        for text in texts:
            if len(text) > longest:
                yield f"À raccourcir, {name} de plus de {longest} caractères : « {text[:60]}… »."
