"""What a course sheet prints. Pure: the adapter of ``sheet_pdf`` fills it from the page."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256

from base.typography import (
    euros,
    french_date,
    french_date_range,
    french_duration,
    french_number,
)
from base.vat import Price
from courses.catalogue.programme import ProgrammeHalfDay
from documents.letterhead import Letterhead

# Raise it when the template or its styles change: stored sheets are then rendered again.
TEMPLATE_VERSION = 3


@dataclass(frozen=True)
class SheetSession:
    starts_on: date
    ends_on: date
    place: str


@dataclass(frozen=True)
class SheetIndicator:
    label: str
    value: str
    period: str = ""


@dataclass(frozen=True)
class SheetCertification:
    """What Qualiopi asks of a course that leads to a registered certification (law.md T-14)."""

    title: str
    code: str = ""
    certifier: str = ""
    registered_on: date | None = None


@dataclass(frozen=True)
class Fact:
    """A row of the practical information: short lines that stand out, then plain text."""

    label: str
    highlights: tuple[str, ...] = ()
    text: str = ""

    @property
    def is_known(self) -> bool:
        return bool(self.text or any(self.highlights))


@dataclass(frozen=True)
class SheetContext:
    """Everything but the title and the issuer may be missing: its section then disappears."""

    title: str
    issuer: Letterhead
    reference: str = ""
    categories: tuple[str, ...] = ()
    duration_days: Decimal | None = None
    duration_hours: Decimal | None = None
    objectives: tuple[str, ...] = ()
    audience: str = ""
    prerequisites: str = ""
    half_days: tuple[ProgrammeHalfDay, ...] = ()
    teaching_methods: str = ""
    means: str = ""
    evaluation_methods: str = ""
    certificate: str = ""
    trainer_qualification: str = ""
    certification: SheetCertification | None = None
    indicators: tuple[SheetIndicator, ...] = ()
    group_size_min: int | None = None
    group_size_max: int | None = None
    inter_price: Price | None = None
    intra_price: Price | None = None
    sessions: tuple[SheetSession, ...] = ()
    access_terms: str = ""
    access_delay: str = ""
    accessibility: str = ""
    updated_on: date | None = None

    @property
    def duration_badge(self) -> tuple[str, str] | None:
        """Number and unit, for the block beside the title."""
        if not self.duration_days:
            return None
        number, _, unit = french_duration(self.duration_days).partition(" ")
        return number, unit

    @property
    def running_title(self) -> str:
        updated = f"mise à jour le {self.updated_on:%d/%m/%Y}" if self.updated_on else ""
        return " · ".join(filter(None, ["Fiche programme", self.reference, updated]))

    @property
    def legal_line(self) -> str:
        return "\n".join(filter(None, [self.issuer.identity, self.issuer.nda_mention]))

    @property
    def conditions(self) -> list[Fact]:
        return _known(
            Fact("Public visé", text=self.audience), Fact("Prérequis", text=self.prerequisites)
        )

    @property
    def pedagogy(self) -> list[Fact]:
        return _known(
            Fact("Méthodes pédagogiques", text=self.teaching_methods),
            Fact("Moyens pédagogiques et techniques", text=self.means),
            Fact("Modalités d’évaluation", text=self.evaluation_methods),
            Fact("Sanction de la formation", text=self.certificate),
            Fact("Formateurs", text=self.trainer_qualification),
        )

    @property
    def practical_facts(self) -> list[Fact]:
        return _known(
            Fact("Durée", (_duration(self.duration_days, self.duration_hours),)),
            Fact("Effectif", (_group_size(self.group_size_min, self.group_size_max),)),
            *_prices(self.inter_price, self.intra_price),
            Fact("Prochaines sessions", tuple(map(_session, self.sessions))),
            Fact("Modalités d’accès", text=self.access_terms),
            Fact("Délai d’accès", text=self.access_delay),
            Fact("Accessibilité", text=_accessibility(self.accessibility, self.issuer)),
            Fact("Certification", *_certification(self.certification)),
            Fact("Résultats", tuple(map(_indicator, self.indicators))),
            Fact("Contact", (_contact(self.issuer),), self.issuer.address),
        )


def sheet_key(context: SheetContext) -> str:
    """SHA-256 of all that decides the printed sheet: same key, same document."""
    content = json.dumps(asdict(context), sort_keys=True, default=str)
    return sha256(f"{TEMPLATE_VERSION}\n{content}".encode()).hexdigest()


def _known(*facts: Fact) -> list[Fact]:
    return [fact for fact in facts if fact.is_known]


def _duration(days: Decimal | None, hours: Decimal | None) -> str:
    in_days = french_duration(days) if days else ""
    in_hours = f"{french_number(hours)} {'heures' if hours >= 2 else 'heure'}" if hours else ""
    return ", soit ".join(filter(None, [in_days, in_hours]))


def _group_size(smallest: int | None, largest: int | None) -> str:
    if smallest and largest and smallest != largest:
        return f"de {smallest} à {largest} participants"
    if largest:
        return f"{largest} participants au maximum"
    return f"{smallest} participants au minimum" if smallest else ""


def _prices(inter: Price | None, intra: Price | None) -> list[Fact]:
    """A consumer reads first what he will pay, tax included (law.md P-01); a company, excl. tax."""
    if inter is None and intra is None:
        return []
    return [
        Fact("Tarif particulier", (f"{_incl_vat(inter)} par personne" if inter else "",)),
        Fact("Tarif entreprise", (f"{_excl_vat(inter)} par participant" if inter else "",)),
        Fact(
            "Tarif intra-entreprise",
            (f"{_excl_vat(intra)} par jour et par groupe" if intra else "sur devis",),
        ),
    ]


def _incl_vat(price: Price) -> str:
    if price.is_exempt:
        return f"{euros(price.incl_vat)} (exonération de TVA)"
    return f"{euros(price.incl_vat)} TTC"


def _excl_vat(price: Price) -> str:
    if price.is_exempt:
        return f"{euros(price.excl_vat)} (exonération de TVA)"
    return f"{euros(price.excl_vat)} HT (soit {euros(price.incl_vat)} TTC)"


def _session(session: SheetSession) -> str:
    return f"{french_date_range(session.starts_on, session.ends_on)} – {session.place}"


def _accessibility(statement: str, issuer: Letterhead) -> str:
    contact = issuer.disability_contact
    return "\n\n".join(
        filter(None, [statement, f"Contact handicap : {contact}" if contact else ""])
    )


def _certification(certification: SheetCertification | None) -> tuple[tuple[str, ...], str]:
    if certification is None:
        return (), ""
    registered = certification.registered_on
    details = [
        certification.code,
        f"certificateur : {certification.certifier}" if certification.certifier else "",
        f"enregistrée le {french_date(registered)}" if registered else "",
    ]
    return (certification.title,), ", ".join(filter(None, details))


def _indicator(indicator: SheetIndicator) -> str:
    period = f" ({indicator.period})" if indicator.period else ""
    return f"{indicator.label} : {indicator.value}{period}"


def _contact(issuer: Letterhead) -> str:
    return " – ".join(filter(None, [issuer.phone, issuer.email]))
