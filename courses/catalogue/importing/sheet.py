"""What a course sheet says, once recognised. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from courses.catalogue.completeness import RequiredFact
from courses.catalogue.programme import ProgrammeHalfDay


@dataclass(frozen=True)
class Company:
    """The provider's identity, as printed on the sheet: it belongs to the site, not to a course."""

    name: str = ""
    legal_form: str = ""
    capital: Decimal | None = None
    registered_office: str = ""
    siret: str = ""
    rcs: str = ""
    naf: str = ""
    vat_number: str = ""
    brands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Indicator:
    label: str
    value: str
    period: str = ""


@dataclass(frozen=True)
class IgnoredSpan:
    """Lines of the sheet that are left out of the draft; ``line_count`` leaves blank lines out."""

    kind: str
    label: str
    first_line: int
    last_line: int
    line_count: int
    excerpt: str


@dataclass(frozen=True)
class RecognisedSheet:
    """Empty values mean that the sheet does not say: nothing is invented.

    ``line_count`` counts the lines that hold text. ``price``, ``dates``, ``contact`` and
    ``payment_terms`` are the sheet's own words: they have no field of their own on a course page.
    """

    title: str = ""
    reference: str = ""
    category_path: tuple[str, ...] = ()
    duration_days: Decimal | None = None
    duration_hours: Decimal | None = None
    objectives: tuple[str, ...] = ()
    programme_intro: str = ""
    half_days: tuple[ProgrammeHalfDay, ...] = ()
    prerequisites: str = ""
    audience: str = ""
    teaching_methods: str = ""
    means: str = ""
    evaluation_methods: str = ""
    certificate: str = ""
    trainer_qualification: str = ""
    access_terms: str = ""
    access_delay: str = ""
    accessibility_statement: str = ""
    group_size_min: int | None = None
    group_size_max: int | None = None
    inter_price_excl_vat: Decimal | None = None
    intra_price_excl_vat: Decimal | None = None
    indicators: tuple[Indicator, ...] = ()
    content_updated_on: date | None = None
    price: str = ""
    dates: str = ""
    contact: str = ""
    payment_terms: str = ""
    company: Company = Company()
    line_count: int = 0
    ignored: tuple[IgnoredSpan, ...] = ()
    missing: tuple[RequiredFact, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def is_course(self) -> bool:
        """A title alone proves nothing: any letter has a first line."""
        return bool(self.title and (self.objectives or self.half_days))

    @property
    def module_count(self) -> int:
        return sum(len(half_day.modules) for half_day in self.half_days)
