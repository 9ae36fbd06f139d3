"""What the law wants on a course and the sheet does not say (law.md T-03, T-14). Pure."""

from courses.catalogue.completeness import RequiredFact, missing_facts
from courses.catalogue.importing.sheet import RecognisedSheet

# What the sheet should say although the course page keeps it elsewhere: the fields of
# ``RecognisedSheet``, not those of ``CoursePage``.
_SHEET_FACTS = (
    RequiredFact("title", "intitulé", "T-03"),
    RequiredFact("dates", "dates et lieux des sessions", "T-03"),
    RequiredFact("contact", "contact", "T-14"),
    RequiredFact("payment_terms", "paiement et conditions financières en cas d’abandon", "T-03"),
    RequiredFact("indicators", "résultats publiés (Qualiopi, indicateur 2)", "T-14"),
)


def missing_from(sheet: RecognisedSheet) -> tuple[RequiredFact, ...]:
    facts = vars(sheet) | {"programme": sheet.half_days}
    elsewhere = [fact for fact in _SHEET_FACTS if not facts[fact.field]]
    return tuple(missing_facts(facts) + elsewhere)
